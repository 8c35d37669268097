// The memory that a hash pool shares with its threads: one word to hold or stop them all; of each thread the job that it is at
// and how many of its bytes were read.
import type { HashJob } from './hash-span.ts';

export const RUN = 0;
export const WAIT = 1;
export const STOP = 2;

/** A job and its place in the list that the pool was given. */
export interface NumberedJob {
  readonly job: HashJob;
  readonly at: number;
}

/** What a thread is started with. */
export interface HashThread {
  readonly shared: SharedArrayBuffer;
  readonly thread: number;
}

const HEAD_BYTES = 16;
const THREAD_BYTES = 16;

export function sharedBytes(threads: number): number {
  return HEAD_BYTES + threads * THREAD_BYTES;
}

export function hashState(shared: SharedArrayBuffer, thread: number) {
  const own = HEAD_BYTES + thread * THREAD_BYTES;
  return {
    state: new Int32Array(shared, 0, 1),
    /** -1 between two jobs. */
    job: new Int32Array(shared, own, 1),
    bytes: new BigInt64Array(shared, own + 8, 1),
  };
}
