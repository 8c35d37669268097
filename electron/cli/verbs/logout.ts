// `airlock logout`: forgets a login.
import { withCommonOptions } from '../options.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

export const addLogoutVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('logout'))
    .summary('forget a login')
    .description('Forgets the login that `airlock login` kept for a registry.')
    .argument('<host>', 'as it was given to login')
    .addHelpText('after', '\nExample:\n  airlock logout registry.example')
    .action((registry: string, options: CommonOptions) =>
      run('logout', options, async ({ engine }) => {
        const { removedFrom, stillIn } = await engine.logout(registry);
        return {
          exit: 0,
          document: { host: registry, removedFrom, stillIn },
          lines: [
            removedFrom.length > 0
              ? `logged out of ${registry} (${removedFrom.join(', ')})`
              : `Airlock keeps no login for ${registry}`,
            ...(stillIn === undefined
              ? []
              : [`note: ${stillIn} still has one, and Airlock goes on using it`]),
          ],
        };
      }),
    );
};
