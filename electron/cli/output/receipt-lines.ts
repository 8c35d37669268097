// A receipt as people read it: what became of each item, and the sum.
import type { WireError } from '../../../shared/errors/wire.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import { failureLines } from './failure.ts';
import { count, formatBytes } from './quantities.ts';
import { formatTable, plain } from './table.ts';

const MOST_ROWS = 200;
const MOST_NAMED = 5;

/** Table of items with their targets, notes below it, then the sum. What failed is told by `problemLines`. */
export function receiptLines(receipt: Receipt): readonly string[] {
  const jobNotes = receipt.notes.map((note) => `note: ${shortDigests(plain(note))}`);
  return [...itemLines(receipt), ...jobNotes, ...itemNoteLines(receipt), sumLine(receipt)];
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

function itemLines({ items }: Receipt): readonly string[] {
  if (items.length === 0) return [];
  const withTarget = items.some((item) => item.target !== undefined);
  const rows = items
    .slice(0, MOST_ROWS)
    .map((item) => [
      item.attachedTo === undefined ? item.item : `  attached to ${item.item}`,
      ...(withTarget ? [shortDigests(item.target ?? '')] : []),
      item.digest?.slice(0, 19) ?? '',
      item.outcome,
      formatBytes(item.bytes),
    ]);
  const head = ['item', ...(withTarget ? ['target'] : []), 'digest', 'outcome', 'bytes'];
  const more = items.length - MOST_ROWS;
  return [
    ...formatTable(head, rows, [head.length - 1]),
    ...(more > 0 ? [`and ${more} more; --json has all`] : []),
    '',
  ];
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
  const resent = receipt.bytesResent > 0 ? `, ${formatBytes(receipt.bytesResent)} of it again` : '';
  return `${receipt.desk} ${receipt.outcome}: ${parts.length === 0 ? 'no items' : parts.join(', ')}; ${formatBytes(receipt.bytesSent)} moved${resent}`;
}

/** Whole digests make no readable row; --json has them. */
function shortDigests(text: string): string {
  return text.replaceAll(/(sha(?:256|512):[0-9a-f]{12})[0-9a-f]+/g, '$1');
}
