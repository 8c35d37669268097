// Numbers that change ten times a second, outside of the store: a tick re-renders the bar that shows it and nothing else.
import { useSyncExternalStore } from 'react';
import type { JobId, JobNumbers } from '../../shared/station/job.ts';

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytesPerSecond: number;
}

interface Progress {
  numbers: JobNumbers | undefined;
  readonly itemBytes: Map<number, number>;
  /** A new array with every sample: it is what a plot compares. */
  samples: readonly Sample[];
}

const SAMPLE_MS = 500;
const MOST_SAMPLES = 1200;
const NO_SAMPLES: readonly Sample[] = [];

const jobs = new Map<JobId, Progress>();
const listeners = new Map<string, Set<() => void>>();

/** Takes one progress event in. */
export function tellProgress(event: {
  readonly job: JobId;
  readonly at: number;
  readonly numbers: JobNumbers;
  readonly items: readonly (readonly [number, number])[];
}): void {
  const progress = progressOf(event.job);
  progress.numbers = event.numbers;
  for (const [index, bytes] of event.items) progress.itemBytes.set(index, bytes);
  const last = progress.samples.at(-1);
  if (last === undefined || event.at - last.at >= SAMPLE_MS) {
    const sample = { at: event.at, bytesPerSecond: event.numbers.bytesPerSecond };
    progress.samples = [...progress.samples.slice(-(MOST_SAMPLES - 1)), sample];
    notify(`${event.job} samples`);
  }
  notify(`${event.job} numbers`);
  for (const [index] of event.items) notify(`${event.job} ${index}`);
}

/** Numbers of a snapshot, which count where no tick has come since. */
export function seedNumbers(job: JobId, numbers: JobNumbers): void {
  progressOf(job).numbers = numbers;
  notify(`${job} numbers`);
}

export function dropProgress(job: JobId): void {
  jobs.delete(job);
}

export function useJobNumbers(job: JobId | null): JobNumbers | undefined {
  return useSyncExternalStore(
    (listener) => subscribe(`${job ?? ''} numbers`, listener),
    () => (job === null ? undefined : jobs.get(job)?.numbers),
  );
}

/** Done bytes of one item by its place in the job's list; undefined until the first tick told of it. */
export function useItemBytes(job: JobId, index: number): number | undefined {
  return useSyncExternalStore(
    (listener) => subscribe(`${job} ${index}`, listener),
    () => jobs.get(job)?.itemBytes.get(index),
  );
}

/** Speed over time, a sample every half second, the last ten minutes. */
export function useSamples(job: JobId | null): readonly Sample[] {
  return useSyncExternalStore(
    (listener) => subscribe(`${job ?? ''} samples`, listener),
    () => (job === null ? NO_SAMPLES : (jobs.get(job)?.samples ?? NO_SAMPLES)),
  );
}

function progressOf(job: JobId): Progress {
  const known = jobs.get(job);
  if (known !== undefined) return known;
  const fresh: Progress = { numbers: undefined, itemBytes: new Map(), samples: NO_SAMPLES };
  jobs.set(job, fresh);
  return fresh;
}

function subscribe(key: string, listener: () => void): () => void {
  const set = listeners.get(key) ?? new Set();
  listeners.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0) listeners.delete(key);
  };
}

function notify(key: string): void {
  for (const listener of listeners.get(key) ?? []) listener();
}
