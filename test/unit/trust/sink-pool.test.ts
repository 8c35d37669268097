// Threads that hash and write what the main thread receives.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSinkPool } from '../../../electron/engine/trust/sink-pool.ts';
import type { SinkPool } from '../../../electron/engine/trust/sink-pool.ts';
import { seededBytes } from '../../support/make-content.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const CHUNK = 100_000;

function pool(threads: number): SinkPool {
  const made = createSinkPool(threads);
  onTestFinished(() => made.close());
  return made;
}

async function newFile() {
  const path = join(await tempFolder(), 'blob');
  const file = await open(path, 'w+');
  onTestFinished(() => file.close());
  return { path, fd: file.fd };
}

function sumOf(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Chunks as they are lent: their memory is used again once the sink let go of it. */
function* lentChunks(bytes: Uint8Array, memory: 'shared' | 'own') {
  const buffer = memory === 'shared' ? new SharedArrayBuffer(CHUNK + 7) : new ArrayBuffer(CHUNK + 7);
  for (let at = 0; at < bytes.byteLength; at += CHUNK) {
    const piece = bytes.subarray(at, at + CHUNK);
    // Not from its beginning: a chunk is a part of a larger buffer.
    const chunk = new Uint8Array(buffer, 7, piece.byteLength);
    chunk.set(piece);
    yield { at, chunk };
    chunk.fill(0xee);
  }
}

describe('one sink', () => {
  it.each([
    ['shared', ['sha256']],
    ['shared', ['sha512', 'sha256']],
    ['own', ['sha256']],
    ['own', ['sha512', 'sha256']],
  ] as const)('hashes and writes chunks of %s memory, by %j', async (memory, algorithms) => {
    const bytes = seededBytes('blob', 3 * CHUNK + 11);
    const { path, fd } = await newFile();
    const sink = await pool(1).begin(algorithms, bytes.byteLength);
    for (const { at, chunk } of lentChunks(bytes, memory)) await sink.write(chunk, fd, at);
    expect(await sink.end()).toEqual(algorithms.map((algorithm) => sumOf(algorithm, bytes)));
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('takes a larger chunk after a smaller one', async () => {
    const bytes = seededBytes('growing', 50_000);
    const { path, fd } = await newFile();
    const sink = await pool(1).begin(['sha256'], bytes.byteLength);
    await sink.write(Uint8Array.from(bytes.subarray(0, 10)), fd, 0);
    await sink.write(Uint8Array.from(bytes.subarray(10)), fd, 10);
    expect(await sink.end()).toEqual([sumOf('sha256', bytes)]);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('writes at the place that it is told, in a file that holds more', async () => {
    const { path, fd } = await newFile();
    const sink = await pool(1).begin(['sha256'], 3);
    await sink.write(Buffer.from('abc'), fd, 5);
    await sink.end();
    expect(await readFile(path, 'latin1')).toBe('\0\0\0\0\0abc');
  });

  it('of nothing has the sum of nothing', async () => {
    const sink = await pool(1).begin(['sha256'], 0);
    expect(await sink.end()).toEqual([sumOf('sha256', Buffer.alloc(0))]);
  });
});

it.each([1, 2])('sinks side by side do not mix, over %d threads', async (threads) => {
  const sinks = pool(threads);
  const blobs = Array.from({ length: 6 }, (_, number) =>
    seededBytes(`blob ${number}`, (number + 1) * 90_000),
  );
  await Promise.all(
    blobs.map(async (bytes, number) => {
      const { path, fd } = await newFile();
      const sink = await sinks.begin(['sha256', 'sha512'], bytes.byteLength);
      const memory = number % 2 === 0 ? 'shared' : 'own';
      for (const { at, chunk } of lentChunks(bytes, memory)) await sink.write(chunk, fd, at);
      expect(await sink.end()).toEqual([sumOf('sha256', bytes), sumOf('sha512', bytes)]);
      expect((await readFile(path)).equals(bytes)).toBe(true);
    }),
  );
});

describe('what goes wrong', () => {
  it('keeps the code of the file system, and leaves the other sinks alone', async () => {
    const sinks = pool(1);
    const { path, fd } = await newFile();
    const [bad, full, good] = await Promise.all([
      sinks.begin(['sha256'], 3),
      sinks.begin(['sha256'], 3),
      sinks.begin(['sha256'], 3),
    ]);
    await expect(bad.write(Buffer.from('abc'), 9999, 0)).rejects.toMatchObject({ code: 'EBADF' });
    const device = await open('/dev/full', 'w');
    onTestFinished(() => device.close());
    await expect(full.write(Buffer.from('abc'), device.fd, 0)).rejects.toMatchObject({ code: 'ENOSPC' });
    await good.write(Buffer.from('abc'), fd, 0);
    expect(await good.end()).toEqual([sumOf('sha256', Buffer.from('abc'))]);
    expect(await readFile(path, 'utf8')).toBe('abc');
    await expect(bad.end()).resolves.toHaveLength(1);
  });

  it('ends what is waited for when the threads end', async () => {
    const sinks = createSinkPool(1);
    const sink = await sinks.begin(['sha256'], 3);
    await sinks.close();
    await expect(sink.end()).rejects.toThrow('ended before its work did');
    await expect(sinks.begin(['sha256'], 3)).rejects.toThrow('ended before its work did');
  });
});
