// `airlock inspect`: what is inside a bundle.
import type { InspectOutcome } from '../../engine/index.ts';
import { withCommonOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { count, formatBytes } from '../output/quantities.ts';
import { formatTable, plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

export const addInspectVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('inspect'))
    .summary('show what is inside a bundle')
    .description(
      'Shows what is inside a bundle, without reading its layers. `airlock verify` is what checks it.',
    )
    .argument('<bundle>', 'NAME.airlock or NAME.airlock.tar')
    .addHelpText('after', '\nExample:\n  airlock inspect coder.airlock')
    .action((path: string, options: CommonOptions) =>
      run('inspect', options, async ({ engine, context }) => {
        const outcome = await engine.inspect(path, context);
        return { exit: 0, document: { ...outcome }, lines: inspectLines(outcome) };
      }),
    );
};

const ABSENT: Readonly<Record<string, string>> = {
  platform: 'of platforms that were not asked for',
  foreign: 'that its maker lets nobody pass on',
  base: 'that an earlier bundle brought',
  failed: 'that could not be had when it was sealed',
};

function inspectLines({ bundle, inspection }: InspectOutcome): readonly string[] {
  const { description, created, stream, sequence, items, blobs, bytes, absent } = inspection;
  return [
    ...bundleHeading(bundle),
    ...(description === undefined ? [] : [plain(description)]),
    `locked ${created}${stream === undefined ? '' : `; ${plain(stream)}${sequence === undefined ? '' : ` number ${sequence}`}`}`,
    '',
    ...formatTable(
      ['kind', 'item', 'digest', 'platforms', 'with it'],
      items.map((item) => [
        item.kind,
        item.reference,
        item.digest.slice(0, 19),
        item.platforms.join(' '),
        item.attached === 0 ? '' : count(item.attached, 'attachment'),
      ]),
    ),
    '',
    `${count(items.length, 'item')}, ${count(blobs, 'blob')}, ${formatBytes(bytes)}`,
    ...Object.entries(absent).map(
      ([reason, number]) => `not in it: ${count(number, 'digest')} ${ABSENT[reason] ?? reason}`,
    ),
  ];
}
