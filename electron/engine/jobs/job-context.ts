// What every long operation is given by the desk that runs it.
import type { Answer, ProgressEvent, Question } from '../../../shared/job/progress.ts';
import type { Throttle } from './throttle.ts';

export interface Limits {
  /** Requests under way at one host. */
  readonly perHost: number;
  /** Blobs on their way at once, over all hosts. */
  readonly blobs: number;
  /** No byte for this long ends a request (ms). There is no limit on a whole request. */
  readonly stallMs: number;
  /** Attempts after the first where the error table says a repeat may help. */
  readonly retries: number;
  /** Of a job's blobs in both directions together, where the context brings no throttle. Undefined: no limit. */
  readonly bytesPerSecond?: number | undefined;
}

export const DEFAULT_LIMITS: Limits = { perHost: 8, blobs: 8, stallMs: 60_000, retries: 5 };

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Pause {
  readonly paused: boolean;
  /** Resolves at once unless paused; else when the operator goes on or the signal aborts (then it rejects). */
  whenRunning(signal: AbortSignal): Promise<void> | undefined;
}

export interface JobContext {
  readonly signal: AbortSignal;
  /** Cheap, synchronous, never throws, never blocks a transfer. */
  readonly report: (event: ProgressEvent) => void;
  /** Without a terminal: the documented default, or `{ kind: 'none' }`. */
  readonly ask: (question: Question) => Promise<Answer>;
  readonly pause: Pause;
  readonly limits: Limits;
  /** Held before every download and upload of a blob or file; several jobs may share one. */
  readonly throttle?: Throttle | undefined;
  readonly clock: Clock;
  /** A value the operator keeps out of files: AIRLOCK_QUERY_<n> and the like. Undefined where there is none. */
  readonly secret: (name: string) => string | undefined;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/** A context for a job that nobody watches: no questions, no pause, the default limits. Hosts override what they have. */
export function quietContext(overrides: Partial<JobContext> = {}): JobContext {
  return {
    signal: new AbortController().signal,
    report: () => undefined,
    ask: () => Promise.resolve({ kind: 'none' }),
    pause: { paused: false, whenRunning: () => undefined },
    limits: DEFAULT_LIMITS,
    clock: systemClock,
    secret: () => undefined,
    ...overrides,
  };
}
