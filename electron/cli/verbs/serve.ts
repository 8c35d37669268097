// `airlock serve`: bundles as a registry, a chart repository and a file server, until Ctrl-C.
import { withCommonOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { count, formatBytes } from '../output/quantities.ts';
import { plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

interface ServeVerbOptions extends CommonOptions {
  readonly addr: string;
  readonly writable?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export const addServeVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('serve'))
    .summary('serve bundles as a registry, charts and files')
    .description(
      'Serves bundles over HTTP, nothing unpacked: a registry, a chart repository and a file server on one port.',
    )
    .argument('[bundle...]', 'NAME.airlock or NAME.airlock.tar')
    .option('--addr <address:port>', 'where to listen; port 0 takes a free one', '127.0.0.1:5000')
    .option('--writable <folder>', 'take pushes into this folder; there are no accounts')
    .option('--tls-cert <file>', 'certificate (PEM)')
    .option('--tls-key <file>', 'its key (PEM, without passphrase)')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock serve coder.airlock\n  airlock serve --writable ./registry --addr 127.0.0.1:5001',
    )
    .action((bundles: readonly string[], options: ServeVerbOptions) =>
      run('serve', options, async ({ engine, context, announce, host }) => {
        const station = await engine.serve(
          {
            bundles,
            addr: options.addr,
            writable: options.writable,
            tlsCert: options.tlsCert,
            tlsKey: options.tlsKey,
          },
          context,
        );
        const { url, addresses, stats } = station.serving;
        announce({ url, addresses, bundles: station.bundles }, [
          ...station.bundles.flatMap(bundleHeading),
          ...(station.bundles.length > 0
            ? [`charts: helm repo add airlock ${url}/charts/`, `files:  ${url}/files/`]
            : []),
          ...(options.writable === undefined
            ? []
            : [`takes pushes into ${plain(options.writable)}; there are no accounts`]),
          `serving ${addresses.join(' ')} until Ctrl-C`,
        ]);
        await new Promise((resolve) => host.signal.addEventListener('abort', resolve, { once: true }));
        await station.close();
        // Ctrl-C is how a server ends; nothing was cancelled.
        return {
          exit: 0,
          document: undefined,
          lines: [`served ${count(stats.requests, 'request')}, ${formatBytes(stats.bytesSent)}`],
        };
      }),
    );
};
