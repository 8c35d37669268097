import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { signal } = new AbortController();

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  const lent = Buffer.alloc(64);
  for (const text of texts) yield lent.subarray(0, lent.write(text));
}

it('keeps a stream under the digest that it turns out to have, with its sha512', async () => {
  const folder = await tempFolder();
  const store = createFetchStore(join(folder, 'x.lock.json.store'));
  const kept = await store.keep(chunks('one ', 'two ', 'three'), { signal });
  expect(kept).toMatchObject({
    digest: digestOf('one two three'),
    sha512: createHash('sha512').update('one two three').digest('hex'),
    size: 13,
    path: store.pathOf(digestOf('one two three')),
  });
  expect(await readFile(kept.path, 'utf8')).toBe('one two three');
  expect(await store.has(kept.digest)).toBe(13);
  expect(await store.has(digestOf('other'))).toBeUndefined();
  await store.keep(chunks('one two three'), { signal });
  expect(await readdir(join(store.folder, 'blobs', 'sha256'))).toHaveLength(1);
  expect(await readdir(store.folder)).toEqual(['blobs']);
});

it('leaves nothing behind of a stream that breaks, is too short, too long, refused or cancelled', async () => {
  const store = createFetchStore(await tempFolder());
  const broken = async function* () {
    yield* chunks('some');
    throw new Error('the line went dead');
  };
  const cancelled = new AbortController();
  const cancelling = async function* () {
    yield* chunks('some');
    cancelled.abort(new Error('stop'));
    yield* chunks('more');
  };
  await expect(store.keep(broken(), { signal })).rejects.toThrow('the line went dead');
  await expect(store.keep(chunks('four'), { signal, expectedSize: 5 })).rejects.toMatchObject({
    code: 'SIZE_MISMATCH',
  });
  await expect(store.keep(chunks('four'), { signal, expectedSize: 3 })).rejects.toMatchObject({
    code: 'SIZE_MISMATCH',
  });
  const check = () => {
    throw new Error('not what was stated');
  };
  await expect(store.keep(chunks('four'), { signal, check })).rejects.toThrow('not what was stated');
  await expect(store.keep(cancelling(), { signal: cancelled.signal })).rejects.toThrow('stop');
  expect(await readdir(store.folder)).toEqual(['blobs']);
  expect(await readdir(join(store.folder, 'blobs', 'sha256'))).toEqual([]);
});

it('sweeps half-written files of runs that died, and no others', async () => {
  const store = createFetchStore(await tempFolder());
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await mkdir(store.folder, { recursive: true });
  for (const name of [`incoming-${dead}-1`, `incoming-${process.pid}-99`, 'notes.txt'])
    await writeFile(join(store.folder, name), 'half');
  await store.keep(chunks('whole'), { signal });
  expect((await readdir(store.folder)).toSorted()).toEqual([
    'blobs',
    `incoming-${process.pid}-99`,
    'notes.txt',
  ]);
});

it('names the folder that it may not write into', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(
    createFetchStore(join(folder, 'file', 'store')).keep(chunks('x'), { signal }),
  ).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
});
