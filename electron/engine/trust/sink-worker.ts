// A thread that hashes lent chunks and writes them to their files. Bundled into a file of its own.
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { SinkAnswer, SinkOrder } from './sink-pool.ts';

const hashes = new Map<number, readonly Hash[]>();

parentPort?.on('message', (order: SinkOrder) => {
  parentPort?.postMessage(carryOut(order), []);
});

function carryOut(order: SinkOrder): SinkAnswer {
  const { sink } = order;
  try {
    if (order.kind === 'begin')
      hashes.set(
        sink,
        order.algorithms.map((algorithm) => createHash(algorithm)),
      );
    if (order.kind === 'write') {
      const chunk = new Uint8Array(order.memory, order.offset, order.length);
      for (const hash of hashes.get(sink) ?? []) hash.update(chunk);
      for (let done = 0; done < order.length;)
        done += writeSync(order.fd, chunk, done, order.length - done, order.position + done);
    }
    if (order.kind === 'end') {
      const hex = hashes.get(sink)?.map((hash) => hash.digest('hex')) ?? [];
      hashes.delete(sink);
      return { sink, hex };
    }
    return { sink, hex: [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { sink, failure: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}
