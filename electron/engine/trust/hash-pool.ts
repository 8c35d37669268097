// Hashes many stretches of files with all cores. Reads are synchronous in each thread: no queue stands between disk and hash.
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Pause } from '../jobs/job-context.ts';
import { HASH_BUFFER_BYTES, hashSpan } from './hash-span.ts';
import type { HashAnswer, HashJob } from './hash-span.ts';
import { BYTES, RUN, SHARED_BYTES, STATE, STOP, WAIT } from './hash-state.ts';
import { workerScript } from './worker-script.ts';

export type { HashAnswer, HashJob } from './hash-span.ts';

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly pause: Pause;
  /** Bytes read since it was told last; about ten times a second. */
  readonly onBytes: (bytes: number) => void;
}

export interface HashPool {
  /** Answers in the order of the jobs. Rejects with the signal's reason. Call once at a time. */
  hash(jobs: readonly HashJob[], options: HashOptions): Promise<readonly HashAnswer[]>;
  close(): Promise<void>;
}

/** Below this a thread takes longer to start than the work does. */
const WORTH_A_THREAD_BYTES = 32 * 1024 * 1024;
/** A batch ends at either: a message costs as much as hashing some tens of KiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_JOBS = 128;
const TELL_MS = 100;

/** Threads start at once, so that they are ready when the jobs are known; none where `bytes` are too few to be worth it. */
export function createHashPool(bytes: number, threads = availableParallelism()): HashPool {
  return bytes < WORTH_A_THREAD_BYTES || threads < 2 ? hashHere() : hashInThreads(threads);
}

function hashHere(): HashPool {
  const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);
  return {
    async hash(jobs, { signal, pause, onBytes }) {
      const answers: HashAnswer[] = [];
      let sinceTurn = 0;
      for (const job of jobs) {
        answers.push(
          hashSpan(job, buffer, (read) => {
            sinceTurn += read;
            onBytes(read);
            return true;
          }),
        );
        if (sinceTurn < BATCH_BYTES && answers.length % BATCH_JOBS !== 0) continue;
        sinceTurn = 0;
        await setImmediate();
        signal.throwIfAborted();
        await pause.whenRunning(signal);
      }
      return answers;
    },
    close: () => Promise.resolve(),
  };
}

function hashInThreads(threads: number): HashPool {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const state = new Int32Array(shared, STATE, 1);
  const read = new BigInt64Array(shared, BYTES, 1);
  const setState = (value: number) => {
    Atomics.store(state, 0, value);
    Atomics.notify(state, 0);
  };
  const script = workerScript('hash-worker');
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: shared }));
  return {
    async hash(jobs, { signal, pause, onBytes }) {
      const batches = batchesOf(jobs);
      const answers: HashAnswer[] = [];
      let told = Atomics.load(read, 0);
      const tell = () => {
        const now = Atomics.load(read, 0);
        if (now > told) onBytes(Number(now - told));
        told = now;
        if (Atomics.load(state, 0) !== STOP) setState(pause.paused ? WAIT : RUN);
      };
      const stop = () => setState(STOP);
      const timer = setInterval(tell, TELL_MS);
      tell();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const work = async (worker: Worker): Promise<void> => {
          for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
            const given = await ask(
              worker,
              batch.map(({ job }) => job),
            );
            batch.forEach(({ at }, number) => {
              const answer = given[number];
              if (answer !== undefined) answers[at] = answer;
            });
            if (signal.aborted) return;
          }
        };
        await Promise.all(workers.map(work));
        signal.throwIfAborted();
        return answers;
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', stop);
        tell();
      }
    },
    async close() {
      setState(STOP);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Taken from the end: the largest first, so that all threads end together; small ones many at a time. */
function batchesOf(jobs: readonly HashJob[]): { readonly job: HashJob; readonly at: number }[][] {
  const smallestFirst = jobs
    .map((job, at) => ({ job, at }))
    .sort((one, other) => one.job.size - other.job.size);
  const batches: { readonly job: HashJob; readonly at: number }[][] = [];
  let batch: { readonly job: HashJob; readonly at: number }[] = [];
  let bytes = 0;
  for (const entry of smallestFirst) {
    if (batch.length > 0 && (batch.length >= BATCH_JOBS || bytes + entry.job.size > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.job.size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function ask(worker: Worker, jobs: readonly HashJob[]): Promise<readonly HashAnswer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly HashAnswer[]>();
  const onExit = () => reject(new Error('a hash thread ended before its work did'));
  worker.once('message', resolve).once('error', reject).once('exit', onExit);
  worker.postMessage(jobs, []);
  try {
    return await promise;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', onExit);
  }
}
