// A sealed bundle as a content store: what import, serve and export read it through.
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { openBundle } from '../../../electron/engine/bundle/index.ts';
import type { OpenedBundle } from '../../../electron/engine/bundle/index.ts';
import { isLitter } from '../../../electron/engine/bundle/litter.ts';
import { diffBundles } from '../../../electron/engine/inspect/diff-bundles.ts';
import { inspectBundle } from '../../../electron/engine/inspect/inspect-bundle.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import type { OpenOptions } from '../../../electron/engine/oci/content-store.ts';
import { makeImage, seededBytes } from '../../support/make-content.ts';
import { makeFile, makeLock, writeBundle } from './locks.ts';

const bytes = seededBytes('large', 1_500_000);
const large: Descriptor = { mediaType: MEDIA.octets, digest: digestOf(bytes), size: bytes.byteLength };
const image = makeImage({ seed: 'image' });
const foreign = image.layers[0]?.descriptor ?? image.root;
const made = makeLock(
  'store',
  [makeFile('large.bin', bytes), { reference: 'registry.example/image:1', content: image }],
  {
    absent: [{ digest: foreign.digest, reason: 'foreign', item: 'registry.example/image:1' }],
    leaveOut: [foreign.digest],
  },
);

let folder: string;
const opened: Record<string, OpenedBundle> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-open-'));
  for (const name of ['store.airlock', 'store.airlock.tar'])
    opened[name] = await openBundle(await writeBundle({ place: join(folder, name), made }));
});
afterAll(async () => {
  for (const bundle of Object.values(opened)) await bundle.close();
  await rm(folder, { recursive: true, force: true });
});

async function read(bundle: OpenedBundle, descriptor: Descriptor, options?: OpenOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A chunk is lent, so it is copied.
  for await (const chunk of bundle.open(descriptor, options)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe.each(['store.airlock', 'store.airlock.tar'])('%s', (name) => {
  const bundle = () => opened[name] as OpenedBundle;

  it('gives a blob whole, a part of it, its end, and nothing beyond', async () => {
    expect((await read(bundle(), large)).equals(bytes)).toBe(true);
    const part = await read(bundle(), large, { offset: 300_000, length: 700_001 });
    expect(part.equals(bytes.subarray(300_000, 1_000_001))).toBe(true);
    const end = await read(bundle(), large, { offset: 1_499_990, length: 100 });
    expect(end.equals(bytes.subarray(1_499_990))).toBe(true);
    expect(await read(bundle(), large, { offset: 2_000_000 })).toHaveLength(0);
    expect(await read(bundle(), large, { length: 0 })).toHaveLength(0);
  });

  it('reads many at once without mixing them, and takes back what a reader leaves early', async () => {
    for await (const chunk of bundle().open(large)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    const all = await Promise.all(Array.from({ length: 12 }, () => read(bundle(), large)));
    for (const one of all) expect(digestOf(one)).toBe(large.digest);
  });

  it('stops with the signal’s reason', async () => {
    const job = new AbortController();
    const reading = async () => {
      for await (const chunk of bundle().open(large, { signal: job.signal })) {
        expect(chunk).toBeDefined();
        job.abort(new Error('cancelled'));
      }
    };
    await expect(reading()).rejects.toThrow('cancelled');
  });

  it('tells what it holds, what was left out and why, and what it never had', async () => {
    expect(await bundle().stat(large)).toEqual({ state: 'held', size: large.size });
    expect(await bundle().stat(foreign)).toEqual({ state: 'absent', reason: 'foreign' });
    const unknown = { ...large, digest: digestOf('unknown') };
    expect(await bundle().stat(unknown)).toEqual({ state: 'absent', reason: 'unknown' });
    await expect(read(bundle(), foreign)).rejects.toMatchObject({
      code: 'BLOB_MISSING',
      message: expect.stringContaining('foreign') as string,
    });
    await expect(read(bundle(), unknown)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
  });

  it('gives manifests with their digest checked, and none of another size', async () => {
    expect(digestOf(await bundle().readManifest(image.root))).toBe(image.root.digest);
    await expect(bundle().readManifest({ ...image.root, size: 3 })).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
    });
  });

  it('names its roots as the layout does, and takes nothing more', async () => {
    expect((await bundle().roots()).map(({ name: root }) => root)).toEqual([
      'large.bin',
      'registry.example_image_1',
    ]);
    await expect(bundle().ingest(large)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is opened through a link to it', async () => {
    const link = join(folder, `link-${name}`);
    await symlink(join(folder, name), link);
    const bundleByLink = await openBundle(link);
    expect(bundleByLink.manifest.name).toBe('store');
    await bundleByLink.close();
  });
});

describe('inspect and diff', () => {
  it('show items, sums and what is absent without reading a blob', () => {
    const inspection = inspectBundle(opened['store.airlock'] as OpenedBundle);
    expect(inspection).toMatchObject({
      blobs: made.lock.blobs.length + Object.keys(made.lock.manifests).length,
      absent: { foreign: 1 },
    });
    expect(inspection.items.map(({ refName }) => refName)).toEqual(['large.bin', 'registry.example_image_1']);
  });

  it('show items added, removed and changed, and the bytes that are new', async () => {
    const fresh = seededBytes('fresh', 5000);
    const next = makeLock('next', [
      { reference: 'registry.example/image:1', content: makeImage({ seed: 'changed' }) },
      makeFile('fresh.bin', fresh),
    ]);
    const newer = await openBundle(await writeBundle({ place: join(folder, 'next.airlock'), made: next }));
    const diff = await diffBundles(opened['store.airlock'] as OpenedBundle, newer);
    expect(diff.changes.map(({ change, reference }) => `${change} ${reference}`)).toEqual([
      'added fresh.bin',
      'removed large.bin',
      'changed registry.example/image:1',
    ]);
    const had = new Set<Digest>(opened['store.airlock']?.manifest.blobs.map(({ digest }) => digest));
    const expected = newer.manifest.blobs.filter(({ digest }) => !had.has(digest));
    expect(diff.newBlobs).toBe(expected.length);
    expect(diff.newBytes).toBe(expected.reduce((sum, { size }) => sum + size, 0));
    // Each byte that is new belongs to one item: a file's manifest is one of its bytes.
    const [file, gone, changed] = diff.changes;
    expect(file?.newBytes).toBeGreaterThan(5000);
    expect(gone).not.toHaveProperty('newBytes');
    expect((file?.newBytes ?? 0) + (changed?.newBytes ?? 0)).toBe(diff.newBytes);
    expect(await diffBundles(newer, newer)).toMatchObject({ changes: [], same: 2, newBytes: 0 });
    await newer.close();
  });

  it('show a repository with another tag as one change, and leave open what nobody can tell', async () => {
    const at = (reference: string) => ({ reference, content: makeImage({ seed: reference }) });
    const open = async (name: string, references: readonly string[]) =>
      openBundle(
        await writeBundle({
          place: join(folder, `${name}.airlock`),
          made: makeLock(name, references.map(at)),
        }),
      );
    const older = await open('tags-1', ['r.example/app:2.9', 'r.example/app:2.10', 'r.example/two:1']);
    const newer = await open('tags-2', [
      'r.example/app:3.0',
      'r.example/app:2.11',
      'r.example/two:2',
      'r.example/two:3',
    ]);
    const { changes } = await diffBundles(older, newer);
    expect(changes.map(({ change, was, reference }) => [change, was, reference])).toEqual([
      ['changed', 'r.example/app:2.9', 'r.example/app:2.11'],
      ['changed', 'r.example/app:2.10', 'r.example/app:3.0'],
      ['removed', undefined, 'r.example/two:1'],
      ['added', undefined, 'r.example/two:2'],
      ['added', undefined, 'r.example/two:3'],
    ]);
    expect(changes[0]).toMatchObject({ before: expect.any(String), after: expect.any(String) });
    expect(changes[0]?.newBytes).toBeGreaterThan(0);
    await Promise.all([older.close(), newer.close()]);
  });

  it('tell nothing of the bytes of an item whose manifest cannot be read, and all else', async () => {
    const next = makeLock('torn', [
      { reference: 'r.example/torn:1', content: makeImage({ seed: 'torn' }) },
      makeFile('fresh.bin', seededBytes('fresh', 5000)),
    ]);
    const place = await writeBundle({ place: join(folder, 'torn.airlock'), made: next });
    const torn = next.lock.items[0]?.root?.digest ?? '';
    await rm(join(place, 'blobs/sha256', torn.slice('sha256:'.length)));
    const newer = await openBundle(place);
    const { changes } = await diffBundles(opened['store.airlock'] as OpenedBundle, newer);
    await newer.close();
    const found = new Map(changes.map((change) => [change.reference, change]));
    expect(found.get('r.example/torn:1')).toMatchObject({ change: 'added' });
    expect(found.get('r.example/torn:1')).not.toHaveProperty('newBytes');
    expect(found.get('fresh.bin')?.newBytes).toBeGreaterThan(5000);
  });
});

describe('a text in airlock.json that looks like another one', () => {
  it.each([
    ['a marking', '"lock":{', '"marking":"report\u202efdp.exe","lock":{'],
    ['a reference', '"reference":"tool.bin"', '"reference":"t\\u009b1mool.bin"'],
  ])('has its bundle refused: %s', async (what, from, to) => {
    const sly = makeLock('sly', [makeFile('tool.bin', Buffer.from('x'))]);
    const place = await writeBundle({ place: join(folder, `${what}.airlock`), made: sly });
    const path = join(place, 'airlock.json');
    const text = await readFile(path, 'utf8');
    expect(text).toContain(from);
    await writeFile(path, text.replaceAll(from, to));
    await expect(openBundle(place)).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
      message: expect.stringMatching(/the sign \\u(?:202e|009b)/) as string,
    });
  });
});

describe('litter', () => {
  it.each(['.DS_Store', '._file', 'Thumbs.db', 'Desktop.ini', '$RECYCLE.BIN', '.Trash-1000', 'lost+found'])(
    'is known: %s',
    (name) => expect(isLitter(name)).toBe(true),
  );
  it.each(['airlock.json', 'DS_Store', 'install.sh', 'autorun.inf', '.hidden', '_file'])(
    'is not everything: %s',
    (name) => expect(isLitter(name)).toBe(false),
  );
});
