// `airlock login`: keeps a login for a registry or a web server. The password is never an argument.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { withNetworkOptions } from '../options.ts';
import { promptLine, readPasswordFromStdin } from '../output/prompt.ts';
import type { AddVerb, NetworkOptions } from '../verb.ts';

interface LoginVerbOptions extends NetworkOptions {
  readonly user?: string;
  readonly passwordStdin?: boolean;
}

export const addLoginVerb: AddVerb = (program, run) => {
  withNetworkOptions(program.command('login'))
    .summary('log in to a registry')
    .description(
      'Tries a login and keeps it, with the credential helper that docker’s configuration names where there is one.',
    )
    .argument('<host>', 'a registry such as registry.example:5000, or https://host for a web server')
    .option('-u, --user <name>', 'the user')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock login registry.example -u desk\n  pass registry | airlock login registry.example -u desk --password-stdin',
    )
    .action((registry: string, options: LoginVerbOptions) =>
      run('login', options, async ({ engine, context, host }) => {
        const asks = host.stdin.isTTY && host.stderr.isTTY;
        if (options.passwordStdin !== true && !asks)
          throw new AirlockError('USAGE', 'There is no terminal to ask for the password on.', {
            remedy: 'Give the password on standard input with --password-stdin.',
          });
        if (options.user === undefined && !asks)
          throw new AirlockError('USAGE', 'There is no terminal to ask for the user on.', {
            remedy: 'Name the user with -u USER.',
          });
        const username = options.user ?? (await promptLine(host, `User for ${registry}: `));
        const password =
          options.passwordStdin === true
            ? await readPasswordFromStdin(host.stdin)
            : await promptLine(host, `Password for ${username}: `, { secret: true });
        const { storedIn, plainText } = await engine.login({ host: registry, username, password }, context);
        return {
          exit: 0,
          document: { host: registry, username, storedIn, plainText },
          lines: [
            `logged in to ${registry} as ${username}`,
            plainText ? `kept as plain text in ${storedIn}, readable by you alone` : `kept by ${storedIn}`,
          ],
        };
      }),
    );
};
