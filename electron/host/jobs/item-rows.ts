// The rows of one job: named by its plan, moved on by its events, and what changed since it was last told.
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';
import type { JobItem } from '../../../shared/station/job.ts';

type Change = { readonly index: number; readonly item: JobItem };

export interface ItemRows {
  readonly rows: readonly JobItem[];
  report(event: ProgressEvent): void;
  /** How each item ended, as the receipt has it. */
  conclude(receipt: Receipt): void;
  /** Rows that are new or stand differently since they were last taken. */
  takeChanged(): Change[];
  /** Done bytes by index, of rows where nothing else changed since, and how many of them had no need to move. */
  takeMoved(): [number, number, number][];
  /** Whether there is anything to take. */
  readonly isDirty: boolean;
}

const ENDINGS = {
  carried: 'done',
  present: 'present',
  skipped: 'skipped',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<ReceiptItem['outcome'], JobItem['state']>;

/** `isRead`: the job reads what is there (verify), so that what is present is done. */
export function createItemRows({ isRead }: { readonly isRead: boolean }): ItemRows {
  const rows: JobItem[] = [];
  const indexes = new Map<string, number>();
  const changed = new Set<number>();
  const moved = new Set<number>();
  const present = new Map<number, number>();

  const indexOf = (name: string, fresh: Partial<JobItem> = {}): number => {
    const known = indexes.get(name);
    if (known !== undefined) return known;
    const index = rows.length;
    rows.push({ item: name, kind: null, bytes: null, doneBytes: 0, state: 'queued', error: null, ...fresh });
    indexes.set(name, index);
    changed.add(index);
    return index;
  };

  const edit = (index: number, change: Partial<JobItem>): void => {
    const row = rows[index];
    if (row === undefined) return;
    rows[index] = { ...row, ...change };
    changed.add(index);
  };

  return {
    rows,
    report(event) {
      if (event.kind === 'plan')
        for (const { item, itemKind, bytes } of event.items) edit(indexOf(item), { kind: itemKind, bytes });
      else if (event.kind === 'item') {
        const index = indexOf(event.item);
        const before = rows[index];
        const error = event.error ?? null;
        if (before !== undefined && (before.state !== event.state || before.error !== error))
          edit(index, { state: event.state, error });
      } else if (event.kind === 'bytes' && event.item !== undefined && event.resent !== true) {
        const index = indexOf(event.item);
        const row = rows[index];
        if (row === undefined) return;
        rows[index] = { ...row, doneBytes: row.doneBytes + event.bytes };
        if (event.present === true) present.set(index, (present.get(index) ?? 0) + event.bytes);
        moved.add(index);
      }
    },
    conclude(receipt) {
      for (const [name, end] of endsOf(receipt, indexes)) {
        const index = indexOf(name, { kind: end.kind });
        const state = isRead && end.outcome === 'present' ? 'done' : ENDINGS[end.outcome];
        const row = rows[index];
        if (row !== undefined && (row.state !== state || row.error !== (end.error ?? null)))
          edit(index, { state, error: end.error ?? null });
      }
    },
    takeChanged() {
      const changes: Change[] = [];
      for (const index of changed) {
        const item = rows[index];
        if (item !== undefined) changes.push({ index, item });
        moved.delete(index);
      }
      changed.clear();
      return changes;
    },
    takeMoved() {
      const moves = [...moved].map((index): [number, number, number] => [
        index,
        rows[index]?.doneBytes ?? 0,
        present.get(index) ?? 0,
      ]);
      moved.clear();
      return moves;
    },
    get isDirty() {
      return changed.size > 0 || moved.size > 0;
    },
  };
}

/** What an import carries for an item under several names ends as its worst; what is attached to items has no row. */
function endsOf(receipt: Receipt, known: ReadonlyMap<string, number>): ReadonlyMap<string, ReceiptItem> {
  const ends = new Map<string, ReceiptItem>();
  const kinds = new Map<string, Set<string>>();
  const items = receipt.items.filter(({ attachedTo }) => attachedTo === undefined);
  for (const { item, kind } of items) kinds.set(item, (kinds.get(item) ?? new Set()).add(kind));
  for (const end of items) {
    const withKind = `${end.kind} ${end.item}`;
    const isShared = known.has(withKind) || (kinds.get(end.item)?.size ?? 0) > 1;
    const name = isShared ? withKind : end.item;
    const other = ends.get(name);
    if (other === undefined || SEVERITY[end.outcome] > SEVERITY[other.outcome]) ends.set(name, end);
  }
  return ends;
}

const SEVERITY = { carried: 1, present: 0, skipped: 2, cancelled: 3, failed: 4 } as const;
