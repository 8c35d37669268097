// The History desk's own state: what is looked for, the rows found so far, and the receipt that is looked at.
import { create } from 'zustand';
import type { WireError } from '../../shared/errors/wire.ts';
import type { Receipt } from '../../shared/format/receipt.ts';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';

export interface HistoryQuery {
  readonly text: string;
  readonly desk: HistoryRow['desk'] | null;
  readonly outcome: HistoryRow['outcome'] | null;
}

export interface HistoryState {
  /** As it stands in the fields; what was asked last may be a moment behind. */
  readonly query: HistoryQuery;
  /** The newest so far; the others follow by themselves. */
  readonly rows: readonly HistoryRow[];
  /** Null until there was an answer. */
  readonly total: number | null;
  /** Older receipts are still being read: the total grows. */
  readonly isReading: boolean;
  readonly error: WireError | null;
  /** A line's key; null for the first. */
  readonly selected: string | null;
  /** By job, those that were looked at. */
  readonly receipts: Readonly<Record<string, Receipt | WireError>>;
  /** The job whose receipt is the screen. */
  readonly open: string | null;
  readonly isSaving: boolean;
  /** A receipt was closed: the list takes the focus. */
  readonly isReturning: boolean;
}

export const EVERYTHING: HistoryQuery = { text: '', desk: null, outcome: null };

export const NEW_HISTORY: HistoryState = {
  query: EVERYTHING,
  rows: [],
  total: null,
  isReading: false,
  error: null,
  selected: null,
  receipts: {},
  open: null,
  isSaving: false,
  isReturning: false,
};

export const useHistory = create<HistoryState>()(() => NEW_HISTORY);

export function isEverything({ text, desk, outcome }: HistoryQuery): boolean {
  return text.trim() === '' && desk === null && outcome === null;
}

/** Shows one receipt whole. */
export function openReceipt(job: string): void {
  useHistory.setState({ open: job, selected: keyOfReceipt(job) });
}

export function closeReceipt(): void {
  useHistory.setState({ open: null, isReturning: true });
}

export function keyOfReceipt(job: string): string {
  return `receipt ${job}`;
}

/** A receipt that was read; undefined where it was not yet, or cannot be. */
export function receiptIn({ receipts }: Pick<HistoryState, 'receipts'>, job: string): Receipt | undefined {
  const known = receipts[job];
  return known !== undefined && 'receipt' in known ? known : undefined;
}
