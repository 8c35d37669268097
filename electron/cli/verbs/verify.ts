// `airlock verify`: every byte of a bundle read again and held against what it should be.
import type { VerifyOutcome } from '../../engine/index.ts';
import { withCommonOptions } from '../options.ts';
import { bundleHeading } from '../output/bundle-heading.ts';
import { itemNoteLines } from '../output/receipt-lines.ts';
import { count, formatBytes } from '../output/quantities.ts';
import { plain } from '../output/table.ts';
import type { AddVerb, CommonOptions } from '../verb.ts';

interface VerifyVerbOptions extends CommonOptions {
  readonly deep?: boolean;
  readonly strict?: boolean;
  readonly list?: boolean;
}

export const addVerifyVerb: AddVerb = (program, run) => {
  withCommonOptions(program.command('verify'))
    .summary('read every byte of a bundle again and check it')
    .description(
      'Reads every byte of a bundle and says of each file whether it is ok, damaged, missing, unexpected or left by an operating system.',
    )
    .argument('<bundle>', 'NAME.airlock or NAME.airlock.tar')
    .option('--deep', 'also decompress every layer and hold it against its image')
    .option('--strict', 'also refuse what an operating system left on the medium')
    .option('--list', 'name the files that are ok too')
    .addHelpText('after', '\nExample:\n  airlock verify /media/usb/coder.airlock')
    .action((path: string, options: VerifyVerbOptions) =>
      run('verify', options, async ({ engine, context }) => {
        const outcome = await engine.verify(
          { bundle: path, deep: options.deep === true, strict: options.strict === true },
          context,
        );
        const { verdict, files, items, totals, layersUnpacked, notes } = outcome.result;
        return {
          exit: outcome.receipt.exit,
          document: {
            bundle: outcome.bundle,
            verdict,
            files,
            items,
            totals,
            layersUnpacked,
            notes,
            receipt: outcome.receipt,
          },
          lines: verifyLines(outcome, { withOk: options.list === true, strict: options.strict === true }),
        };
      }),
    );
};

const STATES = {
  ok: 'ok',
  damaged: 'DAMAGED',
  missing: 'MISSING',
  unexpected: 'UNEXPECTED',
  litter: 'left by the operating system',
} as const;

const VERDICTS = {
  whole: 'whole: every byte is what it should be',
  incomplete: 'whole as far as it says it is; something could not be had when it was sealed',
  damaged:
    'DO NOT USE: this bundle is not what was packed. Copy it again from where it was packed, and verify that.',
} as const;

const LITTERED =
  'refused by --strict: every byte that was packed is there and right; remove what the operating system left and verify again';

function onlyLitter({ items, totals }: VerifyOutcome['result']): boolean {
  const { damaged, missing, unexpected, litter } = totals;
  return litter > 0 && damaged + missing + unexpected === 0 && items.every(({ state }) => state === 'ok');
}

/** What lies there instead of what was sealed, where that was looked at; a name that is a sum says itself what was sealed. */
function foundInWords({
  path,
  size,
  state,
  sha256,
  foundSize,
  foundSha256,
}: VerifyOutcome['result']['files'][number]): string {
  if (state === 'unexpected')
    return foundSize === undefined ? '' : ` (${formatBytes(foundSize)}, not opened)`;
  if (foundSha256 === undefined || foundSha256 === sha256) return '';
  const sealed = sha256 === undefined || path.endsWith(sha256) ? '' : `sealed sha256 ${sha256}, `;
  const length = size === foundSize ? ', the length is right' : '';
  return ` (${sealed}found sha256 ${foundSha256}${length})`;
}

function verifyLines(
  { bundle, result, receipt }: VerifyOutcome,
  { withOk, strict }: { readonly withOk: boolean; readonly strict: boolean },
): readonly string[] {
  const { verdict, files, items, totals, layersUnpacked, notes } = result;
  const told = files.filter(({ state }) => withOk || state !== 'ok');
  const hit = items.filter(({ state }) => state !== 'ok');
  return [
    ...bundleHeading(bundle),
    ...told.map(
      (file) =>
        `${STATES[file.state]}: ${plain(file.path)}${file.why === undefined || file.state === 'litter' ? '' : ` ${plain(file.why)}`}${foundInWords(file)}`,
    ),
    ...hit.map(({ kind, reference, state }) => `${kind} ${plain(reference)} is ${state}`),
    ...notes.map((note) => `note: ${plain(note)}`),
    ...itemNoteLines(receipt),
    `${count(totals.ok, 'file')} ok, ${totals.damaged} damaged, ${totals.missing} missing, ${totals.unexpected} unexpected${totals.litter === 0 ? '' : `, ${totals.litter} left by the operating system`}; ${formatBytes(totals.bytes)} in ${count(items.length, 'item')}`,
    ...(layersUnpacked > 0 ? [`${count(layersUnpacked, 'layer')} decompressed`] : []),
    strict && verdict === 'damaged' && onlyLitter(result) ? LITTERED : VERDICTS[verdict],
  ];
}
