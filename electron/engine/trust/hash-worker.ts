// A thread that hashes: takes batches of jobs from the pool and answers with their sums. Bundled into a file of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { HASH_BUFFER_BYTES, hashing } from './hash-span.ts';
import type { HashAnswer } from './hash-span.ts';
import { hashState, STOP, WAIT } from './hash-state.ts';
import type { HashThread, NumberedJob } from './hash-state.ts';

const { shared, thread } = workerData as HashThread;
const { state, job, bytes } = hashState(shared, thread);
const buffer = Buffer.allocUnsafeSlow(HASH_BUFFER_BYTES);

parentPort?.on('message', (batch: readonly NumberedJob[]) => {
  parentPort?.postMessage(batch.map(hashOne), []);
});

function hashOne({ at, job: asked }: NumberedJob): HashAnswer {
  // The pool looks at both at any moment: no count may seem to be another job's.
  Atomics.store(job, 0, -1);
  Atomics.store(bytes, 0, 0n);
  Atomics.store(job, 0, at);
  const steps = hashing(asked, buffer);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    Atomics.add(bytes, 0, BigInt(step.value));
    while (Atomics.load(state, 0) === WAIT) Atomics.wait(state, 0, WAIT);
    if (Atomics.load(state, 0) !== STOP) continue;
    steps.return({ why: 'stopped' });
    return { why: 'stopped' };
  }
}
