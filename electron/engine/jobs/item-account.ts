// What a receipt says about an item from its lock alone, and what a job comes to from its items.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS, exitOf } from '../../../shared/errors/codes.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { LockItem, LockSource } from '../../../shared/format/lock.ts';
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';

/** Where the bytes of an item come from, for people. */
export function describeSource(source: LockSource): string {
  switch (source.type) {
    case 'registry':
      return `${source.host}/${source.repository}`;
    case 'archive':
      return source.entry === undefined ? source.path : `${source.path}:${source.entry}`;
    case 'daemon':
      return `daemon:${source.name}`;
    case 'chartRepository':
    case 'url':
      return source.url;
    default:
      return source.path;
  }
}

/** What the operator should know about an item that succeeded. */
export function itemNotes(item: LockItem): string[] {
  const notes: string[] = [];
  if (item.madeByAirlock === true) notes.push('digest made by Airlock');
  if (item.stated?.by === 'firstSeen') notes.push('digest as first downloaded, not stated by its maker');
  if (item.original !== undefined && item.root !== undefined && item.original.digest !== item.root.digest)
    notes.push(`index ${item.original.digest} became ${item.root.digest}, as the list has it`);
  if (item.missingPlatforms !== undefined && item.missingPlatforms.length > 0)
    notes.push(`the source has no ${item.missingPlatforms.join(', ')}`);
  return notes;
}

/** How one row of a receipt ended. */
export type Outcome =
  | { readonly outcome: 'carried' | 'present' | 'cancelled' }
  | { readonly outcome: 'skipped'; readonly notes: readonly string[] }
  | { readonly outcome: 'failed'; readonly error: unknown };

/** With the bytes that had moved by then. */
export type Ended = Outcome & { readonly bytes: number };

/** The part of a receipt's row that tells how it ended. */
export function rowOf(
  ended: Ended,
  notes: readonly string[],
): Pick<ReceiptItem, 'outcome' | 'bytes' | 'notes' | 'error'> {
  const { outcome, bytes } = ended;
  if (outcome === 'failed') return { outcome, bytes, notes: [...notes], error: toWire(ended.error) };
  return { outcome, bytes, notes: outcome === 'skipped' ? [...notes, ...ended.notes] : [...notes] };
}

/** SOME_ITEMS_FAILED: nothing is damaged, and nothing can be done with this item here. */
export function notWhole(reference: string): AirlockError {
  return new AirlockError('SOME_ITEMS_FAILED', `${reference} was not whole when the bundle was sealed.`, {
    side: 'bundle',
    remedy: 'Pack it again where its source can be reached, and use that bundle.',
  });
}

/** DESIGN §5: done; some done, some failed; else the class that all failures share. Damage and policy win. */
export function concludeItems(
  items: readonly ReceiptItem[],
  cancelled: boolean,
): Pick<Receipt, 'outcome' | 'exit'> {
  if (cancelled) return { outcome: 'cancelled', exit: ERRORS.CANCELLED.exit };
  const codes = items.flatMap((item): ErrorCode[] => (item.error === undefined ? [] : [item.error.code]));
  if (codes.length === 0) return { outcome: 'done', exit: 0 };
  const worst = exitOf(codes);
  if (items.every((item) => item.outcome === 'failed')) return { outcome: 'failed', exit: worst };
  return { outcome: 'partial', exit: worst === 5 || worst === 7 ? worst : ERRORS.SOME_ITEMS_FAILED.exit };
}
