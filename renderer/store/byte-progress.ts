// Numbers that change ten times a second, outside of the store: a tick re-renders the bar that shows it and nothing else.
import { useSyncExternalStore } from 'react';
import type { JobId, JobNumbers } from '../../shared/station/job.ts';

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytesPerSecond: number;
}

interface Move {
  readonly at: number;
  readonly bytes: number;
}

interface Progress {
  numbers: JobNumbers | undefined;
  readonly itemBytes: Map<number, number>;
  /** Of items that moved a moment ago: how far they were at each tick of that moment. */
  readonly moves: Map<number, readonly Move[]>;
  readonly rates: Map<number, number>;
  ratedAt: number;
  /** A new array with every sample: it is what a plot compares. */
  samples: readonly Sample[];
}

const SAMPLE_MS = 500;
/** Speeds of items are told over so long: a layer that ends is not yet an item that stands still. */
const RATE_WINDOW_MS = 3_000;
const MOST_SAMPLES = 1200;
const NO_SAMPLES: readonly Sample[] = [];

const jobs = new Map<JobId, Progress>();
const listeners = new Map<string, Set<() => void>>();

/** Takes one progress event in. */
export function tellProgress(event: {
  readonly job: JobId;
  readonly at: number;
  readonly numbers: JobNumbers;
  readonly items: readonly (readonly [index: number, doneBytes: number, presentBytes: number])[];
}): void {
  const progress = progressOf(event.job);
  progress.numbers = event.numbers;
  for (const [index, doneBytes, presentBytes] of event.items) {
    progress.itemBytes.set(index, doneBytes);
    const move = { at: event.at, bytes: doneBytes - presentBytes };
    progress.moves.set(index, [...(progress.moves.get(index) ?? []), move]);
  }
  rateItems(event.job, progress, event.at);
  const last = progress.samples.at(-1);
  // Nothing moved yet: a job that looks and asks has no speed to draw.
  const isStill = last === undefined && event.numbers.bytesPerSecond === 0;
  if (!isStill && (last === undefined || event.at - last.at >= SAMPLE_MS)) {
    const sample = { at: event.at, bytesPerSecond: event.numbers.bytesPerSecond };
    progress.samples = [...progress.samples.slice(-(MOST_SAMPLES - 1)), sample];
    notify(`${event.job} samples`);
  }
  notify(`${event.job} numbers`);
  for (const [index] of event.items) notify(`${event.job} ${index}`);
}

/** Twice a second at most: a speed that changes with every tick cannot be read. */
function rateItems(job: JobId, progress: Progress, now: number): void {
  if (now - progress.ratedAt < SAMPLE_MS) return;
  progress.ratedAt = now;
  for (const [index, known] of progress.moves) {
    const moves = known.filter(({ at }) => now - at <= RATE_WINDOW_MS);
    const [first] = moves;
    const last = moves.at(-1);
    if (first === undefined || last === undefined) progress.moves.delete(index);
    else progress.moves.set(index, moves);
    // One tick alone tells how far an item is, not how fast.
    const isMoving = first !== undefined && last !== undefined && last.bytes > first.bytes;
    if (isMoving && now - first.at < SAMPLE_MS) continue;
    const rate = isMoving ? ((last.bytes - first.bytes) * 1000) / (now - first.at) : undefined;
    if (progress.rates.get(index) === rate) continue;
    if (rate === undefined) progress.rates.delete(index);
    else progress.rates.set(index, rate);
    notify(`${job} ${index} rate`);
  }
}

/** Numbers of a snapshot, which count where no tick has come since. */
export function seedNumbers(job: JobId, numbers: JobNumbers): void {
  progressOf(job).numbers = numbers;
  notify(`${job} numbers`);
}

export function dropProgress(job: JobId): void {
  jobs.delete(job);
}

/** The numbers of this moment, for what is worked out once and not with each tick. */
export function numbersOf(job: JobId): JobNumbers | undefined {
  return jobs.get(job)?.numbers;
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

/** Bytes a second of one item over the last seconds; undefined while it stands still. */
export function useItemRate(job: JobId, index: number): number | undefined {
  return useSyncExternalStore(
    (listener) => subscribe(`${job} ${index} rate`, listener),
    () => jobs.get(job)?.rates.get(index),
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
  const fresh: Progress = {
    numbers: undefined,
    itemBytes: new Map(),
    moves: new Map(),
    rates: new Map(),
    ratedAt: Number.NEGATIVE_INFINITY,
    samples: NO_SAMPLES,
  };
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
