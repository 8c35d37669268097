// The rows of the Lock step: what is being resolved, then what the lock holds, faults first.
import type { WireError } from '../../shared/errors/wire.ts';
import type { DraftItem, ItemKind, LockRow, LockView } from '../../shared/station/contents.ts';
import type { JobItem } from '../../shared/station/job.ts';
import { holdsWords, keyOf, wordsOf } from './draft.ts';

export interface LockLine {
  readonly key: string;
  readonly kind: ItemKind;
  readonly reference: string;
  readonly state: 'queued' | 'running' | 'locked' | 'moved' | 'failed';
  readonly error: WireError | null;
  /** What the lock holds of it; null until there is a lock. */
  readonly row: LockRow | null;
}

export type LockTab = 'all' | 'locked' | 'failed' | 'moved' | 'unsigned' | 'noted';

/** The lock's own rows where there is one; else the draft's, each as far as the job has come with it. */
export function lockLines(
  draft: readonly DraftItem[],
  job: readonly JobItem[],
  lock: LockView | null,
): readonly LockLine[] {
  if (lock !== null)
    return lock.rows.map((row) => ({
      key: keyOf(row),
      kind: row.kind,
      reference: row.reference,
      state: row.moved === null ? 'locked' : 'moved',
      error: null,
      row,
    }));
  const states = new Map(job.map((item) => [item.item, item]));
  return draft.map((item) => {
    // Where an image and a chart have one reference, the job tells them apart by their kinds.
    const { state, error } = states.get(keyOf(item)) ??
      states.get(item.reference) ?? { state: 'queued' as const, error: null };
    return {
      key: keyOf(item),
      kind: item.kind,
      reference: item.reference,
      state: lineState(state),
      error: error === null ? null : withoutPlace(error),
      row: null,
    };
  });
}

/** An engine that reads a list says in which line an entry stands; here the row itself is the place. */
function withoutPlace(error: WireError): WireError {
  return { ...error, message: error.message.replace(/^.*?\.ya?ml:\d+:\d+: /, '') };
}

function lineState(state: JobItem['state']): LockLine['state'] {
  if (state === 'failed') return 'failed';
  if (state === 'running' || state === 'waiting') return 'running';
  return state === 'done' || state === 'present' || state === 'shared' ? 'locked' : 'queued';
}

export function countLockTabs(lines: readonly LockLine[]): Readonly<Record<LockTab, number>> {
  const counts = { all: lines.length, locked: 0, failed: 0, moved: 0, unsigned: 0, noted: 0 };
  for (const line of lines)
    for (const tab of ['locked', 'failed', 'moved', 'unsigned', 'noted'] as const)
      if (isIn(line, tab)) counts[tab] += 1;
  return counts;
}

export function linesOf(lines: readonly LockLine[], tab: LockTab, filter: string): readonly LockLine[] {
  const words = wordsOf(filter);
  return lines.filter(
    (line) => isIn(line, tab) && holdsWords(`${line.reference} ${line.row?.digest ?? ''}`, words),
  );
}

function isIn(line: LockLine, tab: LockTab): boolean {
  if (tab === 'all') return true;
  if (tab === 'unsigned') return line.row !== null && isUnsigned(line.row);
  if (tab === 'noted') return (line.row?.notes.length ?? 0) > 0;
  return line.state === tab;
}

/** `signature, SBOM`: what comes along, each word once. */
export function comesAlong({ attached }: LockRow): string {
  return [...new Set(attached.map(({ what }) => what))].join(', ');
}

/** An image that nobody signed at its source, as far as that keeps signatures with it. */
export function isUnsigned({ kind, attached }: LockRow): boolean {
  return kind === 'image' && !attached.some(({ what }) => what === 'signature');
}

/** The bytes that a lock leaves out: known where all of it was locked before, as `whole`. */
export function bytesLeftOut(lock: LockView, whole: LockView | null): number | null {
  if (whole === null) return null;
  const known = new Set(whole.rows.flatMap(({ parts }) => parts.map(({ digest }) => digest)));
  const left = lock.rows.flatMap(({ parts }) => parts.filter(({ isTaken }) => !isTaken));
  const isSame =
    whole.rows.length === lock.rows.length &&
    whole.rows.every(({ reference }, place) => reference === lock.rows[place]?.reference);
  return isSame && left.every(({ digest }) => known.has(digest))
    ? Math.max(0, whole.bytes - lock.bytes)
    : null;
}

/**
 * What was found to have moved stays so while the contents are locked over and over: a second lock finds the first one in its
 * place, and that has the new bytes already.
 */
export function withMovedBefore(lock: LockView, former: LockView | null): LockView {
  const known = new Map(former?.rows.map((row) => [keyOf(row), row]));
  return {
    ...lock,
    rows: lock.rows.map((row) => {
      const before = known.get(keyOf(row));
      return row.moved === null && before?.atSource === row.atSource ? { ...row, moved: before.moved } : row;
    }),
  };
}
