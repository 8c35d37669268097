// Bundles large enough to be written by threads, and the long ends of writing one.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../electron/engine/bundle/index.ts';
import { createPause } from '../../../electron/engine/jobs/pause.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';
import { seededBytes } from '../../support/make-content.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeFile, makeLock, planOf, putBlob, startWriter } from './locks.ts';

const LARGE = seededBytes('large', 65 * 1024 * 1024);

/** One blob above the size from which threads write. */
function largeLock() {
  const made = makeLock('test', [makeFile('large.bin', LARGE)]);
  const [large] = [...made.bytes].find(([, bytes]) => bytes.byteLength === LARGE.byteLength) ?? [];
  if (large === undefined) throw new Error('the large blob is not in the lock');
  return { made, large };
}

async function putAll(writer: Awaited<ReturnType<typeof startWriter>>, made: ReturnType<typeof makeLock>) {
  for (const [digest, bytes] of made.bytes) await putBlob(writer, digest, bytes);
}

describe('a blob that threads write', () => {
  it('keeps nothing of other bytes, and takes the right ones after', async () => {
    const place = join(await tempFolder(), 'test.airlock');
    const { made, large } = largeLock();
    const writer = await startWriter({ place, made });
    const descriptor = { mediaType: MEDIA.octets, digest: large, size: LARGE.byteLength };
    const other = Buffer.from(LARGE);
    other[other.byteLength - 1] = (other.at(-1) ?? 0) ^ 1;
    await expect(putBlob(writer, large, other)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await writer.stat(descriptor)).toMatchObject({ state: 'absent' });
    await putAll(writer, made);
    await writer.seal();
    await writer.close();
    const bundle = await openBundle(place);
    expect((await bundle.survey()).findings).toEqual([]);
    const parts: Buffer[] = [];
    for await (const chunk of bundle.open(descriptor)) parts.push(Buffer.from(chunk));
    expect(Buffer.concat(parts).equals(LARGE)).toBe(true);
    await bundle.close();
  });
});

describe('sealing a tar, which reads it once more', () => {
  it('tells how far it is, and waits while the job is paused', async () => {
    const place = join(await tempFolder(), 'test.airlock.tar');
    const { made } = largeLock();
    const pause = createPause();
    let bytes = 0;
    const report = (event: ProgressEvent) => {
      if (event.kind !== 'bytes') return;
      const before = bytes;
      bytes += event.bytes;
      if (before < 1_000_000 && bytes >= 1_000_000) pause.hold();
    };
    const writer = await startWriter({ place, made, context: { pause, report } });
    await putAll(writer, made);
    const sealed = writer.seal();
    while (!pause.paused) await new Promise((resolve) => void setImmediate(resolve));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    expect(bytes).toBeLessThan(3_000_000);
    pause.goOn();
    await sealed;
    await writer.close();
    expect(writer.sealBytes).toBe((await stat(place)).size);
    // The writer told of the blobs that it makes itself as well.
    const own = [...planOf(made).made.values()].reduce((sum, blob) => sum + blob.byteLength, 0);
    expect(bytes).toBe(writer.sealBytes + own);
  });

  it('is left to the next run where it is cancelled: the tar has no name before its sum is known', async () => {
    const place = join(await tempFolder(), 'test.airlock.tar');
    const { made } = largeLock();
    const job = new AbortController();
    let sealing = false;
    const report = (event: ProgressEvent) => {
      if (sealing && event.kind === 'bytes') job.abort(new Error('cancelled'));
    };
    const writer = await startWriter({ place, made, context: { signal: job.signal, report } });
    await putAll(writer, made);
    sealing = true;
    await expect(writer.seal()).rejects.toThrow('cancelled');
    await writer.close();
    await expect(stat(place)).rejects.toMatchObject({ code: 'ENOENT' });

    const next = await startWriter({ place, made });
    expect(next.keptBytes).toBeGreaterThan(LARGE.byteLength);
    await next.seal();
    await next.close();
    expect(await readFile(`${place}.sha256`, 'utf8')).toMatch(/^[0-9a-f]{64} {2}test\.airlock\.tar\n$/);
    const bundle = await openBundle(place);
    expect((await bundle.survey()).findings).toEqual([]);
    await bundle.close();
  });
});
