// The verify desk beyond damage: layers against configs, incomplete seals, threads, pause and cancel.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { openBundle } from '../../../electron/engine/bundle/index.ts';
import { quietContext, systemClock } from '../../../electron/engine/jobs/job-context.ts';
import type { JobContext } from '../../../electron/engine/jobs/job-context.ts';
import { createPause } from '../../../electron/engine/jobs/pause.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { createHashPool } from '../../../electron/engine/trust/hash-pool.ts';
import { HASH_BUFFER_BYTES } from '../../../electron/engine/trust/hash-span.ts';
import { runVerify } from '../../../electron/engine/verify/run-verify.ts';
import type { VerifyResult } from '../../../electron/engine/verify/verify-result.ts';
import { makeImage, seededBytes } from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';
import { makeFile, makeLock, putBlob, startWriter, writeBundle } from '../bundle/locks.ts';
import type { LockedContent } from '../bundle/locks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function verify(
  items: readonly LockedContent[],
  options: { readonly deep?: boolean; readonly context?: Partial<JobContext> } = {},
): Promise<VerifyResult> {
  const made = makeLock('test', items);
  const place = await writeBundle({ place: join(folder, `${(count += 1)}.airlock`), made });
  const bundle = await openBundle(place);
  try {
    const { deep = true, context } = options;
    return await runVerify({ bundle, deep, strict: false }, quietContext(context));
  } finally {
    await bundle.close();
  }
}

/** An image of one layer whose config says what it likes about it. */
function imageOf(
  layer: Uint8Array,
  diffIds: readonly Digest[],
  mediaType: string = MEDIA.ociLayerGzip,
): MadeContent {
  const config = canonicalJson({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const describeBlob = (type: string, bytes: Uint8Array): Descriptor => ({
    mediaType: type,
    digest: digestOf(bytes),
    size: bytes.byteLength,
  });
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: describeBlob(MEDIA.ociConfig, config),
    layers: [describeBlob(mediaType, layer)],
  });
  return {
    root: describeBlob(MEDIA.ociManifest, manifest),
    blobs: new Map([manifest, config, layer].map((bytes) => [digestOf(bytes), bytes])),
  };
}

const item = (content: MadeContent): LockedContent => ({ reference: 'registry.example/app:1', content });
const wrongOf = ({ files }: VerifyResult) => files.filter(({ state }) => state !== 'ok');

describe('--deep', () => {
  it.each(['none', 'gzip', 'zstd'] as const)(
    'finds layers right that are compressed by %s',
    async (compression) => {
      const result = await verify([item(makeImage({ seed: compression, compression, layers: 3 }))]);
      expect(result).toMatchObject({ exit: 0, layersUnpacked: 3 });
    },
  );

  it('names a layer that unpacks to other bytes than its config says', async () => {
    const layer = gzipSync('one');
    const result = await verify([item(imageOf(layer, [digestOf('another')]))]);
    expect(wrongOf(result)).toMatchObject([
      {
        path: `blobs/sha256/${digestOf(layer).slice(7)}`,
        state: 'damaged',
        why: expect.stringContaining(digestOf('another')) as string,
      },
    ]);
    expect(result).toMatchObject({ exit: 5, items: [{ state: 'damaged' }] });
    expect(await verify([item(imageOf(layer, [digestOf('another')]))], { deep: false })).toMatchObject({
      exit: 0,
    });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(1_000_000)), 1000],
    ['zstd', zstdCompressSync(Buffer.alloc(1_000_000)), 30],
  ])('names a %s layer that was cut short inside', async (_kind, layer, keep) => {
    const cut = layer.subarray(0, Math.min(keep, layer.byteLength - 8));
    const result = await verify([item(imageOf(cut, [digestOf(Buffer.alloc(1_000_000))]))]);
    expect(wrongOf(result)).toHaveLength(1);
    expect(result.exit).toBe(5);
  });

  it('stops at a layer that is a decompression bomb', async () => {
    // One gzip stream can't exceed the ratio that is allowed for it; a zstd frame can.
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
    const result = await verify([item(imageOf(bomb, [digestOf('x')], MEDIA.ociLayerZstd))]);
    expect(64 * 1024 * 1024).toBeGreaterThan(bomb.byteLength * 20_000);
    expect(wrongOf(result)).toMatchObject([{ why: expect.stringContaining('20000 times') as string }]);
  });

  it('leaves artifacts alone, and notes an image whose config names another number of layers', async () => {
    const result = await verify([
      makeFile('tool.bin', Buffer.from('tool')),
      item(imageOf(gzipSync('one'), [digestOf('one'), digestOf('two')])),
    ]);
    expect(result).toMatchObject({ exit: 0, layersUnpacked: 0 });
    expect(result.notes).toEqual([expect.stringContaining('1 layers, its config names 2')]);
  });
});

describe('a bundle that says itself that it lacks something', () => {
  it('ends with exit code 1 where all that it says it holds is whole', async () => {
    const image = makeImage({ seed: 'partial' });
    const made = makeLock('partial', [item(image), makeFile('tool.bin', Buffer.from('tool'))]);
    const missing = image.layers[0]?.descriptor.digest;
    const writer = await startWriter({ place: join(folder, 'partial.airlock'), made });
    for (const [digest, bytes] of made.bytes) if (digest !== missing) await putBlob(writer, digest, bytes);
    await writer.seal({ incomplete: true });
    await writer.close();
    const bundle = await openBundle(join(folder, 'partial.airlock'));
    const result = await runVerify({ bundle, deep: true, strict: true }, quietContext());
    await bundle.close();
    expect(result).toMatchObject({
      verdict: 'incomplete',
      exit: 1,
      items: [{ state: 'incomplete' }, { state: 'ok' }],
    });
    expect(result.first).toEqual([
      expect.stringContaining('unsigned'),
      expect.stringContaining('sealed incomplete'),
    ]);
  });
});

describe('verify in threads', () => {
  const MIB = 1024 * 1024;
  const large = () =>
    [0, 1, 2].map((number) => makeFile(`large-${number}`, seededBytes(`large ${number}`, 12 * MIB)));

  it('reports every byte once, and hashes as the main thread does', async () => {
    let bytes = 0;
    let total = 0;
    const report: JobContext['report'] = (event) => {
      if (event.kind === 'bytes') bytes += event.bytes;
      if (event.kind === 'stage') total = event.totalBytes ?? 0;
    };
    const result = await verify(large(), { deep: false, context: { report } });
    expect(result).toMatchObject({ exit: 0, verdict: 'whole' });
    expect(bytes).toBe(total);
    expect(total).toBeGreaterThan(36 * MIB);
  });

  it('gives the same answers in threads and without', async () => {
    const made = makeLock('pool', large());
    const place = await writeBundle({ place: join(folder, 'pool.airlock'), made });
    const bundle = await openBundle(place);
    const jobs = bundle.manifest.blobs.flatMap(({ digest }) => {
      const span = bundle.spanOf(digest);
      return span === undefined ? [] : [{ ...span, algorithms: ['sha256', 'sha512'] as const }];
    });
    jobs.push({ file: join(place, 'nowhere'), offset: 0, size: 1, algorithms: ['sha256', 'sha512'] });
    const options = { signal: new AbortController().signal, pause: createPause(), onBytes: () => undefined };
    const pools = [createHashPool(0), createHashPool(64 * MIB, 2), createHashPool(64 * MIB, 3)];
    const answers = await Promise.all(pools.map((pool) => pool.hash(jobs, options)));
    await Promise.all(pools.map((pool) => pool.close()));
    await bundle.close();
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.at(-1)).toEqual({ why: 'is missing' });
    expect(answers[0]?.[0]).toMatchObject({
      hex: [bundle.manifest.blobs[0]?.digest.slice(7), expect.stringMatching(/^[0-9a-f]{128}$/)],
    });
  });

  it('reads nothing while its job is paused, and goes on', async () => {
    const made = makeLock('paused', large());
    const place = await writeBundle({ place: join(folder, 'paused.airlock'), made });
    const bundle = await openBundle(place);
    const pause = createPause();
    pause.hold();
    let bytes = 0;
    const pool = createHashPool(64 * MIB, 2);
    const jobs = bundle.manifest.blobs.flatMap(({ digest }) => {
      const span = bundle.spanOf(digest);
      return span === undefined ? [] : [{ ...span, algorithms: ['sha256'] as const }];
    });
    const onBytes = (read: number) => {
      bytes += read;
    };
    const hashed = pool.hash(jobs, { signal: new AbortController().signal, pause, onBytes });
    // A thread looks at the pause after each piece it read, so at most one piece each goes through.
    await systemClock.sleep(300);
    expect(bytes).toBeLessThanOrEqual(2 * HASH_BUFFER_BYTES);
    pause.goOn();
    expect(await hashed).toHaveLength(jobs.length);
    expect(bytes).toBe(jobs.reduce((sum, { size }) => sum + size, 0));
    await pool.close();
    await bundle.close();
  });

  it('ends with the signal’s reason when it is cancelled', async () => {
    const job = new AbortController();
    const report: JobContext['report'] = (event) => {
      if (event.kind === 'bytes') job.abort(new Error('cancelled'));
    };
    await expect(verify(large(), { deep: false, context: { signal: job.signal, report } })).rejects.toThrow(
      'cancelled',
    );
  });
});
