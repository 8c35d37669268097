// `airlock diff`: what is new from one bundle to the next.
import type { DiffOutcome } from '../../engine/index.ts';
import { withCommonOptions } from '../options.ts';
import { count, formatBytes } from '../output/quantities.ts';
import { formatTable, plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

export const addDiffVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('diff'))
    .summary('show what is new from one bundle to the next')
    .description(
      'Shows items added, removed and changed from one bundle to another, and the bytes that are new.',
    )
    .argument('<old>', 'the earlier bundle')
    .argument('<new>', 'the later bundle')
    .addHelpText('after', '\nExample:\n  airlock diff coder-1.43.airlock coder-1.44.airlock')
    .action((older: string, newer: string, options: CommonOptions) =>
      run('diff', options, async ({ engine, context }) => {
        const outcome = await engine.diff(older, newer, context);
        return { exit: 0, document: { ...outcome }, lines: diffLines(outcome) };
      }),
    );
};

function diffLines({ older, newer, diff }: DiffOutcome): readonly string[] {
  const short = (digest: string | undefined) => digest?.slice(0, 19) ?? '';
  return [
    `${plain(older.name)} and ${plain(newer.name)}: unsigned bundles, nobody vouches for them`,
    ...(diff.changes.length === 0
      ? []
      : [
          ...formatTable(
            ['change', 'kind', 'item', 'before', 'after', 'new'],
            diff.changes.map(({ change, kind, reference, was, before, after, newBytes }) => [
              change,
              kind,
              reference,
              was === undefined ? short(before) : tagOf(was),
              was === undefined ? short(after) : tagOf(reference),
              newBytes === undefined ? '' : formatBytes(newBytes),
            ]),
            [5],
          ),
          '',
        ]),
    `${count(diff.changes.length, 'item')} changed, ${diff.same} the same; ${formatBytes(diff.newBytes)} of ${formatBytes(diff.totalBytes)} in ${count(diff.newBlobs, 'blob')} are new`,
  ];
}

/** `2.0.4`; of a reference without a tag, its digest. */
function tagOf(reference: string): string {
  const [named = '', digest = ''] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? digest.slice(0, 19) : named.slice(colon + 1);
}
