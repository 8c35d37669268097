// A receipt as its screen shows it: which rows a tab and a filter leave, counts in words, and why a job failed as a whole.
import { ERRORS } from '../../shared/errors/codes.ts';
import type { WireError } from '../../shared/errors/wire.ts';
import type { Receipt, ReceiptItem } from '../../shared/format/receipt.ts';
import { nextOf } from '../texts/errors.ts';
import { codeOf, outcomeWord } from '../texts/history.ts';
import { stateTexts } from '../texts/states.ts';
import { formatNumber } from '../ui/quantities.ts';

export const RECEIPT_TABS = ['all', 'failed', 'done', 'notes'] as const;
export type ReceiptTab = (typeof RECEIPT_TABS)[number];

export interface ReceiptRow {
  /** An item may be there under several names. */
  readonly key: string;
  readonly item: ReceiptItem;
}

function isFailed({ outcome }: ReceiptItem): boolean {
  return outcome === 'failed' || outcome === 'cancelled';
}

/** Rows of the tab in which every word of the filter is found. */
export function receiptRows(receipt: Receipt, tab: ReceiptTab, filter: string): readonly ReceiptRow[] {
  const words = filter.toLowerCase().split(/\s+/);
  return receipt.items
    .map((item, index) => ({ key: String(index), item }))
    .filter(({ item }) => {
      if (tab === 'failed' && !isFailed(item)) return false;
      if (tab === 'done' && isFailed(item)) return false;
      const { source, target = '', digest = '' } = item;
      const text = [item.item, source, target, digest].join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    });
}

export function countReceipt({ items, notes }: Receipt): Readonly<Record<ReceiptTab, number>> {
  const failed = items.filter(isFailed).length;
  return { all: items.length, failed, done: items.length - failed, notes: notes.length };
}

const ORDER: readonly ReceiptItem['outcome'][] = ['carried', 'present', 'skipped', 'failed', 'cancelled'];

/** `33 done, 1 failed`; what is attached to items is counted with them. */
export function outcomesInWords({ desk, items }: Receipt): string {
  const own = items.filter(({ attachedTo }) => attachedTo === undefined);
  return ORDER.flatMap((outcome) => {
    const count = own.filter((item) => item.outcome === outcome).length;
    return count === 0
      ? []
      : [`${formatNumber(count)} ${stateTexts[outcomeWord(outcome, desk)].toLowerCase()}`];
  }).join(', ');
}

/** A job that failed as a whole notes its code and what happened first. */
export function failureOf({ notes, outcome }: Receipt): WireError | null {
  const [note = ''] = notes;
  const code = outcome === 'failed' ? codeOf(note) : null;
  if (code === null) return null;
  const { side } = ERRORS[code];
  return {
    code,
    message: note.slice(code.length + 2),
    side,
    remedy: nextOf({ code }),
    details: {},
    causes: [],
  };
}

export interface FailureGroup {
  readonly error: WireError;
  readonly items: readonly string[];
}

/** Failures of one code together: one card instead of one for each item. */
export function failureGroups({ items }: Receipt): readonly FailureGroup[] {
  const groups = new Map<string, { readonly error: WireError; readonly items: string[] }>();
  for (const { item, error } of items) {
    if (error === undefined) continue;
    const known = groups.get(error.code);
    if (known === undefined) groups.set(error.code, { error, items: [item] });
    else known.items.push(item);
  }
  return [...groups.values()];
}
