// What a receipt says about an item from its lock alone, and what a job comes to from its items.
import { ERRORS, exitOf } from '../../../shared/errors/codes.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
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
