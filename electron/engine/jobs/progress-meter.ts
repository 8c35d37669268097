// Turns a job's events into snapshots that a person can follow: sums, rate and time left, at most ten a second.
import type { ProgressEvent, Stage } from '../../../shared/job/progress.ts';
import type { Clock } from './job-context.ts';

export interface ProgressSnapshot {
  readonly stage: Stage | undefined;
  readonly doneBytes: number;
  /** Of the stage; undefined where it is not known beforehand. */
  readonly totalBytes: number | undefined;
  readonly resentBytes: number;
  /** Of the done ones: those that had no need to move. */
  readonly presentBytes: number;
  readonly doneItems: number;
  readonly failedItems: number;
  readonly totalItems: number | undefined;
  /** Of what moved, over the last five seconds. */
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

export interface ProgressMeter {
  /** Cheap and synchronous, as a JobContext's report must be. */
  report(event: ProgressEvent): void;
  snapshot(): ProgressSnapshot;
}

const INTERVAL_MS = 100;
const WINDOW_MS = 5_000;
/** The first pieces come from buffers: what they would make of a second is no speed of anything. */
const LEAST_SECONDS = 0.5;

/**
 * Every event is counted; `onSnapshot` hears of it at most every 100 ms, save for a new stage, which is told at once.
 * Waits and notices are not the meter's: hosts show them as they come.
 */
export function createProgressMeter(
  clock: Pick<Clock, 'now'>,
  onSnapshot: (snapshot: ProgressSnapshot) => void,
): ProgressMeter {
  let stage: Stage | undefined;
  let totalBytes: number | undefined;
  let totalItems: number | undefined;
  let doneBytes = 0;
  let resentBytes = 0;
  let presentBytes = 0;
  let doneItems = 0;
  let failedItems = 0;
  let told = Number.NEGATIVE_INFINITY;
  let samples: { readonly at: number; readonly bytes: number }[] = [];

  const snapshot = (): ProgressSnapshot => {
    const now = clock.now();
    const first = samples[0];
    const elapsed = first === undefined ? 0 : (now - first.at) / 1000;
    const bytesPerSecond =
      first === undefined || elapsed <= 0
        ? 0
        : Math.max(0, (doneBytes - presentBytes - first.bytes) / Math.max(LEAST_SECONDS, elapsed));
    const left = totalBytes === undefined ? undefined : Math.max(0, totalBytes - doneBytes);
    return {
      stage,
      doneBytes,
      totalBytes,
      resentBytes,
      presentBytes,
      doneItems,
      failedItems,
      totalItems,
      bytesPerSecond,
      secondsLeft: left === undefined || bytesPerSecond <= 0 ? undefined : left / bytesPerSecond,
    };
  };

  const tell = (): void => {
    const now = clock.now();
    if (now - told < INTERVAL_MS) return;
    told = now;
    samples.push({ at: now, bytes: doneBytes - presentBytes });
    const oldest = samples.findIndex((sample) => now - sample.at <= WINDOW_MS);
    if (oldest > 0) samples = samples.slice(oldest);
    onSnapshot(snapshot());
  };

  return {
    snapshot,
    report(event) {
      switch (event.kind) {
        case 'stage':
          stage = event.stage;
          totalBytes = event.totalBytes;
          totalItems = event.totalItems;
          doneBytes = 0;
          presentBytes = 0;
          doneItems = 0;
          failedItems = 0;
          samples = [];
          told = Number.NEGATIVE_INFINITY;
          tell();
          return;
        case 'bytes':
          if (event.resent === true) resentBytes += event.bytes;
          else doneBytes += event.bytes;
          if (event.present === true) presentBytes += event.bytes;
          tell();
          return;
        case 'item':
          if (event.state === 'done' || event.state === 'present' || event.state === 'skipped')
            doneItems += 1;
          else if (event.state === 'failed') failedItems += 1;
          tell();
          return;
        case 'plan':
        case 'blobs':
        case 'connections':
        case 'waiting':
        case 'notice':
          return;
      }
    },
  };
}
