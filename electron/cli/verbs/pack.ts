// `airlock pack`: everything a list or lock names, sealed into a bundle.
import { withNetworkOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { plain } from '../output/table.ts';
import { problemLines, receiptLines } from '../output/receipt-lines.ts';
import type { AddVerb, NetworkOptions } from '../verb.ts';

interface PackVerbOptions extends NetworkOptions {
  readonly output: string;
  readonly pin?: boolean;
  readonly releaseStore?: boolean;
  readonly sealIncomplete?: boolean;
}

export const addPackVerb: AddVerb = (program, run) => {
  withNetworkOptions(program.command('pack'))
    .summary('download everything and seal it into a bundle')
    .description(
      'Downloads everything that a transfer list or a lock names and seals it into a bundle. Run it again after an interruption: it goes on where it was.',
    )
    .argument('<list.yaml|lock.json>', 'a transfer list, or the lock made from one')
    .option(
      '-o, --output <place>',
      'the folder to put the bundle into, or a name that ends in .airlock or .airlock.tar',
      '.',
    )
    .option('--pin', 'download and pin what was locked with --no-fetch; writes a new lock beside the old one')
    .option('--release-store', 'remove <lock>.store once the bundle is sealed')
    .option('--seal-incomplete', 'seal what is there even where items failed (folders only)')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock pack coder.yaml -o /media/usb\n  airlock pack coder-1.44.lock.json -o /media/usb/coder.airlock.tar',
    )
    .action((source: string, options: PackVerbOptions) =>
      run('pack', options, async ({ engine, context }) => {
        const { receipt, place, bundle, sealed } = await engine.pack(
          {
            source,
            output: options.output,
            pin: options.pin === true,
            releaseStore: options.releaseStore === true,
            sealIncomplete: options.sealIncomplete === true,
          },
          context,
        );
        return {
          exit: receipt.exit,
          document: { place, sealed, bundle, receipt },
          lines: [
            ...(bundle === undefined ? [] : bundleHeading(bundle)),
            ...receiptLines(receipt),
            SEALED[sealed](plain(place)),
          ],
          problems: problemLines(receipt),
        };
      }),
    );
};

const SEALED = {
  now: (place: string) => `sealed ${place}`,
  already: (place: string) => `already sealed: ${place}`,
  no: (place: string) =>
    `not sealed; what is done is kept in ${place}.work, and the same command goes on from there`,
} as const;
