// DESIGN §6: nothing of a damaged blob leaves as a complete answer.
import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeImage, seededBytes } from '../../support/make-content.ts';
import type { MadeLayer } from '../../support/make-content.ts';
import { ask, serve } from './ask.ts';
import { imageItem, memoryBundle } from './memory-bundle.ts';

const SIZE = 300_000;

function layerOf(bytes: Uint8Array): MadeLayer {
  const digest = digestOf(bytes);
  return { descriptor: { mediaType: MEDIA.ociLayer, digest, size: bytes.byteLength }, bytes, diffId: digest };
}

function bundleWith(size: number) {
  const bytes = seededBytes(`layer of ${size}`, size);
  const layer = layerOf(bytes);
  const image = makeImage({ seed: 'image', layers: [layer] });
  const bundle = memoryBundle('one', [imageItem('docker.io/library/app:1', image)]);
  const { digest } = layer.descriptor;
  const damage = (at: number) => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    bundle.bytes.set(digest, damaged);
  };
  return { bundle, bytes, digest, path: `/v2/library/app/blobs/${digest}`, damage, image };
}

describe('a whole blob', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 100_000, SIZE])('of %d bytes arrives as it is', async (size) => {
    const { bundle, bytes, path } = bundleWith(size);
    const reply = await ask(await serve({ bundles: [bundle] }), path);
    expect([reply.status, reply.complete]).toEqual([200, true]);
    expect(reply.body.equals(bytes)).toBe(true);
  });

  it.each([0, 150_000, SIZE - 1])('with a bit flipped at byte %d never ends', async (at) => {
    const { bundle, path, damage } = bundleWith(SIZE);
    damage(at);
    const notices: string[] = [];
    const serving = await serve({ bundles: [bundle], onNotice: (text) => notices.push(text) });
    const reply = await ask(serving, path);
    expect([reply.status, reply.complete]).toEqual([200, false]);
    expect(reply.body.byteLength).toBeLessThanOrEqual(SIZE - 65_536);
    expect(notices.join()).toMatch(/Damaged: sha256:[0-9a-f]{64} was not served as a complete answer/);
  });

  it.each([1, 100_000])('that is %d bytes too short never ends', async (missing) => {
    const { bundle, bytes, digest, path } = bundleWith(SIZE);
    bundle.bytes.set(digest, bytes.subarray(0, SIZE - missing));
    const reply = await ask(await serve({ bundles: [bundle] }), path);
    expect(reply.complete).toBe(false);
  });

  it('that is small and damaged is a failure from its first byte on', async () => {
    const { bundle, path, damage } = bundleWith(1000);
    damage(10);
    const reply = await ask(await serve({ bundles: [bundle] }), path);
    expect([reply.status, reply.code, reply.complete]).toEqual([500, 'UNKNOWN', true]);
  });
});

describe('a part of a blob', () => {
  it('is answered only after the whole was hashed, once', async () => {
    const { bundle, bytes, digest, path } = bundleWith(SIZE);
    const serving = await serve({ bundles: [bundle] });
    const first = await ask(serving, path, { headers: { range: 'bytes=1000-1999' } });
    expect(first.status).toBe(206);
    expect(first.headers).toMatchObject({
      'content-range': `bytes 1000-1999/${SIZE}`,
      'content-length': '1000',
      'docker-content-digest': digest,
    });
    expect(first.body.equals(bytes.subarray(1000, 2000))).toBe(true);
    expect(bundle.opened.get(digest)).toBe(2);
    await ask(serving, path, { headers: { range: 'bytes=-10' } });
    expect(bundle.opened.get(digest)).toBe(3);
  });

  it('is not hashed for when the whole was sent before', async () => {
    const { bundle, bytes, digest, path } = bundleWith(SIZE);
    const serving = await serve({ bundles: [bundle] });
    await ask(serving, path);
    const reply = await ask(serving, path, { headers: { range: `bytes=${SIZE - 5}-` } });
    expect(reply.body.equals(bytes.subarray(-5))).toBe(true);
    expect(bundle.opened.get(digest)).toBe(2);
  });

  it('is hashed for once by many who ask at the same time', async () => {
    const { bundle, digest, path } = bundleWith(SIZE);
    const serving = await serve({ bundles: [bundle] });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, at) => ask(serving, path, { headers: { range: `bytes=${at}-${at}` } })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 206));
    expect(bundle.opened.get(digest)).toBe(9);
  });

  it('is refused where the damage lies elsewhere in the blob', async () => {
    const { bundle, path, damage } = bundleWith(SIZE);
    damage(SIZE - 1);
    const reply = await ask(await serve({ bundles: [bundle] }), path, { headers: { range: 'bytes=0-9' } });
    expect([reply.status, reply.code]).toEqual([500, 'UNKNOWN']);
  });

  it('that was cut short since it was hashed never ends', async () => {
    const { bundle, bytes, digest, path } = bundleWith(SIZE);
    const serving = await serve({ bundles: [bundle] });
    await ask(serving, path);
    bundle.bytes.set(digest, bytes.subarray(0, 200_000));
    const reply = await ask(serving, path, { headers: { range: 'bytes=100000-' } });
    expect([reply.status, reply.complete]).toEqual([206, false]);
  });

  it('beyond the end is a 416 that tells the size', async () => {
    const { bundle, path } = bundleWith(SIZE);
    const reply = await ask(await serve({ bundles: [bundle] }), path, {
      headers: { range: `bytes=${SIZE}-` },
    });
    expect([reply.status, reply.headers['content-range']]).toEqual([416, `bytes */${SIZE}`]);
  });

  it('is the whole where If-Range names other bytes, and for HEAD', async () => {
    const { bundle, path } = bundleWith(SIZE);
    const serving = await serve({ bundles: [bundle] });
    const headers = { range: 'bytes=0-9', 'if-range': '"other"' };
    expect((await ask(serving, path, { headers })).status).toBe(200);
    const head = await ask(serving, path, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([head.status, head.headers['content-length']]).toEqual([200, String(SIZE)]);
  });
});

describe('a damaged manifest', () => {
  it('is never sent', async () => {
    const { bundle, image } = bundleWith(10);
    const serving = await serve({ bundles: [bundle] });
    const bytes = Buffer.from(bundle.bytes.get(image.root.digest) ?? '');
    bundle.bytes.set(image.root.digest, bytes.fill(32, bytes.byteLength - 1));
    const reply = await ask(serving, '/v2/library/app/manifests/1');
    expect([reply.status, reply.code]).toEqual([500, 'UNKNOWN']);
  });
});

describe('the checks before the first byte', () => {
  it('run for every bundle before the port is open', async () => {
    const { bundle } = bundleWith(10);
    await serve({ bundles: [bundle] });
    expect(bundle.checks).toBe(1);
  });

  it('refuse the whole server where one bundle fails them', async () => {
    const failure = new AirlockError('BUNDLE_DAMAGED', 'bundle two holds an unexpected file.');
    const bundles = [bundleWith(10).bundle, memoryBundle('two', [], { checkFails: failure })];
    await expect(serve({ bundles })).rejects.toBe(failure);
  });
});
