// `airlock web`: the station in a browser, until Ctrl-C.
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { findProgram, stateFolder } from '../../engine/index.ts';
import type { WebStation } from '../../web/index.ts';
import type { CommandHost } from '../host.ts';
import { withCommonOptions } from '../options.ts';
import { plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';
import { VERSION } from '../version.ts';

interface WebVerbOptions extends CommonOptions {
  readonly port: string;
  readonly open: boolean;
}

export const addWebVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('web'))
    .summary('open the station in a browser')
    .description(
      'Runs the station on this machine’s loopback address alone and prints the address that opens it. For hosts without a ' +
        'display: forward the port with ssh, open the same address on the near end.',
    )
    .argument('[path...]', 'lists, files or bundles to open with it')
    .option('--port <port>', 'where to listen; 0 takes a free one', '0')
    .option('--no-open', 'print the address and open no browser')
    .addHelpText('after', '\nExamples:\n  airlock web\n  airlock web coder.airlock --port 8780 --no-open')
    .action((paths: readonly string[], options: WebVerbOptions) =>
      run('web', options, async ({ announce, host }) => {
        const station = await startStation(paths, portOf(options.port), host);
        const abandon = () => station.abandon();
        process.once('exit', abandon);
        try {
          const address = station.newAddress();
          const ssh = sshLine(station.port);
          const opened = options.open && (await opensBrowser(station, address, host));
          announce({ url: address, port: station.port, ssh }, [
            `the station runs at ${address}`,
            ...(opened ? ['it opens in your browser'] : []),
            `from another machine: ${ssh} and open the same address there`,
            host.stdin.isTTY
              ? 'the address is good for one page: Enter prints another; Ctrl-C ends the station'
              : 'the address is good for one page; Ctrl-C ends the station',
          ]);
          await untilEnded(station, host);
          await station.close();
        } finally {
          process.off('exit', abandon);
          station.abandon();
        }
        // Ctrl-C is how a station ends; nothing was cancelled.
        return { exit: 0, document: undefined, lines: ['the station has ended'] };
      }),
    );
};

async function startStation(paths: readonly string[], port: number, host: CommandHost): Promise<WebStation> {
  const { environment, platform } = host;
  // Loaded when needed: no other verb has a use for a server.
  const { forkEngine, screensFolder, startWebStation } = await import('../../web/index.ts');
  return startWebStation({
    port,
    platform,
    environment,
    stateFolder: stateFolder(environment, platform),
    version: VERSION,
    screensFolder: screensFolder(),
    spawnEngine: () => forkEngine(environment),
    findProgram,
    opened: paths.map((path) => resolve(path)),
  });
}

async function opensBrowser(station: WebStation, address: string, host: CommandHost): Promise<boolean> {
  const { hasDisplay } = await import('../../web/index.ts');
  return hasDisplay(host.environment, host.platform) && station.openBrowser(address);
}

/** Enter gives another address meanwhile. The first Ctrl-C names jobs that run and waits for the second, which no verb sees. */
async function untilEnded(station: WebStation, host: CommandHost): Promise<void> {
  const lines = host.stdin.isTTY ? createInterface({ input: host.stdin }) : undefined;
  lines?.on('line', () => host.stdout.write(`${station.newAddress()}\n`));
  try {
    if (!host.signal.aborted)
      await new Promise((ended) => host.signal.addEventListener('abort', ended, { once: true }));
    const running = isCtrlC(host.signal.reason) ? await station.runningJobs() : [];
    if (running.length === 0) return;
    host.stderr.write(
      `${running.map(plain).join(', ')}: still running. Ctrl-C again ends the station; what is done is kept, and the job can be gone on with.\n`,
    );
    await new Promise<never>(() => undefined);
  } finally {
    lines?.close();
  }
}

/** A terminal that closed, or a service that is stopped, cannot be asked. */
function isCtrlC(reason: unknown): boolean {
  return reason instanceof AirlockError && reason.details['signal'] === 'SIGINT';
}

function sshLine(port: number): string {
  return `ssh -L ${port}:127.0.0.1:${port} ${userInfo().username}@${hostname()}`;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535))
    throw new AirlockError('USAGE', `"${text}" is no port.`, { remedy: 'Give --port a number up to 65535.' });
  return port;
}
