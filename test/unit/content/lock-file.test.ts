import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { CarriedLock } from '../../../shared/format/bundle.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { carriedLock, readLock, writeLock } from '../../../electron/engine/content/lock-file.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { descriptorOf, makeImage } from '../../support/make-content.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

const image = makeImage({ seed: 'app' });

function lockOf(...sources: readonly LockItem['source'][]): Lock {
  return {
    apiVersion: 'airlock/v1',
    kind: 'Lock',
    metadata: { name: 'plant' },
    created: '2026-01-31T12:00:00Z',
    tool: { name: 'airlock', version: '1.2.3' },
    listDigest: digestOf('the list'),
    items: sources.map((source, number) => ({
      kind: 'file',
      reference: `f${number}`,
      source,
      root: descriptorOf(MEDIA.ociManifest, Buffer.from(String(number))),
    })),
    blobs: [{ digest: digestOf('x'), size: 1, from: '/home/joe/x' }],
    absent: [],
    manifests: {
      [image.root.digest]: Buffer.from(image.blobs.get(image.root.digest) ?? []).toString('base64'),
    },
  };
}

describe('a lock on disk', () => {
  it('is read back as it was written, and leaves nothing beside it', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    const path = join(own, 'plant.lock.json');
    const lock = lockOf({ type: 'path', path: './a.bin' });
    await writeLock(path, { ...lock, created: '2020-01-31T12:00:00Z' });
    await writeLock(path, lock);
    expect(await readLock(path)).toEqual(lock);
    expect(await readdir(own)).toEqual(['plant.lock.json']);
  });

  it('stays as it was where the new one cannot be written', async () => {
    const path = join(folder, 'taken');
    await mkdir(path);
    await expect(writeLock(path, lockOf())).rejects.toMatchObject({ details: { path } });
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
    await expect(writeLock(join(folder, 'nowhere', 'x'), lockOf())).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('is refused with the place of what is wrong in it', async () => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, JSON.stringify({ ...lockOf(), created: 'yesterday', extra: 1 }));
    await expect(readLock(path)).rejects.toMatchObject({
      code: 'LOCK_INVALID',
      details: { problems: expect.arrayContaining([expect.stringContaining('created')]) as string[] },
    });
    await writeFile(path, '{');
    await expect(readLock(path)).rejects.toMatchObject({ code: 'LOCK_INVALID' });
    await expect(readLock(join(folder, 'nowhere.json'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('is refused with the number of a newer format', async () => {
    const path = join(folder, 'newer.json');
    await writeFile(path, JSON.stringify({ ...lockOf(), apiVersion: 'airlock/v2' }));
    await expect(readLock(path)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('format 2') as string,
    });
  });

  it('is refused where a manifest in it was changed', async () => {
    const path = join(folder, 'changed.json');
    await writeLock(path, lockOf());
    const text = await readFile(path, 'utf8');
    const [manifest = ''] = Object.values(lockOf().manifests);
    await writeFile(path, text.replace(manifest, Buffer.from('{}').toString('base64')));
    await expect(readLock(path)).rejects.toMatchObject({
      code: 'LOCK_INVALID',
      details: { digest: image.root.digest },
    });
  });
});

describe('a lock in a bundle', () => {
  it('has neither blobs nor manifests, and of a local source the base name alone', () => {
    const carried = carriedLock(
      lockOf(
        { type: 'path', path: '/home/joe/deep/a.bin' },
        { type: 'path', path: 'C:\\Users\\joe\\b.bin' },
        { type: 'archive', path: '../vendor/layout/', entry: 'app:1' },
        { type: 'url', url: 'https://example.com/deep/c.bin' },
      ),
    );
    expect(CarriedLock.parse(carried)).toEqual(carried);
    expect(carried.items.map(({ source }) => source)).toEqual([
      { type: 'path', path: 'a.bin' },
      { type: 'path', path: 'b.bin' },
      { type: 'archive', path: 'layout', entry: 'app:1' },
      { type: 'url', url: 'https://example.com/deep/c.bin' },
    ]);
    expect(JSON.stringify(carried)).not.toContain('joe');
  });
});
