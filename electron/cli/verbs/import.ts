// `airlock import`: a bundle into a registry.
import { Option } from 'commander';
import { withNetworkOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { problemLines, receiptLines } from '../output/receipt-lines.ts';
import { formatTable } from '../output/table.ts';
import type { ImportOutcome, TagPolicy } from '../../engine/index.ts';
import type { AddVerb, NetworkOptions } from '../verb.ts';

interface ImportVerbOptions extends NetworkOptions {
  readonly to: string;
  readonly map?: string;
  readonly tags?: TagPolicy;
  readonly verifyFirst?: boolean;
  readonly dryRun?: boolean;
  /** Commander's form of --no-tag. */
  readonly tag: boolean;
}

export const addImportVerb: AddVerb = (program, run) => {
  withNetworkOptions(program.command('import'))
    .summary('push a bundle into a registry')
    .description('Checks a bundle and pushes what the registry does not have yet, every digest unchanged.')
    .argument('<bundle>', 'NAME.airlock or NAME.airlock.tar')
    .requiredOption('--to <registry[/prefix]>', 'the registry that takes it')
    .option('--map <keep-host|file>', 'how names change: keep the source host in them, or rules of a file')
    .addOption(
      new Option('--tags <rule>', 'what to do where a tag names something else there').choices([
        'ask',
        'fail',
        'skip',
        'overwrite',
      ]),
    )
    .option('--verify-first', 'read and check every byte before the first one is sent')
    .option('--dry-run', 'show what would get which name, and send nothing')
    .option('--no-tag', 'leave items that are known by digest alone without a tag')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock import coder.airlock --to registry.plant.example/mirror --dry-run\n  airlock import coder.airlock --to registry.plant.example/mirror',
    )
    .action((bundle: string, options: ImportVerbOptions) =>
      run('import', options, async ({ engine, context, host }) => {
        const asks = host.stdin.isTTY && host.stderr.isTTY && options.json !== true;
        const outcome = await engine.import(
          {
            bundle,
            to: options.to,
            map: options.map,
            tags: options.tags ?? (asks ? 'ask' : 'fail'),
            verifyFirst: options.verifyFirst === true,
            dryRun: options.dryRun === true,
            noTag: !options.tag,
          },
          context,
        );
        return {
          exit: outcome.receipt.exit,
          document: { bundle: outcome.bundle, rows: outcome.rows, receipt: outcome.receipt },
          lines: [
            ...bundleHeading(outcome.bundle),
            ...(options.dryRun === true ? mappingLines(outcome) : receiptLines(outcome.receipt)),
          ],
          problems: problemLines(outcome.receipt),
        };
      }),
    );
};

const THERE = { nothing: 'new', same: 'there already', other: 'ANOTHER ONE THERE' } as const;

function mappingLines({ rows }: ImportOutcome): readonly string[] {
  return [
    ...formatTable(
      ['item', 'target', 'at the target'],
      rows.map((row) => [
        row.attachedTo === undefined ? row.item : `  attached to ${row.item}`,
        row.target,
        row.conflict === undefined ? THERE[row.there] : `conflict with ${row.conflict.join(', ')}`,
      ]),
    ),
    '',
    'dry run: nothing was sent',
  ];
}
