// Hashing of one blob that is larger than any batch: held, gone on with and stopped within a second, in threads and without.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPause } from '../../../electron/engine/jobs/pause.ts';
import { createHashPool } from '../../../electron/engine/trust/hash-pool.ts';
import type { HashJob } from '../../../electron/engine/trust/hash-span.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SECOND = 1000;
const GIB = 1024 ** 3;

/** A file of holes: large, and nothing on the disk. */
async function largeFile(size: number): Promise<HashJob> {
  const file = join(await tempFolder(), 'large');
  const handle = await open(file, 'w');
  await handle.truncate(size);
  await handle.close();
  return { file, offset: 0, size, algorithms: ['sha256'] };
}

async function begin(expectedBytes: number, threads: number) {
  const job = await largeFile(64 * GIB);
  const pool = createHashPool(expectedBytes, threads);
  onTestFinished(() => pool.close());
  const pause = createPause();
  const cancel = new AbortController();
  const moving = Promise.withResolvers<undefined>();
  let bytes = 0;
  let lastRead = performance.now();
  const ended = pool
    .hash([job], {
      signal: cancel.signal,
      pause,
      onBytes: (read, at) => {
        expect(at).toBe(0);
        bytes += read;
        lastRead = performance.now();
        moving.resolve(undefined);
      },
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  await moving.promise;
  return {
    pause,
    cancel,
    ended,
    bytes: () => bytes,
    async stoodStill(since: number) {
      while (performance.now() - Math.max(lastRead, since) < 300) await wait(20);
      return lastRead - since;
    },
  };
}

describe.each([
  ['on the main thread', 0, 1],
  ['in one thread', GIB, 1],
  ['in threads', GIB, 2],
])('one large blob %s', (_where, expectedBytes, threads) => {
  it('is held, gone on with and stopped within a second each', async () => {
    const hashing = await begin(expectedBytes, threads);
    let since = performance.now();
    hashing.pause.hold();
    expect(await hashing.stoodStill(since)).toBeLessThan(SECOND);

    const before = hashing.bytes();
    since = performance.now();
    hashing.pause.goOn();
    while (hashing.bytes() === before && performance.now() - since < 5 * SECOND) await wait(10);
    expect(performance.now() - since).toBeLessThan(SECOND);

    since = performance.now();
    hashing.cancel.abort(new Error('cancelled'));
    expect(await hashing.ended).toMatchObject({ message: 'cancelled' });
    expect(performance.now() - since).toBeLessThan(SECOND);
  });

  it('is stopped within a second while it is held', async () => {
    const hashing = await begin(expectedBytes, threads);
    hashing.pause.hold();
    await hashing.stoodStill(performance.now());
    const since = performance.now();
    hashing.cancel.abort(new Error('cancelled'));
    expect(await hashing.ended).toMatchObject({ message: 'cancelled' });
    expect(performance.now() - since).toBeLessThan(SECOND);
  });
});
