// The reasons behind a verdict, as rows: what was looked at, what came of it, and where it is shown whole.
import { verifyTexts } from '../texts/verify.ts';
import type { ItemWord } from '../texts/states.ts';
import { countChanges } from './changes.ts';
import { sealedFiles, wholeItems } from './findings.ts';
import type { VerifyResult } from './Findings.tsx';
import type { Comparison, VerifyTab } from './verify-store.ts';

export interface Reason {
  readonly id: string;
  readonly word: ItemWord;
  /** In place of the word's own text. */
  readonly said: string | null;
  readonly check: string;
  readonly text: string;
  /** Where it is shown whole; null where this is all. */
  readonly tab: VerifyTab | null;
}

const words = verifyTexts.why;

/** `notices` were told while the check ran: that no receipt could be kept. */
export function reasonsOf(
  result: VerifyResult,
  comparison: Comparison,
  notices: readonly string[] = [],
): readonly Reason[] {
  const { bundle, report } = result;
  return [
    filesReason(result),
    contentsReason(result),
    reason('signature', 'unsigned', words.signature, words.signatureNone, null),
    report.layersUnpacked > 0
      ? reason('layers', 'ok', words.layers, words.layersDone(report.layersUnpacked), null)
      : reason('layers', 'notTested', words.layers, words.layersNot, null),
    ...(report.totals.litter > 0
      ? [reason('litter', 'litter', words.litter, words.litterText(report.totals.litter), 'findings')]
      : []),
    ...[...bundle.warnings, ...report.notes, ...notices].map((note, index) =>
      reason(`note ${index}`, 'toJudge', words.note, note, null),
    ),
    differencesReason(comparison),
  ];
}

function reason(
  id: string,
  word: ItemWord,
  check: string,
  text: string,
  tab: VerifyTab | null,
  said: string | null = null,
): Reason {
  return { id, word, said, check, text, tab };
}

function filesReason({ report }: VerifyResult): Reason {
  const { whole, all } = sealedFiles(report);
  const { damaged, missing, unexpected } = report.totals;
  if (damaged + missing + unexpected === 0)
    return reason('files', 'ok', words.files, words.filesOk(all), 'files');
  const word = damaged > 0 ? 'damaged' : missing > 0 ? 'missing' : 'unexpected';
  return reason('files', word, words.files, words.filesBad(whole, all), 'findings');
}

function contentsReason({ report, inspection }: VerifyResult): Reason {
  const { whole, all } = wholeItems(report);
  return whole === all
    ? reason('contents', 'complete', words.contents, words.contentsOk(inspection.blobs, all), 'items')
    : reason(
        'contents',
        report.items.some(({ state }) => state === 'damaged') ? 'damaged' : 'incomplete',
        words.contents,
        words.contentsBad(whole, all),
        'items',
      );
}

function differencesReason(comparison: Comparison): Reason {
  if (comparison.kind !== 'compared')
    return reason('differences', 'notTested', words.differences, words.differencesNone, 'differences');
  const { diff, older } = comparison.value;
  const { changed, added, removed } = countChanges(diff.changes);
  const text = words.differencesText(changed, added, removed, older.name);
  return diff.changes.length === 0
    ? reason('differences', 'ok', words.differences, text, 'differences')
    : reason('differences', 'toJudge', words.differences, text, 'differences');
}
