// A receipt as people read it: what became of each item, and the sum.
import type { WireError } from '../../../shared/errors/wire.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import { failureLines } from './failure.ts';
import { count, formatBytes } from './quantities.ts';
import { formatTable, plain } from './table.ts';

/** Longer receipts show what needs a look; the rest is in --json and `airlock history JOB`. */
const READABLE_ROWS = 40;
const MOST_NAMED = 5;

/**
 * Table of items with their targets, notes below it, then the sum. What failed is told by `problemLines`. A long table is cut
 * to what failed and what is new, unless `all` is asked for.
 */
export function receiptLines(
  receipt: Receipt,
  { all = false }: { readonly all?: boolean } = {},
): readonly string[] {
  const jobNotes = receipt.notes.map((note) => `note: ${shortDigests(plain(note))}`);
  return [...itemLines(receipt, all), ...jobNotes, ...itemNoteLines(receipt), sumLine(receipt)];
}

/** Each kind of failure once, with the items it befell: a registry that is down makes one message, not two hundred. */
export function problemLines({ items }: Receipt): readonly string[] {
  const kinds = new Map<string, { readonly error: WireError; readonly befell: string[] }>();
  for (const { item, error } of items) {
    if (error === undefined) continue;
    const key = `${error.code} ${error.side} ${error.remedy}`;
    const known = kinds.get(key) ?? { error, befell: [] };
    known.befell.push(item);
    kinds.set(key, known);
  }
  return [...kinds.values()].flatMap(({ error, befell }) => {
    const [first = '', ...others] = befell;
    const named = error.message.includes(first) ? error.message : `${first}: ${error.message}`;
    const lines = failureLines({ ...error, message: named });
    if (others.length === 0) return lines;
    const more = others.length > MOST_NAMED ? `, and ${others.length - MOST_NAMED} more` : '';
    const also = `  also: ${others.slice(0, MOST_NAMED).map(plain).join(', ')}${more}`;
    return [...lines.slice(0, 1), also, ...lines.slice(1)];
  });
}

/** Names stand last: where a terminal is too narrow for them, the columns before them are still in line. */
function itemLines({ items, job }: Receipt, all: boolean): readonly string[] {
  if (items.length === 0) return [];
  const shown = all ? items : readable(items);
  const withTarget = items.some((item) => item.target !== undefined);
  const rows = shown.map((item) => [
    item.outcome,
    formatBytes(item.bytes),
    item.digest?.slice(0, 19) ?? '',
    item.attachedTo === undefined ? item.item : `  attached to ${item.item}`,
    ...(withTarget ? [shortDigests(item.target ?? '')] : []),
  ]);
  const head = ['outcome', 'bytes', 'digest', 'item', ...(withTarget ? ['target'] : [])];
  const hidden = items.length - shown.length;
  return [
    ...(rows.length > 0 ? formatTable(head, rows, [1]) : []),
    ...(hidden > 0 ? [`${hidden} of ${count(items.length, 'row')} not shown: airlock history ${job}`] : []),
    '',
  ];
}

/** All of a short table; of a long one what was done, where that is little, else what was not done. */
function readable(items: Receipt['items']): Receipt['items'] {
  if (items.length <= READABLE_ROWS) return items;
  const changed = items.filter(({ outcome }) => outcome !== 'present');
  if (changed.length <= READABLE_ROWS) return changed;
  return changed.filter(({ outcome }) => outcome !== 'carried').slice(0, READABLE_ROWS);
}

/** Each note once, with the items it is about. */
export function itemNoteLines({ items }: Receipt): readonly string[] {
  const told = new Map<string, string[]>();
  for (const item of items)
    for (const note of item.notes) told.set(note, [...(told.get(note) ?? []), item.item]);
  return [...told].map(
    ([note, of]) =>
      `note: ${shortDigests(plain(note))}: ${of.length > 3 ? count(of.length, 'item') : of.map(plain).join(', ')}`,
  );
}

function sumLine(receipt: Receipt): string {
  const items = receipt.items.filter((item) => item.attachedTo === undefined);
  const of = (outcome: string) => items.filter((item) => item.outcome === outcome).length;
  const parts = (['carried', 'present', 'skipped', 'failed', 'cancelled'] as const)
    .filter((outcome) => of(outcome) > 0)
    .map((outcome) => `${of(outcome)} ${outcome}`);
  // These two read and write on this machine; nothing moves.
  if (receipt.desk === 'verify' || receipt.desk === 'export')
    return `${receipt.desk} ${receipt.outcome}: ${parts.length === 0 ? 'no items' : parts.join(', ')}`;
  const resent = receipt.bytesResent > 0 ? `, ${formatBytes(receipt.bytesResent)} of it again` : '';
  return `${receipt.desk} ${receipt.outcome}: ${parts.length === 0 ? 'no items' : parts.join(', ')}; ${formatBytes(receipt.bytesSent)} moved${resent}`;
}

/** Whole digests make no readable row; --json has them. */
function shortDigests(text: string): string {
  return text.replaceAll(/(sha(?:256|512):[0-9a-f]{12})[0-9a-f]+/g, '$1');
}
