// `airlock lock`: every reference of a list resolved to a digest.
import type { Answer } from '../../../shared/job/progress.ts';
import { withNetworkOptions } from '../options.ts';
import { count, formatBytes } from '../output/quantities.ts';
import { plain } from '../output/table.ts';
import type { LockOutcome } from '../../engine/index.ts';
import type { AddVerb, NetworkOptions } from '../verb.ts';

const NO_ANSWER: Promise<Answer> = Promise.resolve({ kind: 'none' });

interface LockVerbOptions extends NetworkOptions {
  readonly output?: string;
  /** Commander's form of --no-fetch. */
  readonly fetch: boolean;
}

export const addLockVerb: AddVerb = (program, run) => {
  withNetworkOptions(program.command('lock'))
    .summary('resolve every reference of a list to a digest')
    .description(
      'Resolves every reference of a transfer list to a digest and writes the lock beside the list.',
    )
    .argument('<list.yaml>', 'the transfer list')
    .option('-o, --output <file>', 'write the lock here instead of <name>.lock.json beside the list')
    .option('--no-fetch', 'do not download files to learn their digests; pack will need --pin for them')
    .addHelpText('after', '\nExample:\n  airlock lock coder.yaml')
    .action((list: string, options: LockVerbOptions) =>
      run('lock', options, async ({ engine, context }) => {
        const outcome = await engine.lock(
          { list, out: options.output, noFetch: !options.fetch },
          // A lock is quickly made again: it names every login that is missing at once, and asks for none.
          { ...context, ask: (question) => (question.kind === 'login' ? NO_ANSWER : context.ask(question)) },
        );
        const { path, summary, receipt } = outcome;
        return {
          exit: receipt.exit,
          document: { lock: path, summary, receipt },
          lines: lockLines(outcome),
        };
      }),
    );
};

function lockLines({ path, name, summary }: LockOutcome): readonly string[] {
  const kinds = [
    ...(summary.images > 0 ? [count(summary.images, 'image')] : []),
    ...(summary.charts > 0 ? [count(summary.charts, 'chart')] : []),
    ...(summary.files > 0 ? [count(summary.files, 'file')] : []),
  ];
  const pulls = Object.entries(summary.pulls).map(([host, number]) => {
    const left = summary.rateLimits[host];
    const known = left === undefined ? '' : ` (${left.remaining} of ${left.limit} left)`;
    return `${host} ${number}${known}`;
  });
  return [
    `${name}: ${kinds.join(', ')}; ${formatBytes(summary.bytes)} in ${count(summary.blobs, 'blob')}`,
    ...(summary.sharedBytes > 0 ? [`sharing between items saves ${formatBytes(summary.sharedBytes)}`] : []),
    ...summary.wholeIndexes.map(
      ({ item, platforms, bytes, wantedBytes }) =>
        `${plain(item)} is kept whole: ${count(platforms, 'platform')}, ${formatBytes(bytes)}${
          wantedBytes === undefined
            ? ''
            : ` where the platforms asked for would be ${formatBytes(wantedBytes)}`
        }`,
    ),
    ...(pulls.length > 0
      ? [`pulls that a rate-limited registry counts: ${pulls.join(', ')}; packing adds none`]
      : []),
    ...(summary.firstSeen > 0
      ? [`${count(summary.firstSeen, 'item')} with a digest as first downloaded, not stated by the maker`]
      : []),
    ...(summary.unpinned > 0 ? [`${count(summary.unpinned, 'file')} not pinned: pack with --pin`] : []),
    ...summary.notes.map((note) => `note: ${plain(note)}`),
    `wrote ${path}`,
  ];
}
