// A thread that hashes: takes batches of jobs from the pool and answers with their sums. Bundled into a file of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { HASH_BUFFER_BYTES, hashSpan } from './hash-span.ts';
import type { HashJob } from './hash-span.ts';
import { BYTES, STATE, STOP, WAIT } from './hash-state.ts';

const shared = workerData as SharedArrayBuffer;
const state = new Int32Array(shared, STATE, 1);
const bytes = new BigInt64Array(shared, BYTES, 1);
const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);

const tick = (read: number): boolean => {
  Atomics.add(bytes, 0, BigInt(read));
  while (Atomics.load(state, 0) === WAIT) Atomics.wait(state, 0, WAIT);
  return Atomics.load(state, 0) !== STOP;
};

parentPort?.on('message', (jobs: readonly HashJob[]) => {
  const answers = jobs.map((job) => hashSpan(job, buffer, tick));
  parentPort?.postMessage(answers, []);
});
