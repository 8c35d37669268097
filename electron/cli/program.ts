// The command's grammar: its verbs, its help, and how wrong usage is answered.
import { Command, CommanderError } from 'commander';
import type { Argument } from 'commander';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { CommandHost } from './host.ts';
import { createRunVerb, printFailure } from './run-verb.ts';
import { addDiffVerb } from './verbs/diff.ts';
import { addExportVerb } from './verbs/export.ts';
import { addHistoryVerb } from './verbs/history.ts';
import { addImportVerb } from './verbs/import.ts';
import { addInspectVerb } from './verbs/inspect.ts';
import { addLockVerb } from './verbs/lock.ts';
import { addLoginVerb } from './verbs/login.ts';
import { addLogoutVerb } from './verbs/logout.ts';
import { addPackVerb } from './verbs/pack.ts';
import { addServeVerb } from './verbs/serve.ts';
import { addVerifyVerb } from './verbs/verify.ts';
import { addWebVerb } from './verbs/web.ts';
import { VERSION } from './version.ts';

const VERBS = [
  addLockVerb,
  addPackVerb,
  addVerifyVerb,
  addImportVerb,
  addServeVerb,
  addExportVerb,
  addInspectVerb,
  addDiffVerb,
  addLoginVerb,
  addLogoutVerb,
  addHistoryVerb,
  addWebVerb,
] as const;

/** What every terminal shows, the one in the rack too. */
const HELP_WIDTH = 80;

const EXIT_CODES = `
Exit codes:
  0 done, or already there       1 some items done, some failed
  2 bad usage or input           3 refused by a registry
  4 network or rate limit        5 damaged, tampered or incomplete
  6 disk, medium or permission   70 a fault in Airlock
  130 cancelled
`;

/** Runs one command line, without the program's own name, and returns its exit code. Never throws. */
export async function runCommand(args: readonly string[], host: CommandHost): Promise<number> {
  let exit = 0;
  const run = createRunVerb(host, (code) => {
    exit = code;
  });
  const program = new Command('airlock')
    .description(
      'Carries container images, Helm charts and files across an air gap, and proves what arrived.',
    )
    .version(VERSION)
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (verb) => [verb.name(), ...verb.registeredArguments.map(argumentTerm)].join(' '),
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      getOutHelpWidth: () => Math.min(host.stdout.columns ?? HELP_WIDTH, HELP_WIDTH),
      // Usage errors are told in the command's own form below.
      writeErr: () => undefined,
    })
    .addHelpText('after', EXIT_CODES);
  for (const add of VERBS) add(program, run);

  try {
    // `airlock help pack` is what hands type.
    const typed = args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
    await program.parseAsync(typed, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && args.length === 0) {
      host.stdout.write(program.helpInformation());
      return 2;
    }
    const verb = program.commands.find((command) => command.name() === args[0]);
    const told = error instanceof CommanderError ? usageError(error, verb?.name()) : error;
    return printFailure(host, verb?.name() ?? '', args.includes('--json'), told);
  }
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Commander's words, `error: unknown option '--depp'\n(Did you mean --deep?)`, as an error of ours. */
function usageError(error: CommanderError, verb: string | undefined): AirlockError {
  const said = error.message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (.*)\?\)$/s, '; did you mean $1?');
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return new AirlockError('USAGE', /[.?]$/.test(sentence) ? sentence : `${sentence}.`, {
    remedy: `Run \`airlock ${verb === undefined ? '' : `${verb} `}--help\` to see how it is used.`,
  });
}
