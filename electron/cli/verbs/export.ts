// `airlock export`: content of a bundle for programs that know nothing of Airlock.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ExportChoice } from '../../engine/index.ts';
import { withCommonOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { problemLines, receiptLines } from '../output/receipt-lines.ts';
import { plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

interface ExportVerbOptions extends CommonOptions {
  readonly images?: string;
  readonly platform?: string;
  readonly item?: string;
  readonly oci?: string;
  readonly files?: string;
  readonly charts?: string;
}

export const addExportVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('export'))
    .summary('write content of a bundle for other programs')
    .description(
      'Writes content of a bundle for programs that know nothing of Airlock. Choose one of the four forms.',
    )
    .argument('<bundle>', 'NAME.airlock or NAME.airlock.tar')
    .option('--images <file.tar>', 'all images as one archive for `docker load`, `podman load` and skopeo')
    .option('--platform <os/arch>', 'with --images: which platform of multi-platform images')
    .option('--item <name>', 'with --oci: one item, by its reference or its name in index.json')
    .option('--oci <folder>', 'with --item: as an OCI layout with this one entry')
    .option('--files <folder>', 'all files under their own paths, with SHA256SUMS')
    .option('--charts <folder>', 'all charts as .tgz, with an index.yaml')
    .addHelpText(
      'after',
      '\nExamples:\n  airlock export coder.airlock --images images.tar --platform linux/amd64\n  airlock export coder.airlock --item quay.io/org/app:2.0 --oci ./app\n  airlock export coder.airlock --files ./files',
    )
    .action((bundle: string, options: ExportVerbOptions) =>
      run('export', options, async ({ engine, context }) => {
        const outcome = await engine.export({ bundle, ...choiceOf(options) }, context);
        return {
          exit: outcome.receipt.exit,
          document: { bundle: outcome.bundle, place: outcome.place, receipt: outcome.receipt },
          lines: [
            ...bundleHeading(outcome.bundle),
            ...receiptLines(outcome.receipt),
            ...(outcome.receipt.outcome === 'done' ? [`wrote ${plain(outcome.place)}`] : []),
          ],
          problems: problemLines(outcome.receipt),
        };
      }),
    );
};

/** One form and what belongs to it. Throws USAGE for none, for two, and for an option of another form. */
function choiceOf({ images, platform, item, oci, files, charts }: ExportVerbOptions): ExportChoice {
  const forms = [images, item ?? oci, files, charts].filter((form) => form !== undefined);
  if (forms.length !== 1)
    throw new AirlockError(
      'USAGE',
      'Export takes one of --images FILE, --item NAME --oci DIR, --files DIR and --charts DIR.',
    );
  if (platform !== undefined && images === undefined)
    throw new AirlockError('USAGE', '--platform belongs to --images.');
  if (images !== undefined)
    return { what: 'images', path: images, ...(platform === undefined ? {} : { platform }) };
  if (files !== undefined) return { what: 'files', folder: files };
  if (charts !== undefined) return { what: 'charts', folder: charts };
  if (item === undefined || oci === undefined)
    throw new AirlockError('USAGE', '--item NAME and --oci DIR belong together.');
  return { what: 'item', name: item, folder: oci };
}
