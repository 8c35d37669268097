// The lines of the list: what is not finished on top, then every receipt by the day its job began.
import type { Receipt } from '../../shared/format/receipt.ts';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { historyTexts } from '../texts/history.ts';
import { formatTime } from '../ui/quantities.ts';
import { keyOfReceipt } from './history-store.ts';
import type { HistoryQuery } from './history-store.ts';
import { secondsOf } from '../run/took.ts';

export type HistoryLine =
  | { readonly kind: 'job'; readonly key: string; readonly job: JobSnapshot }
  | { readonly kind: 'receipt'; readonly key: string; readonly row: HistoryRow };

const UNFINISHED: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking', 'interrupted']);
/** What only finds something out leaves no receipt and is not gone on with. */
const KEPT: ReadonlySet<JobSnapshot['desk']> = new Set(['lock', 'pack', 'verify', 'import']);

/** Jobs that still move, are held, or lost their engine; newest first. */
export function unfinishedOf(jobs: readonly JobSnapshot[]): readonly JobSnapshot[] {
  return jobs
    .filter(({ state, desk }) => UNFINISHED.has(state) && KEPT.has(desk))
    .toSorted((one, other) => other.started - one.started);
}

export function linesOf(
  jobs: readonly JobSnapshot[],
  rows: readonly HistoryRow[],
  query: HistoryQuery,
): readonly HistoryLine[] {
  const words = query.text.toLowerCase().split(/\s+/);
  const unfinished = unfinishedOf(jobs).filter(
    ({ desk, title }) =>
      query.outcome === null &&
      (query.desk === null || query.desk === desk) &&
      words.every((word) => title.toLowerCase().includes(word)),
  );
  return [
    ...unfinished.map((job): HistoryLine => ({ kind: 'job', key: `job ${job.id}`, job })),
    ...rows.map((row): HistoryLine => ({ kind: 'receipt', key: keyOfReceipt(row.job), row })),
  ];
}

/** `Today, 2026-11-20`, in this machine's time. */
export function dayOf(line: HistoryLine, now: number): { readonly id: string; readonly title: string } {
  if (line.kind === 'job') return { id: 'unfinished', title: historyTexts.unfinished };
  const date = dateOf(line.row.started);
  return { id: date, title: titleOfDay(date, now) };
}

function titleOfDay(date: string, now: number): string {
  if (date === dateOf(now)) return historyTexts.today(date);
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (date === dateOf(yesterday.getTime())) return historyTexts.yesterday(date);
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return historyTexts.weekday(WEEKDAY.format(new Date(year, month - 1, day)), date);
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long' });

function dateOf(when: number | string): string {
  return formatTime(when).slice(0, 10);
}

/** What a job was about: its bundle, else the file it wrote. */
export function subjectOf({ bundle, place }: Pick<HistoryRow, 'bundle' | 'place'>): string | null {
  if (bundle !== null) return bundle;
  const last = place?.split(/[\\/]/).findLast((part) => part !== '');
  return last?.replace(/\.lock\.json$|\.airlock(?:\.tar)?$/, '') ?? null;
}

/** The folder or medium that a job's file lies in. */
export function folderOf(place: string | null): string | null {
  return place?.split(/[\\/]/).findLast((part, at, parts) => part !== '' && at < parts.length - 1) ?? null;
}

/** A receipt as the row that it is listed as. */
export function rowOf(receipt: Receipt): HistoryRow {
  const items = receipt.items.filter(({ attachedTo }) => attachedTo === undefined);
  return {
    job: receipt.job,
    desk: receipt.desk,
    started: receipt.started,
    seconds: secondsOf(receipt),
    bundle: receipt.bundle?.name ?? null,
    words: receipt.bundle?.words ?? null,
    place: receipt.place ?? null,
    outcome: receipt.outcome,
    doneItems: items.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'cancelled').length,
    totalItems: items.length,
    bytes: receipt.bytesSent,
    firstNote: receipt.notes[0] ?? null,
    host: receipt.host,
  };
}
