// Hashes many stretches of files with all cores. Reads are synchronous in each thread: no queue stands between disk and hash.
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Pause } from '../jobs/job-context.ts';
import { HASH_BUFFER_BYTES, hashing } from './hash-span.ts';
import type { HashAnswer, HashJob } from './hash-span.ts';
import { hashState, RUN, sharedBytes, STOP, WAIT } from './hash-state.ts';
import type { HashThread, NumberedJob } from './hash-state.ts';
import { workerScript } from './worker-script.ts';

export type { HashAnswer, HashJob } from './hash-span.ts';

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly pause: Pause;
  /** Bytes of a job that were done since it was told last; of a large one about ten times a second. */
  readonly onBytes: (bytes: number, job: number) => void;
  /** A job is answered. Not told of jobs that were stopped. */
  readonly onAnswer?: (answer: HashAnswer, job: number) => void;
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
/** Read on the main thread before it looks around: a slow medium gives little in a tenth of a second. */
const TURN_BYTES = 1024 * 1024;

/** Threads start at once, so that they are ready when the jobs are known; none where `bytes` are too few to be worth it. */
export function createHashPool(bytes: number, threads = availableParallelism()): HashPool {
  return bytes < WORTH_A_THREAD_BYTES ? hashHere() : hashInThreads(threads);
}

function hashHere(): HashPool {
  const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);
  return {
    async hash(jobs, { signal, pause, onBytes, onAnswer }) {
      const answers: HashAnswer[] = [];
      let sinceTurn = 0;
      const turn = async (): Promise<void> => {
        sinceTurn = 0;
        await setImmediate();
        signal.throwIfAborted();
        await pause.whenRunning(signal);
      };
      for (const [at, job] of jobs.entries()) {
        const steps = hashing(job, buffer);
        try {
          let told = 0;
          let step = steps.next();
          for (; step.done !== true; step = steps.next()) {
            told += step.value;
            sinceTurn += step.value;
            onBytes(step.value, at);
            if (sinceTurn >= TURN_BYTES) await turn();
          }
          if (told < job.size) onBytes(job.size - told, at);
          answers.push(step.value);
          onAnswer?.(step.value, at);
        } finally {
          steps.return({ why: 'stopped' });
        }
        if (answers.length % BATCH_JOBS === 0) await turn();
      }
      return answers;
    },
    close: () => Promise.resolve(),
  };
}

function hashInThreads(count: number): HashPool {
  const shared = new SharedArrayBuffer(sharedBytes(count));
  const { state } = hashState(shared, 0);
  const setState = (value: number) => {
    Atomics.store(state, 0, value);
    Atomics.notify(state, 0);
  };
  const script = workerScript('hash-worker');
  const threads = Array.from({ length: count }, (_, thread) => {
    const workerData: HashThread = { shared, thread };
    return { worker: new Worker(script, { workerData }), ...hashState(shared, thread) };
  });
  for (const { job } of threads) Atomics.store(job, 0, -1);
  return {
    async hash(jobs, { signal, pause, onBytes, onAnswer }) {
      const batches = batchesOf(jobs);
      const answers: HashAnswer[] = [];
      const told = new Map<number, number>();
      const tellOf = (at: number, done: number): void => {
        const before = told.get(at) ?? 0;
        if (done <= before) return;
        told.set(at, done);
        onBytes(done - before, at);
      };
      const tell = (): void => {
        for (const { job, bytes } of threads) {
          const at = Atomics.load(job, 0);
          const done = Number(Atomics.load(bytes, 0));
          // Between the two the thread may have gone on to the next job.
          if (at >= 0 && Atomics.load(job, 0) === at) tellOf(at, done);
        }
        if (Atomics.load(state, 0) !== STOP) setState(pause.paused ? WAIT : RUN);
      };
      const take = (batch: readonly NumberedJob[], given: readonly HashAnswer[]): void => {
        batch.forEach(({ at, job }, number) => {
          const answer = given[number];
          if (answer === undefined) return;
          answers[at] = answer;
          if ('why' in answer && answer.why === 'stopped') return;
          tellOf(at, job.size);
          onAnswer?.(answer, at);
        });
      };
      const stop = () => setState(STOP);
      const timer = setInterval(tell, TELL_MS);
      tell();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const work = async (worker: Worker): Promise<void> => {
          for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
            take(batch, await ask(worker, batch));
            if (signal.aborted) return;
          }
        };
        await Promise.all(threads.map(({ worker }) => work(worker)));
        signal.throwIfAborted();
        return answers;
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', stop);
      }
    },
    async close() {
      setState(STOP);
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** Taken from the end: the largest first, so that all threads end together; small ones many at a time. */
function batchesOf(jobs: readonly HashJob[]): NumberedJob[][] {
  const smallestFirst = jobs
    .map((job, at) => ({ job, at }))
    .sort((one, other) => one.job.size - other.job.size);
  const batches: NumberedJob[][] = [];
  let batch: NumberedJob[] = [];
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

async function ask(worker: Worker, jobs: readonly NumberedJob[]): Promise<readonly HashAnswer[]> {
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
