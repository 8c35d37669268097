// Threads that hash and write what the main thread receives, so that a fast source keeps both cores busy: with one
// thread for all three, hashing alone is half of the time that a gigabyte takes.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DigestAlgorithm } from '../../../shared/domain/digest.ts';
import { workerScript } from './worker-script.ts';

export type SinkOrder =
  | { readonly kind: 'begin'; readonly sink: number; readonly algorithms: readonly DigestAlgorithm[] }
  | {
      readonly kind: 'write';
      readonly sink: number;
      readonly memory: SharedArrayBuffer;
      readonly offset: number;
      readonly length: number;
      readonly fd: number;
      readonly position: number;
    }
  | { readonly kind: 'end'; readonly sink: number };

export type SinkAnswer =
  | { readonly sink: number; readonly hex: readonly string[] }
  | { readonly sink: number; readonly failure: { readonly code: string; readonly message: string } };

/** One blob on its way into a file. One call at a time. */
export interface Sink {
  /** Resolves when the chunk is hashed and written and its memory free again. Rejects with the error of the file system. */
  write(chunk: Uint8Array, fd: number, position: number): Promise<void>;
  /** One hex for each algorithm, over all chunks in the order they came. */
  end(): Promise<readonly string[]>;
}

export interface SinkPool {
  /** For a blob of so many bytes. Ended by `end`, always: a blob that is given up too. */
  begin(algorithms: readonly DigestAlgorithm[], size: number): Promise<Sink>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (hex: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

/** Threads start at once. */
export function createSinkPool(threads = Math.min(2, availableParallelism())): SinkPool {
  const script = workerScript('sink-worker');
  const workers = Array.from({ length: threads }, () => createSinkThread(new Worker(script)));
  let sinks = 0;
  return {
    async begin(algorithms, size) {
      // By bytes ever given, not by blobs open: the largest come first, and all threads should end together.
      const thread = workers.reduce((one, other) => (other.bytes < one.bytes ? other : one));
      const sink = (sinks += 1);
      thread.bytes += size;
      let spare: SharedArrayBuffer | undefined;
      await thread.ask({ kind: 'begin', sink, algorithms });
      return {
        async write(chunk, fd, position) {
          let { buffer: memory, byteOffset: offset } = chunk;
          if (!(memory instanceof SharedArrayBuffer)) {
            // Memory of one thread can't be lent to another.
            if (spare === undefined || spare.byteLength < chunk.byteLength)
              spare = new SharedArrayBuffer(chunk.byteLength);
            new Uint8Array(spare).set(chunk);
            [memory, offset] = [spare, 0];
          }
          const length = chunk.byteLength;
          await thread.ask({ kind: 'write', sink, memory, offset, length, fd, position });
        },
        end: () => thread.ask({ kind: 'end', sink }),
      };
    },
    async close() {
      await Promise.all(workers.map((thread) => thread.close()));
    },
  };
}

function createSinkThread(worker: Worker) {
  const waiting = new Map<number, Waiting>();
  let over: Error | undefined;
  const fail = (error: Error): void => {
    over = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (answer: SinkAnswer) => {
    const asker = waiting.get(answer.sink);
    waiting.delete(answer.sink);
    if ('hex' in answer) asker?.resolve(answer.hex);
    else asker?.reject(Object.assign(new Error(answer.failure.message), { code: answer.failure.code }));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread that writes blobs ended before its work did')));
  return {
    bytes: 0,
    ask(order: SinkOrder): Promise<readonly string[]> {
      if (over !== undefined) return Promise.reject(over);
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      waiting.set(order.sink, { resolve, reject });
      worker.postMessage(order, []);
      return promise;
    },
    async close() {
      await worker.terminate();
    },
  };
}
