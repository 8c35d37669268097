// The rows of a running or ended job: which tab shows them, how far each kind is, and failures of one cause together.
import type { WireError } from '../../shared/errors/wire.ts';
import type { ItemKind } from '../../shared/station/contents.ts';
import type { JobItem } from '../../shared/station/job.ts';

/** A row and its place in the job, by which its bytes are told. */
export interface RunRow {
  readonly index: number;
  readonly item: JobItem;
}

export const RUN_TABS = ['all', 'running', 'failed', 'queued', 'done'] as const;
export type RunTab = (typeof RUN_TABS)[number];

const TABS: Readonly<Record<JobItem['state'], Exclude<RunTab, 'all'>>> = {
  queued: 'queued',
  running: 'running',
  waiting: 'running',
  shared: 'done',
  present: 'done',
  done: 'done',
  skipped: 'done',
  failed: 'failed',
  cancelled: 'queued',
};

/** What moves comes before what waits for its turn, and that before what has come. */
const ORDER: readonly Exclude<RunTab, 'all'>[] = ['failed', 'running', 'queued', 'done'];

export function countRunTabs(items: readonly JobItem[]): Readonly<Record<RunTab, number>> {
  const counts = { all: items.length, running: 0, failed: 0, queued: 0, done: 0 };
  for (const { state } of items) counts[TABS[state]] += 1;
  return counts;
}

/** Every word of the filter is in the reference. */
export function runRows(items: readonly JobItem[], tab: RunTab, filter: string): readonly RunRow[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const parts: Readonly<Record<Exclude<RunTab, 'all'>, RunRow[]>> = {
    failed: [],
    running: [],
    queued: [],
    done: [],
  };
  for (const [index, item] of items.entries()) {
    const part = TABS[item.state];
    if (tab !== 'all' && tab !== part) continue;
    if (words.length > 0 && !holdsAll(item.item.toLowerCase(), words)) continue;
    parts[part].push({ index, item });
  }
  return ORDER.flatMap((part) => parts[part]);
}

function holdsAll(name: string, words: readonly string[]): boolean {
  return words.every((word) => name.includes(word));
}

/** Whether there is still something to do about it. */
export function isToCome({ state }: Pick<JobItem, 'state'>): boolean {
  return TABS[state] === 'running' || TABS[state] === 'queued';
}

/** `12 of 30` images: what has come of each kind. */
export function kindsDone(
  items: readonly JobItem[],
): Readonly<Record<ItemKind, { readonly done: number; readonly total: number }>> {
  const counts = {
    image: { done: 0, total: 0 },
    chart: { done: 0, total: 0 },
    file: { done: 0, total: 0 },
  };
  for (const { kind, state } of items) {
    if (kind === null) continue;
    counts[kind].total += 1;
    if (TABS[state] === 'done') counts[kind].done += 1;
  }
  return counts;
}

/** What failed in the same way at the same place: one card instead of one for each item. */
export interface FailureGroup {
  readonly key: string;
  readonly error: WireError;
  readonly items: readonly JobItem[];
}

export function groupFailures(items: readonly JobItem[]): readonly FailureGroup[] {
  const groups = new Map<string, JobItem[]>();
  for (const item of items) {
    if (item.error === null || item.state !== 'failed') continue;
    const key = `${item.error.code} ${hostOf(item)}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].flatMap(([key, members]) => {
    const error = members[0]?.error;
    return error === null || error === undefined ? [] : [{ key, error, items: members }];
  });
}

/** The part before the first slash: the registry of an image, or the origin of a file. */
export function hostOf({ item }: Pick<JobItem, 'item'>): string {
  return item.replace(/^[a-z]+:\/\//, '').split('/')[0] ?? item;
}

/** What trying again has to move at most. */
export function bytesOf(items: readonly JobItem[]): number {
  return items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
