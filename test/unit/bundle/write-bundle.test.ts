// Writing: what is unfinished goes on, what is finished stays, and nothing gets a name that was not checked (FORMAT §4, Sealing).
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import {
  inspectPlace,
  openBundle,
  planBundle,
  readUnfinishedLock,
} from '../../../electron/engine/bundle/index.ts';
import { writeLock } from '../../../electron/engine/content/lock-file.ts';
import { requireRoom } from '../../../electron/engine/bundle/medium.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeImage, makeLayer, seededBytes } from '../../support/make-content.ts';
import { makeFile, makeLock, planOf, putBlob, startWriter, VERSION, writeBundle } from './locks.ts';
import type { MadeLock } from './locks.ts';

const FORMS = ['test.airlock', 'test.airlock.tar'] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function someLock(name = 'test'): MadeLock {
  const base = [makeLayer({ seed: 'base', size: 20_000 })];
  return makeLock(name, [
    { reference: 'registry.example/one:1', content: makeImage({ seed: 'one', base }) },
    { reference: 'registry.example/other:1', content: makeImage({ seed: 'other', base }) },
    makeFile('tool.bin', seededBytes('tool', 50_000)),
    makeFile('empty.txt', Buffer.alloc(0)),
  ]);
}

/** A file whose manifest names its layer by sha512. */
function sha512Lock(): MadeLock {
  const bytes = seededBytes('sha512', 3000);
  const digest = digestOf(bytes, 'sha512');
  const made = makeFile('long.bin', bytes);
  const manifest = [...made.content.blobs.values()].find(
    (body) => body.byteLength < 3000 && body.byteLength > 2,
  );
  const text = Buffer.from(manifest ?? '')
    .toString()
    .replace(digestOf(bytes), digest);
  const root = { mediaType: MEDIA.ociManifest, digest: digestOf(text), size: Buffer.byteLength(text) };
  const config = Buffer.from('{}');
  return makeLock('sha512', [
    {
      ...made,
      content: {
        root,
        blobs: new Map<Digest, Uint8Array>([
          [root.digest, Buffer.from(text)],
          [digestOf(config), config],
          [digest, bytes],
        ]),
      },
    },
  ]);
}

const sumsOf = async (place: string) => {
  const bundle = await openBundle(place);
  await bundle.close();
  return bundle.fingerprint.hex;
};

describe('a bundle writer', () => {
  it('gives equal SHA256SUMS for one lock, whatever the concurrency and the form (I36)', async () => {
    const made = someLock();
    const sums = await Promise.all(
      [1, 8].flatMap((concurrency) =>
        FORMS.map(async (name) => {
          const at = join(folder, `${concurrency}`);
          await mkdir(at, { recursive: true });
          return sumsOf(await writeBundle({ place: join(at, name), made, concurrency }));
        }),
      ),
    );
    expect(new Set(sums).size).toBe(1);
  });

  it.each(FORMS)('leaves nothing beside %s when it is sealed', async (name) => {
    await writeBundle({ place: join(folder, name), made: someLock() });
    expect(await readdir(folder)).toEqual(
      name.endsWith('.tar') ? ['test.airlock.tar', 'test.airlock.tar.sha256'] : ['test.airlock'],
    );
  });

  it('writes a tar that two runs make equal to the byte, with its sum beside it', async () => {
    const made = someLock();
    const one = await writeBundle({ place: join(folder, 'one.airlock.tar'), made, concurrency: 1 });
    const two = await writeBundle({ place: join(folder, 'two.airlock.tar'), made, concurrency: 8 });
    const bytes = await readFile(one);
    expect(bytes.equals(await readFile(two))).toBe(true);
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect(await readFile(`${one}.sha256`, 'utf8')).toBe(`${sum}  one.airlock.tar\n`);
  });

  it.each(FORMS)('carries blobs that sha512 names in %s', async (name) => {
    const place = await writeBundle({ place: join(folder, name), made: sha512Lock() });
    const bundle = await openBundle(place);
    await bundle.checkBeforeFirstByte();
    expect(bundle.manifest.blobs.some(({ digest }) => digest.startsWith('sha512:'))).toBe(true);
    await bundle.close();
  });

  it('stores a blob once, however many items have it (P13)', async () => {
    const made = makeLock('test', [
      makeFile('one.bin', Buffer.from('same')),
      makeFile('two.bin', Buffer.from('same')),
    ]);
    const place = await writeBundle({ place: join(folder, 'test.airlock'), made });
    const files = await readdir(join(place, 'blobs', 'sha256'));
    expect(files).toHaveLength(new Set(files).size);
    expect(files.filter((hex) => hex === digestOf('same').slice(7))).toHaveLength(1);
  });

  it.each(FORMS)('goes on with the blobs that an unfinished run left in %s', async (name) => {
    const place = join(folder, name);
    const made = someLock();
    const first = await startWriter({ place, made });
    const [[digest, bytes] = ['' as Digest, Buffer.alloc(0)]] = made.bytes;
    await putBlob(first, digest, bytes);
    await first.close();
    expect(await inspectPlace(place, planOf(made))).toBe('unfinished');
    expect((await readUnfinishedLock(place))?.listDigest).toBe(made.lock.listDigest);

    const second = await startWriter({ place, made });
    expect(second.keptBytes).toBeGreaterThanOrEqual(bytes.byteLength);
    expect(await second.ingest({ mediaType: MEDIA.octets, digest, size: bytes.byteLength })).toBeNull();
    await second.close();
    await writeBundle({ place, made });
    const bundle = await openBundle(place);
    await bundle.checkBeforeFirstByte();
    await bundle.close();
    expect(await inspectPlace(place, planOf(made))).toBe('done');
  });

  it.each(FORMS)('keeps of what was not yet synced only what hashes right in %s (P7)', async (name) => {
    const place = join(folder, name);
    const made = someLock();
    const first = await startWriter({ place, made });
    for (const [digest, bytes] of made.bytes) await putBlob(first, digest, bytes);
    await first.close();
    // As a power cut leaves it: names are there, the journal and some bytes are not.
    const journal = join(`${place}.work`, 'journal.jsonl');
    const [head = ''] = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, `${head}\n{"blob":"sha256:`);
    const victim = planOf(made).blobs.find(({ size }) => size > 1000);
    const digest = victim?.digest ?? ('' as Digest);
    const work = join(`${place}.work`, 'bundle');
    if (name.endsWith('.tar')) {
      const tar = await readFile(work);
      const at = tar.indexOf(blobPath(digest)) + 600;
      tar[at] = (tar[at] ?? 0) ^ 1;
      await writeFile(work, tar);
    } else {
      const file = join(work, blobPath(digest));
      const bytes = await readFile(file);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(file, bytes);
    }
    const second = await startWriter({ place, made });
    const plan = planOf(made);
    expect(second.keptBytes).toBe(plan.totalBytes - (victim?.size ?? 0));
    expect(await second.stat({ mediaType: MEDIA.octets, digest, size: 0 })).toMatchObject({
      state: 'absent',
    });
    await second.close();
    const place2 = await writeBundle({ place, made });
    expect(await inspectPlace(place2, plan)).toBe('done');
  });

  it('waits for another writer of the same blob, and takes over where that one gives up', async () => {
    const made = someLock();
    const writer = await startWriter({ place: join(folder, 'test.airlock'), made });
    const [[digest, bytes] = ['' as Digest, Buffer.alloc(0)]] = made.bytes;
    const descriptor = { mediaType: MEDIA.octets, digest, size: bytes.byteLength };
    const first = await writer.ingest(descriptor);
    const second = writer.ingest(descriptor);
    const third = writer.ingest(descriptor);
    await first?.abort();
    const heir = await Promise.race([second, third]);
    await heir?.write(bytes);
    await heir?.commit();
    const results = await Promise.all([second, third]);
    expect(results.filter((result) => result === null)).toHaveLength(1);
    await writer.close();
  });

  it('keeps nothing of a blob with other bytes, too few or too many', async () => {
    const made = someLock();
    const writer = await startWriter({ place: join(folder, 'test.airlock'), made });
    const [[digest, bytes] = ['' as Digest, Buffer.alloc(0)]] = [...made.bytes].filter(
      ([, body]) => body.byteLength > 1000,
    );
    const descriptor = { mediaType: MEDIA.octets, digest, size: bytes.byteLength };
    const wrong = Buffer.from(bytes);
    wrong[7] = (wrong[7] ?? 0) ^ 1;
    for (const [body, code] of [
      [wrong, 'DIGEST_MISMATCH'],
      [bytes.subarray(1), 'SIZE_MISMATCH'],
      [Buffer.concat([bytes, Buffer.from('x')]), 'SIZE_MISMATCH'],
    ] as const) {
      const into = await writer.ingest(descriptor);
      await expect(into?.write(body).then(() => into.commit())).rejects.toMatchObject({ code });
      await into?.abort();
      expect(await writer.stat(descriptor)).toMatchObject({ state: 'absent' });
    }
    await putBlob(writer, digest, bytes);
    expect(await writer.stat(descriptor)).toMatchObject({ state: 'held' });
    await writer.close();
  });

  it.each(FORMS)('does not seal %s while a reachable blob is missing (P8)', async (name) => {
    const place = join(folder, name);
    const made = someLock();
    const writer = await startWriter({ place, made });
    const [, ...others] = made.bytes;
    for (const [digest, bytes] of others) await putBlob(writer, digest, bytes);
    await expect(writer.seal()).rejects.toMatchObject({ code: 'BUNDLE_INCOMPLETE' });
    await writer.close();
    await expect(lstat(place)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('seals incomplete with leave, and says what could not be had for whom', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const largest = [...made.bytes].sort(([, one], [, two]) => two.byteLength - one.byteLength);
    const [[missing] = ['' as Digest], ...others] = largest;
    const writer = await startWriter({ place, made });
    for (const [digest, bytes] of others) await putBlob(writer, digest, bytes);
    await writer.seal({ incomplete: true });
    await writer.close();
    const bundle = await openBundle(place);
    await bundle.checkBeforeFirstByte();
    expect(
      bundle.manifest.absent.every(({ digest, reason }) => digest === missing && reason === 'failed'),
    ).toBe(true);
    expect(bundle.manifest.absent.length).toBeGreaterThan(0);
    expect(bundle.warnings).toEqual([expect.stringContaining('sealed incomplete')]);
    expect(await readFile(join(place, 'README.txt'), 'utf8')).toContain(missing);
    await bundle.close();
  });

  it('seals no tar incomplete', async () => {
    const writer = await startWriter({ place: join(folder, 'test.airlock.tar'), made: someLock() });
    await expect(writer.seal({ incomplete: true })).rejects.toMatchObject({ code: 'USAGE' });
    await writer.close();
  });

  it('takes a place that is free, and no other', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const plan = planOf(made);
    expect(await inspectPlace(place, plan)).toBe('free');
    await writeBundle({ place, made });
    expect(await inspectPlace(place, plan)).toBe('done');
    const other = makeLock('test', [makeFile('other.bin', Buffer.from('other'))]);
    expect(await inspectPlace(place, planOf(other))).toBe('taken');
    await expect(startWriter({ place, made: other })).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    const file = join(folder, 'file.airlock');
    await writeFile(file, 'something else');
    expect(await inspectPlace(file, plan)).toBe('taken');
    await rm(join(place, 'README.txt'));
    await expect(inspectPlace(place, plan)).rejects.toMatchObject({ code: 'BUNDLE_INCOMPLETE' });
  });

  it('mixes no two locks in one work folder', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const first = await startWriter({ place, made });
    await putBlob(first, digestOf('{}'), Buffer.from('{}'));
    await first.close();
    const other = makeLock('test', [makeFile('other.bin', Buffer.from('other'))]);
    expect(await inspectPlace(place, planOf(other))).toBe('taken');
    await expect(startWriter({ place, made: other })).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await inspectPlace(place, planOf(made))).toBe('unfinished');
  });

  it('takes no place where the lock of other work lies, though nothing of it was fetched yet', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const other = makeLock('test', [makeFile('other.bin', Buffer.from('other'))]);
    await mkdir(`${place}.work`);
    await writeLock(join(`${place}.work`, 'lock.json'), other.lock);
    expect(await inspectPlace(place, planOf(made))).toBe('taken');
    await expect(startWriter({ place, made })).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await inspectPlace(place, planOf(other))).toBe('unfinished');
    await writeBundle({ place, made: other });
    expect(await readdir(folder)).toEqual(['test.airlock']);
  });

  it('leaves an unfinished tar to the version that began it', async () => {
    const place = join(folder, 'test.airlock.tar');
    const made = someLock();
    const first = await startWriter({ place, made });
    await putBlob(first, digestOf('{}'), Buffer.from('{}'));
    await first.close();
    await expect(startWriter({ place, made, version: '0.2.0' })).rejects.toMatchObject({
      code: 'PLACE_TAKEN',
      message: expect.stringContaining(VERSION) as string,
    });
  });

  it('goes on with what it began on a medium that was pulled out and is back', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const first = await startWriter({ place, made });
    await putBlob(first, digestOf('{}'), Buffer.from('{}'));
    // Whatever lay below the mount point is out of reach when the writer gives up.
    await rename(`${place}.work`, join(folder, 'pulled'));
    await first.close().catch(() => undefined);
    await rename(join(folder, 'pulled'), `${place}.work`);
    const second = await startWriter({ place, made });
    await expect(startWriter({ place, made })).rejects.toMatchObject({ code: 'IN_USE' });
    await second.close();
  });

  it('lets one process at a time work at a place, and takes over from a dead one', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const first = await startWriter({ place, made });
    await expect(startWriter({ place, made })).rejects.toMatchObject({ code: 'IN_USE' });
    await first.close();
    const owner = join(`${place}.work`, 'owner.json');
    await mkdir(`${place}.work`, { recursive: true });
    await writeFile(owner, JSON.stringify({ pid: process.pid, host: 'elsewhere', boot: 'x' }));
    await expect(startWriter({ place, made })).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining('elsewhere') as string,
    });
    await writeFile(owner, JSON.stringify({ pid: process.pid, host: hostname(), boot: 'an earlier one' }));
    const second = await startWriter({ place, made });
    await second.close();
    await writeFile(join(folder, 'x'), '');
    await mkdir(`${place}.work`, { recursive: true });
    await writeFile(owner, '{"pid":');
    const third = await startWriter({ place, made });
    await third.close();
  });

  it.each([
    ['test.airlock.tar', 'bundle', 'file'],
    ['test.airlock.tar', 'journal.jsonl', 'file'],
    ['test.airlock.tar', '../test.airlock.tar.sha256', 'file'],
    ['test.airlock', 'bundle/airlock.json', 'file'],
    ['test.airlock', 'bundle/SHA256SUMS', 'file'],
    ['test.airlock', 'bundle/blobs', 'folder'],
    ['test.airlock', 'bundle/blobs/sha256', 'folder'],
    ['test.airlock', 'bundle', 'folder'],
    ['test.airlock', '.', 'folder'],
    ['test.airlock', 'store', 'folder'],
  ] as const)('follows no link that a medium was prepared with: %s, %s', async (name, at, kind) => {
    const place = join(folder, name);
    const precious = join(folder, 'precious');
    const letter = join(precious, 'sha256', 'letter.txt');
    await mkdir(join(precious, 'sha256'), { recursive: true });
    await writeFile(letter, 'a letter');
    const link = join(`${place}.work`, at);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(kind === 'file' ? letter : precious, link);
    const before = await readdir(precious, { recursive: true });

    await expect(writeBundle({ place, made: someLock() })).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await readFile(letter, 'utf8')).toBe('a letter');
    expect(await readdir(precious, { recursive: true })).toEqual(before);
  });

  it('leaves nothing behind where nothing was fetched', async () => {
    const writer = await startWriter({ place: join(folder, 'test.airlock'), made: someLock() });
    await writer.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('moves in a file that a fetch store kept, and copies it into a tar', async () => {
    for (const name of FORMS) {
      const place = join(folder, name);
      const made = someLock();
      const writer = await startWriter({ place, made });
      for (const [digest, bytes] of made.bytes) {
        const kept = join(folder, 'kept');
        await writeFile(kept, bytes);
        await writer.takeFile({ mediaType: MEDIA.octets, digest, size: bytes.byteLength }, kept);
        await expect(lstat(kept)).rejects.toMatchObject({ code: 'ENOENT' });
      }
      await writer.seal();
      await writer.close();
      expect(await inspectPlace(place, planOf(made))).toBe('done');
    }
  });

  it('stops when its job is cancelled, and keeps what was finished', async () => {
    const place = join(folder, 'test.airlock');
    const made = someLock();
    const job = new AbortController();
    const writer = await startWriter({ place, made, context: { signal: job.signal } });
    await putBlob(writer, digestOf('{}'), Buffer.from('{}'));
    job.abort(new Error('cancelled'));
    await expect(writer.seal()).rejects.toThrow('cancelled');
    await writer.close();
    expect(await inspectPlace(place, planOf(made))).toBe('unfinished');
  });

  it.each([0o077, 0o027])('sets modes whatever the umask: %o (E3)', async (umask) => {
    const before = process.umask(umask);
    try {
      const place = await writeBundle({ place: join(folder, 'test.airlock'), made: someLock() });
      const tar = await writeBundle({ place: join(folder, 'test.airlock.tar'), made: someLock() });
      const modes = new Map<string, number>();
      const walk = async (path: string): Promise<void> => {
        const found = await stat(path);
        modes.set(path, found.mode & 0o777);
        if (found.isDirectory()) for (const name of await readdir(path)) await walk(join(path, name));
        else expect([path, found.mode & 0o777]).toEqual([path, 0o644]);
        if (found.isDirectory()) expect([path, found.mode & 0o777]).toEqual([path, 0o755]);
      };
      await walk(place);
      await walk(tar);
      await walk(`${tar}.sha256`);
      expect(modes.size).toBeGreaterThan(10);
    } finally {
      process.umask(before);
    }
  });

  it('names a folder that may not be written to', async () => {
    const made = someLock();
    await expect(
      startWriter({ place: join(folder, 'file', 'test.airlock'), made: await touched(folder, made) }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('does not take bytes for a tar that was cut short meanwhile', async () => {
    const place = join(folder, 'test.airlock.tar');
    const made = someLock();
    const first = await startWriter({ place, made });
    for (const [digest, bytes] of made.bytes) await putBlob(first, digest, bytes);
    await first.close();
    await truncate(join(`${place}.work`, 'bundle'), 5000);
    await chmod(join(`${place}.work`, 'bundle'), 0o644);
    const second = await startWriter({ place, made });
    expect(second.keptBytes).toBeLessThan(planOf(made).totalBytes);
    await second.close();
    await writeBundle({ place, made });
    expect(await inspectPlace(place, planBundle(made.lock, VERSION))).toBe('done');
  });
});

/** A file where the place's folder should be. */
async function touched(at: string, made: MadeLock): Promise<MadeLock> {
  await writeFile(join(at, 'file'), '');
  return made;
}

describe('room on a medium', () => {
  const ample = { freeBytes: 10 ** 12, blockBytes: 4096, isFat32: false };
  const sizes = { blobs: [10, 20], missing: [10, 20], frontBytes: 100, tarBytes: 4096 };
  const codeOf = (...call: Parameters<typeof requireRoom>) => {
    try {
      requireRoom(...call);
    } catch (error) {
      return (error as { code?: string }).code;
    }
    return undefined;
  };

  it('is asked for in whole blocks, for what is still to come', () => {
    const medium = { ...ample, freeBytes: 3 * 4096 };
    expect(codeOf('/m/test.airlock', medium, 'directory', sizes)).toBeUndefined();
    expect(codeOf('/m/test.airlock', { ...medium, freeBytes: 3 * 4096 - 1 }, 'directory', sizes)).toBe(
      'DISK_FULL',
    );
    expect(
      codeOf('/m/test.airlock', { ...medium, freeBytes: 4096 }, 'directory', { ...sizes, missing: [] }),
    ).toBeUndefined();
  });

  it('ends at 4 GiB − 1 for a file of FAT32, a whole tar included', () => {
    const fat = { ...ample, isFat32: true };
    const limit = 2 ** 32 - 1;
    expect(codeOf('/m/test.airlock', fat, 'directory', { ...sizes, blobs: [limit] })).toBeUndefined();
    expect(codeOf('/m/test.airlock', fat, 'directory', { ...sizes, blobs: [limit + 1] })).toBe(
      'MEDIUM_LIMIT',
    );
    expect(codeOf('/m/test.airlock.tar', fat, 'tar', { ...sizes, tarBytes: limit + 1 })).toBe('MEDIUM_LIMIT');
    expect(codeOf('/m/test.airlock', ample, 'directory', { ...sizes, blobs: [limit + 1] })).toBeUndefined();
  });

  it('ends at 10,800 blobs in a folder of FAT32, for which a tar is the way out', () => {
    const fat = { ...ample, isFat32: true };
    const blobs = Array<number>(10_801).fill(1);
    expect(codeOf('/m/test.airlock', fat, 'directory', { ...sizes, blobs })).toBe('MEDIUM_LIMIT');
    expect(codeOf('/m/test.airlock.tar', fat, 'tar', { ...sizes, blobs })).toBeUndefined();
  });

  it('ends for names at 255 bytes', () => {
    expect(codeOf(`/m/${'ä'.repeat(121)}.airlock`, ample, 'directory', sizes)).toBe('MEDIUM_LIMIT');
  });
});
