// The jobs of this station as its screens follow them: snapshots by id, rows by job, and what can be done with them.
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Answer, JobId, JobItem, JobRequest, JobResult, JobSnapshot } from '../../shared/station/job.ts';
import type { z } from 'zod';
import { bridge } from '../bridge/client.ts';
import { dropProgress, seedNumbers, tellProgress } from './byte-progress.ts';
import { unwrap } from './unwrap.ts';

interface JobsState {
  readonly jobs: Readonly<Record<JobId, JobSnapshot>>;
  readonly items: Readonly<Record<JobId, readonly JobItem[]>>;
  readonly results: Readonly<Record<JobId, JobResult | null>>;
  /** All of these throw WireFailure. */
  readonly start: (request: JobRequest) => Promise<JobId>;
  /** The same request as a new job, which goes on where the old one was. */
  readonly again: (job: JobId) => Promise<JobId>;
  readonly pause: (job: JobId) => Promise<void>;
  readonly goOn: (job: JobId) => Promise<void>;
  readonly cancel: (job: JobId) => Promise<void>;
  readonly answer: (job: JobId, answer: z.infer<typeof Answer>) => Promise<void>;
  readonly forget: (job: JobId) => Promise<void>;
  /** Stops and forgets a job that another took the place of. Its receipt stays. Never throws, unlike those above. */
  readonly letGo: (job: JobId) => Promise<void>;
}

/** Calls under way that begin a job, by what they ask. */
const beginning = new Map<string, Promise<JobId>>();

/** A button that is pressed twice before the station has answered begins one job. */
function once(asked: string, begin: () => Promise<JobId>): Promise<JobId> {
  const known = beginning.get(asked);
  if (known !== undefined) return known;
  const begun = begin().finally(() => beginning.delete(asked));
  beginning.set(asked, begun);
  return begun;
}

export const useJobs = create<JobsState>()((set, get) => ({
  jobs: {},
  items: {},
  results: {},
  start: (request) => once(JSON.stringify(request), async () => unwrap(await bridge().jobs.start(request))),
  again: (job) =>
    once(job, async () => {
      const next = unwrap(await bridge().jobs.again({ job }));
      set((state) => without(state, job));
      dropProgress(job);
      return next;
    }),
  pause: async (job) => unwrap(await bridge().jobs.pause({ job })),
  goOn: async (job) => unwrap(await bridge().jobs.goOn({ job })),
  cancel: async (job) => unwrap(await bridge().jobs.cancel({ job })),
  answer: async (job, answer) => unwrap(await bridge().jobs.answer({ job, answer })),
  forget: async (job) => {
    unwrap(await bridge().jobs.forget({ job }));
    set((state) => without(state, job));
    dropProgress(job);
  },
  letGo: async (job) => {
    const { jobs, cancel, forget } = get();
    try {
      const snapshot = jobs[job];
      if (snapshot === undefined || snapshot.ended === null) await cancel(job);
      await forget(job);
    } catch {
      // It is gone already, or its engine is: it is not missed.
    }
  },
}));

/**
 * Asks for all jobs anew: at the start, and whenever events may have been missed. What a list and its rows say counts, since
 * an engine that came back counts anew; only what was told while the answer was on its way is newer.
 */
export async function loadJobs(): Promise<void> {
  const before = useJobs.getState().jobs;
  const list = unwrap(await bridge().jobs.list(undefined));
  const { jobs: now, items } = useJobs.getState();
  const jobs = new Map(list.map((job) => [job.id, job]));
  for (const job of Object.values(now)) {
    const isToldSince = before[job.id] !== job;
    if (isToldSince && job.seq > (jobs.get(job.id)?.seq ?? -1)) jobs.set(job.id, job);
  }
  for (const job of list) seedNumbers(job.id, job.numbers);
  useJobs.setState({ jobs: Object.fromEntries(jobs) });
  await Promise.all(Object.keys(items).flatMap((job) => (jobs.has(job) ? [loadItems(job)] : [])));
}

/** Follows the station's events until the returned function is called. */
export function followJobs(): () => void {
  const { jobs } = bridge();
  const stops = [jobs.changed(jobChanged), jobs.itemsChanged(itemsChanged), jobs.progress(tellProgress)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Snapshots may arrive out of order; an older one is dropped. */
export function jobChanged(snapshot: JobSnapshot): void {
  const known = useJobs.getState().jobs[snapshot.id];
  if (known !== undefined && known.seq >= snapshot.seq) return;
  seedNumbers(snapshot.id, snapshot.numbers);
  useJobs.setState(({ jobs }) => ({ jobs: { ...jobs, [snapshot.id]: snapshot } }));
}

interface ItemChange {
  readonly index: number;
  readonly item: JobItem;
}

/** Rows on their way, with what was told of them since they were asked for. */
const awaited = new Map<JobId, ItemChange[]>();

/** Rows that nobody looks at are not kept: they are asked for whole when a screen wants them. */
export function itemsChanged(event: { readonly job: JobId; readonly items: readonly ItemChange[] }): void {
  const overtaken = awaited.get(event.job);
  if (overtaken !== undefined) {
    overtaken.push(...event.items);
    return;
  }
  const known = useJobs.getState().items[event.job];
  if (known !== undefined) keepItems(event.job, known, event.items);
}

function keepItems(job: JobId, before: readonly JobItem[], changes: readonly ItemChange[]): void {
  const rows = [...before];
  for (const { index, item } of changes) rows[index] = item;
  useJobs.setState(({ items }) => ({ items: { ...items, [job]: rows } }));
}

export function useJob(job: JobId | null): JobSnapshot | undefined {
  return useJobs(({ jobs }) => (job === null ? undefined : jobs[job]));
}

const NO_ITEMS: readonly JobItem[] = [];

/** The rows of a job. Re-renders where a row's state changed, not on ticks. */
export function useJobItems(job: JobId | null): readonly JobItem[] {
  const items = useJobs((state) => (job === null ? undefined : state.items[job]));
  useEffect(() => {
    if (job !== null && useJobs.getState().items[job] === undefined) void loadItems(job);
  }, [job]);
  return items ?? NO_ITEMS;
}

/** What a job that ended left. Undefined until it is known, null where the job failed as a whole. */
export function useResult(job: JobId | null): JobResult | null | undefined {
  const ended = useJobs(({ jobs }) => (job === null ? null : (jobs[job]?.ended ?? null)));
  const result = useJobs((state) => (job === null ? undefined : state.results[job]));
  useEffect(() => {
    if (job !== null && ended !== null && useJobs.getState().results[job] === undefined) void loadResult(job);
  }, [job, ended]);
  return result;
}

async function loadItems(job: JobId): Promise<void> {
  if (awaited.has(job)) return;
  const changes: ItemChange[] = [];
  awaited.set(job, changes);
  try {
    const rows = unwrap(await bridge().jobs.items({ job }));
    // Nobody says which of the two is newer; but a row that has ended does not begin anew.
    const isNewer = ({ index, item }: ItemChange) => !hasEnded(rows[index]) || hasEnded(item);
    keepItems(job, rows, changes.filter(isNewer));
  } finally {
    awaited.delete(job);
  }
}

const GOES_ON: ReadonlySet<JobItem['state']> = new Set(['queued', 'running', 'waiting']);

function hasEnded(item: JobItem | undefined): boolean {
  return item !== undefined && !GOES_ON.has(item.state);
}

async function loadResult(job: JobId): Promise<void> {
  const result = unwrap(await bridge().jobs.result({ job }));
  useJobs.setState(({ results }) => ({ results: { ...results, [job]: result } }));
}

function without(state: JobsState, job: JobId): Partial<JobsState> {
  const drop = <T>(record: Readonly<Record<JobId, T>>): Record<JobId, T> =>
    Object.fromEntries(Object.entries(record).filter(([id]) => id !== job));
  return { jobs: drop(state.jobs), items: drop(state.items), results: drop(state.results) };
}

/** The job that the strip shows: the one that runs, else one that waits for the operator. */
export function useStripJob(): JobSnapshot | undefined {
  return useJobs(({ jobs }) =>
    Object.values(jobs)
      .filter(({ state, desk }) => IN_STRIP.has(state) && desk !== 'plan' && desk !== 'check')
      .toSorted((a, b) => b.started - a.started)
      .at(0),
  );
}

const IN_STRIP: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking']);
