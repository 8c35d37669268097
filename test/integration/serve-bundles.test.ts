// Serving straight from sealed bundles, directory and tar: nothing is unpacked, nothing damaged leaves (peers N19, I39).
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { blobPath } from '../../shared/domain/digest.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { startServe } from '../../electron/engine/serve/index.ts';
import type { Serving } from '../../electron/engine/serve/index.ts';
import { makeImage, makeIndex, makeReferrer, seededBytes } from '../support/make-content.ts';
import { makeFile, makeLock, writeBundle } from '../unit/bundle/locks.ts';
import { ask, json } from '../unit/serve/ask.ts';

const image = makeImage({ seed: 'served', layerSize: 400_000 });
const arm = makeImage({ seed: 'served', platform: { os: 'linux', architecture: 'arm64' } });
const index = makeIndex([image, arm]);
const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: 'sbom' });
const file = makeFile('tools/run.sh', seededBytes('run', 300_000));
const layer = image.layers[0]?.descriptor.digest ?? image.root.digest;
const made = makeLock('served', [
  {
    reference: 'registry.example/app:1.0',
    content: index,
    attached: [{ kind: 'referrer', subject: index.root.digest, content: sbom }],
  },
  file,
]);

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-serve-bundles-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A fresh copy of the bundle for one test. */
async function bundleAt(name: string): Promise<string> {
  return writeBundle({ place: join(folder, name), made });
}

async function serveBundle(place: string, notices: string[] = []): Promise<Serving> {
  const bundle = await openBundle(place);
  onTestFinished(() => bundle.close());
  const serving = await startServe({
    bundles: [bundle],
    host: '127.0.0.1',
    port: 0,
    stallMs: 10_000,
    onNotice: (text) => notices.push(text),
  });
  onTestFinished(() => serving.close());
  return serving;
}

/** Every file with size and time of change. */
async function filesUnder(place: string): Promise<string[]> {
  const found = await stat(place);
  if (!found.isDirectory()) return [`${place} ${found.size} ${found.mtimeMs}`];
  const inside = await readdir(place);
  return (await Promise.all(inside.map((name) => filesUnder(join(place, name))))).flat().toSorted();
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1));
}

const blob = (digest: Digest) => `/v2/registry.example/app/blobs/${digest}`;

describe.each(['whole.airlock', 'whole.airlock.tar'])('a bundle %s', (name) => {
  it('serves every byte it holds, and is not written to', async () => {
    const place = await bundleAt(`all-${name}`);
    const before = await filesUnder(place);
    const serving = await serveBundle(place);
    for (const [digest, bytes] of [...index.blobs, ...sbom.blobs]) {
      const reply = await ask(serving, blob(digest));
      expect([reply.status, reply.complete, digestOf(reply.body)]).toEqual([200, true, digest]);
      expect(reply.body.byteLength).toBe(bytes.byteLength);
    }
    const manifest = await ask(serving, '/v2/app/manifests/1.0?ns=registry.example');
    expect(digestOf(manifest.body)).toBe(index.root.digest);
    const referrers = json(await ask(serving, `/v2/app/referrers/${index.root.digest}`));
    expect(referrers).toMatchObject({ manifests: [{ digest: sbom.root.digest }] });
    const download = await ask(serving, '/files/tools/run.sh');
    expect(download.body.equals(seededBytes('run', 300_000))).toBe(true);
    expect(await filesUnder(place)).toEqual(before);
  });

  it('answers a part of a blob from where it lies', async () => {
    const serving = await serveBundle(await bundleAt(`part-${name}`));
    const whole = Buffer.from(index.blobs.get(layer) ?? '');
    const reply = await ask(serving, blob(layer), { headers: { range: 'bytes=100000-300000' } });
    expect([reply.status, reply.body.equals(whole.subarray(100_000, 300_001))]).toEqual([206, true]);
  });
});

describe('a damaged bundle', () => {
  it('never gives out a flipped bit in a complete answer; what is whole goes on', async () => {
    const place = await bundleAt('flipped.airlock');
    await flip(join(place, blobPath(layer)), 200_000);
    const notices: string[] = [];
    const serving = await serveBundle(place, notices);
    expect((await ask(serving, blob(layer))).complete).toBe(false);
    expect((await ask(serving, blob(layer), { headers: { range: 'bytes=0-9' } })).status).toBe(500);
    expect(notices.join()).toContain(layer);
    const [other] = arm.layers;
    expect((await ask(serving, blob(other?.descriptor.digest ?? layer))).complete).toBe(true);
  });

  it('in the form of a tar neither', async () => {
    const place = await bundleAt('flipped.airlock.tar');
    const bytes = await readFile(place);
    await flip(place, bytes.indexOf(Buffer.from(index.blobs.get(layer) ?? '')) + 200_000);
    expect((await ask(await serveBundle(place), blob(layer))).complete).toBe(false);
  });

  it('that is damaged after a blob was hashed is hashed again', async () => {
    const place = await bundleAt('later.airlock');
    const path = join(place, blobPath(layer));
    const serving = await serveBundle(place);
    expect((await ask(serving, blob(layer))).complete).toBe(true);
    await flip(path, 5);
    await utimes(path, new Date(), new Date(Date.now() + 60_000));
    expect((await ask(serving, blob(layer), { headers: { range: 'bytes=100-109' } })).status).toBe(500);
  });

  it.each([
    ['an extra file', 'BUNDLE_DAMAGED', (place: string) => writeFile(join(place, 'extra'), 'x')],
    ['a missing blob', 'BUNDLE_INCOMPLETE', (place: string) => rm(join(place, blobPath(layer)))],
    ['a truncated blob', 'BUNDLE_DAMAGED', (place: string) => writeFile(join(place, blobPath(layer)), 'x')],
    [
      'another manifest',
      'BUNDLE_DAMAGED',
      (place: string) => flip(join(place, blobPath(index.root.digest)), 3),
    ],
  ])('with %s is not served at all', async (what, code, damage) => {
    const place = await bundleAt(`${what.replaceAll(' ', '-')}.airlock`);
    await damage(place);
    await expect(serveBundle(place)).rejects.toMatchObject({ code });
  });

  it('whose medium is gone answers with a failure, not with silence', async () => {
    const place = await bundleAt('gone.airlock');
    const serving = await serveBundle(place);
    await rm(place, { recursive: true });
    const reply = await ask(serving, blob(layer));
    expect([reply.status, reply.code]).toEqual([500, 'UNKNOWN']);
  });
});
