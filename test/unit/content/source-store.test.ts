import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assembleLock } from '../../../electron/engine/content/assemble-lock.ts';
import { resolveArchiveImage } from '../../../electron/engine/content/archives/index.ts';
import { createCompressedArchive } from '../../../electron/engine/content/archives/compressed-archive.ts';
import { formatLocation, parseLocation } from '../../../electron/engine/content/blob-location.ts';
import { resolveChart } from '../../../electron/engine/content/charts/index.ts';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import { resolveFile } from '../../../electron/engine/content/files/index.ts';
import { resolveImage } from '../../../electron/engine/content/images/index.ts';
import type { ListEntry, ResolveContext, Resolved } from '../../../electron/engine/content/index.ts';
import { createSourceStore } from '../../../electron/engine/content/source-store.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import type { ByteSource, OpenOptions } from '../../../electron/engine/oci/content-store.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { Lock } from '../../../shared/format/lock.ts';
import {
  makeChart,
  makeDockerSave,
  makeImage,
  makeOciArchive,
  makeProvenance,
  seededBytes,
  writeOciLayout,
} from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';
import { fileEntry, imageEntry } from '../../support/make-entries.ts';
import { createMemoryWeb } from '../../support/memory-web.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const at = { file: 'list.yaml', line: 7, column: 5 };

async function setUp() {
  const folder = await tempFolder();
  const web = createMemoryWeb();
  const job = quietContext({ secret: (name) => (name === 'AIRLOCK_QUERY_1' ? 'token=secret' : undefined) });
  const fetchStore = createFetchStore(join(folder, 'x.store'));
  const context: ResolveContext = {
    job,
    client: web.client,
    store: fetchStore,
    lockBase: folder,
    noFetch: false,
    environment: {},
  };
  const lockOf = (resolved: readonly Resolved[]): Lock => {
    const entry: ListEntry = fileEntry();
    const list = { path: 'list.yaml', metadata: { name: 'all' }, entries: [], digest: digestOf('list') };
    const made = { version: '0', created: '2026-01-01T00:00:00Z' };
    return Lock.parse(
      assembleLock(
        list,
        resolved.map((each) => ({ entry, resolved: each })),
        made,
      ),
    );
  };
  const storeOf = (lock: Lock) =>
    createSourceStore(lock, { client: web.client, base: folder, fetchStore, job });
  const open = (resolved: readonly Resolved[]) => storeOf(lockOf(resolved));
  const archive = (path: string) =>
    resolveArchiveImage({ ...imageEntry(), base: folder, from: 'archive', path, as: undefined }, context);
  return { folder, web, context, fetchStore, lockOf, storeOf, open, archive };
}

type Store = ReturnType<typeof createSourceStore>;

function octets(bytes: Uint8Array): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.byteLength };
}

async function read(store: Store, descriptor: Descriptor, options?: OpenOptions): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of store.open(descriptor, options)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function expectWhole(store: Store, content: MadeContent): Promise<void> {
  for (const [digest, bytes] of content.blobs) {
    const descriptor = { mediaType: 'application/octet-stream', digest, size: bytes.byteLength };
    expect(await store.stat(descriptor)).toEqual({ state: 'held', size: bytes.byteLength });
    expect(digestOf(await read(store, descriptor))).toBe(digest);
  }
}

describe('opens every blob of', () => {
  it('an image in a registry', async () => {
    const { web, context, open } = await setUp();
    const image = makeImage({ seed: 'app' });
    web.registry.repository('registry.example.com', 'app').push(image, '1.0');
    const store = open(await resolveImage(imageEntry(), context));
    await expectWhole(store, image);
    expect(await store.roots()).toEqual([{ name: 'registry.example.com/app:1.0', descriptor: image.root }]);
  });

  it.each(['none', 'gzip', 'zstd'] as const)('an OCI archive compressed with %s', async (compression) => {
    const { folder, open, archive } = await setUp();
    const image = makeImage({ seed: 'app', layers: 4, layerSize: 300_000 });
    await writeFile(
      join(folder, 'a.tar'),
      makeOciArchive([{ content: image, refName: 'x/app:1' }], compression),
    );
    const store = open(await archive('a.tar'));
    await expectWhole(store, image);
    const layer = image.layers[2]?.bytes ?? new Uint8Array();
    expect(await read(store, octets(layer), { offset: 100_000, length: 1000 })).toEqual(
      Buffer.from(layer.subarray(100_000, 101_000)),
    );
    await store.close();
  });

  it('a docker-save archive and a layout folder', async () => {
    const { folder, open, archive } = await setUp();
    const image = makeImage({ seed: 'app', compression: 'none' });
    const second = makeImage({ seed: 'second' });
    await writeFile(join(folder, 'a.tar'), makeDockerSave([{ image, tags: ['x/app:1'] }]));
    await writeOciLayout(join(folder, 'layout'), [{ content: second, refName: 'x/second:1' }]);
    const resolved = [...(await archive('a.tar')), ...(await archive('layout'))];
    const store = open(resolved);
    for (const { manifests, blobs } of resolved)
      for (const digest of [...manifests.keys(), ...blobs.map((blob) => blob.digest)]) {
        const state = await store.stat({ mediaType: '', digest, size: 0 });
        if (state.state !== 'held') throw new Error(`${digest} is not held`);
        expect(digestOf(await read(store, { mediaType: '', digest, size: state.size }))).toBe(digest);
      }
    await expectWhole(store, second);
  });

  it('charts and files, local and of the web, with provenance and secret queries', async () => {
    const { folder, web, context, open, fetchStore } = await setUp();
    const local = makeChart({ name: 'local', version: '1.0.0' });
    const remote = makeChart({ name: 'remote', version: '1.0.0' });
    const tool = seededBytes('tool', 3_000_000);
    const download = seededBytes('download', 50_000);
    await writeFile(join(folder, local.fileName), local.bytes);
    await writeFile(join(folder, `${local.fileName}.prov`), makeProvenance(local));
    await writeFile(join(folder, 'tool.bin'), tool);
    const repo = 'https://charts.example.com';
    web.serve(`${repo}/index.yaml`, 'entries: {remote: [{version: 1.0.0, urls: [remote.tgz]}]}');
    web.serve(`${repo}/remote.tgz`, remote.bytes);
    web.serve(`${repo}/remote.tgz.prov`, makeProvenance(remote));
    web.serve('https://example.com/d.bin?token=secret', download);
    const chart = { kind: 'chart' as const, at, base: folder };
    const { kind, base, executable, sha256, sha512, checksum } = fileEntry();
    const store = open([
      ...(await resolveChart({ ...chart, from: 'path', path: local.fileName, sha256: undefined }, context)),
      ...(await resolveChart(
        { ...chart, from: 'repository', repo, name: 'remote', version: undefined },
        context,
      )),
      ...(await resolveFile(fileEntry({ base: folder }), context)),
      ...(await resolveFile(
        {
          kind,
          base,
          executable,
          sha256,
          sha512,
          checksum,
          at,
          as: 'd',
          from: 'url',
          url: 'https://example.com/d.bin',
          secretQuery: 1,
        },
        context,
      )),
    ]);
    const all = [
      local.bytes,
      Buffer.from(makeProvenance(local)),
      remote.bytes,
      Buffer.from(makeProvenance(remote)),
      tool,
      download,
    ];
    const before = web.requests.length;
    for (const bytes of all) expect(digestOf(await read(store, octets(bytes)))).toBe(digestOf(bytes));
    expect(web.requests).toHaveLength(before);
    // Without the store, what came over the web is fetched again.
    await rm(fetchStore.folder, { recursive: true });
    for (const bytes of all) expect(digestOf(await read(store, octets(bytes)))).toBe(digestOf(bytes));
    expect(web.requests.slice(before)).toEqual([
      `GET ${repo}/remote.tgz`,
      `GET ${repo}/remote.tgz.prov`,
      'GET https://example.com/d.bin?token=secret',
    ]);
    expect(await read(store, octets(download), { offset: 40_000, length: 500 })).toEqual(
      Buffer.from(download.subarray(40_000, 40_500)),
    );
  });
});

describe('a local source that is no longer what was locked', () => {
  it('is refused with both digests, whether its size changed or not', async () => {
    const { folder, context, open } = await setUp();
    const tool = seededBytes('tool', 2_500_000);
    await writeFile(join(folder, 'tool.bin'), tool);
    const store = open(await resolveFile(fileEntry({ base: folder }), context));
    for (const now of [seededBytes('other', 2_500_000), tool.subarray(0, 100), Buffer.concat([tool, tool])]) {
      await writeFile(join(folder, 'tool.bin'), now);
      await expect(read(store, octets(tool))).rejects.toMatchObject({
        code: 'SOURCE_CHANGED',
        message: expect.stringMatching(
          new RegExp(`tool\\.bin .*${digestOf(now)}.*${digestOf(tool)}`),
        ) as string,
        details: { expected: digestOf(tool), found: digestOf(now) },
      });
    }
    await rm(join(folder, 'tool.bin'));
    await expect(read(store, octets(tool))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      side: 'machine',
    });
  });

  it('is an archive too, plain or compressed, longer or shorter', async () => {
    const { folder, open, archive } = await setUp();
    const image = makeImage({ seed: 'app' });
    const other = makeImage({ seed: 'other' });
    const layer = image.layers[1]?.bytes ?? new Uint8Array();
    for (const compression of ['none', 'gzip'] as const) {
      const write = (content: MadeContent) =>
        writeFile(join(folder, 'a.tar'), makeOciArchive([{ content, refName: 'x/app:1' }], compression));
      await write(image);
      const store = open(await archive('a.tar'));
      await write(other);
      await expect(read(store, octets(layer))).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      await writeFile(join(folder, 'a.tar'), makeOciArchive([], compression));
      await expect(read(store, octets(layer))).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      await store.close();
    }
  });

  it('of the web with another size is refused before it is read', async () => {
    const { web, context, open, fetchStore } = await setUp();
    const url = 'https://example.com/tool.bin';
    web.serve(url, 'twelve bytes');
    const { kind, base, executable, sha256, sha512, checksum } = fileEntry();
    const entry = {
      kind,
      base,
      executable,
      sha256,
      sha512,
      checksum,
      at,
      as: 'tool',
      from: 'url' as const,
      url,
    };
    const store = open(await resolveFile({ ...entry, secretQuery: undefined }, context));
    await rm(fetchStore.folder, { recursive: true });
    web.serve(url, 'now it has more');
    await expect(read(store, octets(Buffer.from('twelve bytes')))).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
      message: expect.stringContaining(digestOf('twelve bytes')) as string,
    });
  });
});

describe('a blob with several sources', () => {
  const layer = makeImage({ seed: 'shared', layers: 1 }).layers[0];
  if (layer === undefined) throw new Error('no layer');

  it('is read from the next one where one fails, and goes on where that one broke off', async () => {
    const { web, context, lockOf, fetchStore, folder } = await setUp();
    const image = makeImage({ seed: 'shared', layers: [layer] });
    for (const host of ['one.example.com', 'two.example.com'])
      web.registry.repository(host, 'app').push(image, '1.0');
    const lock = lockOf([
      ...(await resolveImage(imageEntry({ ref: 'one.example.com/app:1.0' }), context)),
      ...(await resolveImage(imageEntry({ ref: 'two.example.com/app:1.0' }), context)),
    ]);
    const asked: (number | undefined)[] = [];
    const client: typeof web.client = {
      ...web.client,
      repository: (host, name) => {
        const repository = web.client.repository(host, name);
        const open = async function* (descriptor: Descriptor, options?: OpenOptions): ByteSource {
          asked.push(options?.offset);
          const whole: Buffer[] = [];
          for await (const chunk of repository.open(descriptor)) whole.push(Buffer.from(chunk));
          const bytes = Buffer.concat(whole).subarray(options?.offset ?? 0);
          if (host === 'two.example.com') yield bytes;
          else {
            yield bytes.subarray(0, 1000);
            throw new AirlockError('CONNECTION_LOST', 'gone');
          }
        };
        return { ...repository, open };
      },
    };
    const store = createSourceStore(lock, { client, base: folder, fetchStore, job: context.job });
    expect(digestOf(await read(store, layer.descriptor))).toBe(layer.descriptor.digest);
    expect(asked).toEqual([undefined, 1000]);
  });

  it('fails with what its first source said, on the side of the source', async () => {
    const { web, context, open } = await setUp();
    const image = makeImage({ seed: 'shared', layers: [layer] });
    web.registry.repository('registry.example.com', 'app').push(image, '1.0');
    const store = open(await resolveImage(imageEntry(), context));
    web.registry.repository('registry.example.com', 'app').drop(layer.descriptor.digest);
    await expect(read(store, layer.descriptor)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
      side: 'source',
    });
    await expect(read(store, octets(Buffer.from('unknown')))).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
    expect(await store.stat(octets(Buffer.from('unknown')))).toEqual({ state: 'absent', reason: 'unknown' });
  });
});

describe('a compressed archive', () => {
  const bytes = seededBytes('archive', 1_000_000);
  const counted = () => {
    const passes: number[] = [];
    const archive = createCompressedArchive(async () => {
      passes.push(0);
      const pass = passes.length - 1;
      return Promise.resolve(
        (async function* () {
          for (let start = 0; start < bytes.byteLength; start += 10_000) {
            passes[pass] = start + 10_000;
            yield bytes.subarray(start, start + 10_000);
          }
        })(),
      );
    }, 'a.tar.gz');
    const take = async (offset: number, length: number, signal?: AbortSignal) => {
      const parts: Uint8Array[] = [];
      for await (const chunk of archive.read(offset, length, signal)) parts.push(chunk);
      expect(Buffer.concat(parts).equals(bytes.subarray(offset, offset + length))).toBe(true);
    };
    return { archive, passes, take };
  };

  it('is gone through once for readers in its order, and for readers that wait together in any order', async () => {
    const inOrder = counted();
    for (const offset of [0, 5_000, 123_456, 900_000]) await inOrder.take(offset, 5_000);
    expect(inOrder.passes).toHaveLength(1);
    await inOrder.archive.close();
    const together = counted();
    await Promise.all([0, 700_000, 300_000, 500_000, 100_000].map((offset) => together.take(offset, 90_000)));
    expect(together.passes).toHaveLength(1);
    await together.archive.close();
  });

  it('begins again for a reader that needs what lies behind', async () => {
    const { archive, passes, take } = counted();
    await take(500_000, 1_000);
    await take(10, 1_000);
    expect(passes).toHaveLength(2);
    await archive.close();
  });

  it('goes on after a reader that stopped in the middle or was cancelled while it waited', async () => {
    const { archive, take } = counted();
    const stopped = new AbortController();
    const reading = archive.read(0, 100_000);
    await reading[Symbol.asyncIterator]().next();
    const waiting = take(200_000, 10, stopped.signal);
    const patient = take(300_000, 10);
    stopped.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await reading[Symbol.asyncIterator]().return?.();
    await patient;
    await take(400_000, 10);
    await archive.close();
  });

  it('is read in its own order by whoever asks the store for it', async () => {
    const { folder, lockOf, storeOf, archive } = await setUp();
    const image = makeImage({ seed: 'app', layers: 6 });
    await writeFile(
      join(folder, 'a.tar.gz'),
      makeOciArchive([{ content: image, refName: 'x/app:1' }], 'gzip'),
    );
    const lock = lockOf(await archive('a.tar.gz'));
    const store = storeOf(lock);
    const elsewhere = { digest: digestOf('elsewhere'), size: 9 };
    const ordered = store.inReadingOrder([...lock.blobs, elsewhere]);
    expect(ordered[0]).toBe(elsewhere);
    const offsets = ordered
      .slice(1)
      .map((blob) => lock.blobs.find(({ digest }) => digest === blob.digest)?.from);
    expect(offsets).toHaveLength(lock.blobs.length);
    const numbers = offsets.map((from) => Number(from?.split(':')[1]));
    expect(numbers).toEqual(numbers.toSorted((one, next) => one - next));
    await store.close();
  });
});

it('says where a daemon’s layer should be, when the lock’s store is gone', async () => {
  const { open } = await setUp();
  const image = makeImage({ seed: 'app' });
  const manifest = image.blobs.get(image.root.digest) ?? new Uint8Array();
  const store = open([
    {
      item: {
        kind: 'image',
        reference: 'docker.io/plant/app:dev',
        source: { type: 'daemon', name: 'plant/app:dev' },
        root: image.root,
      },
      manifests: new Map([[image.root.digest, manifest]]),
      blobs: image.layers.map(({ descriptor: { digest, size } }) => ({ digest, size })),
      absent: [],
      notes: [],
    },
  ]);
  await expect(read(store, image.layers[0]?.descriptor ?? image.root)).rejects.toMatchObject({
    code: 'CONTENT_NOT_FOUND',
    message: expect.stringContaining('docker.io/plant/app:dev') as string,
  });
});

it('refuses a lock that says what nobody understands of where a blob lies', async () => {
  const { lockOf, storeOf } = await setUp();
  const lock = lockOf([]);
  const blobs = [{ digest: digestOf('x'), size: 1, from: 'carrier pigeon' }];
  expect(() => storeOf({ ...lock, blobs })).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});

it('writes locations that it reads back, whatever is in a path', () => {
  for (const location of [
    { in: 'archive', offset: 512, path: 'C:/media/odd #1: x.tar' },
    { in: 'file', path: 'layout/blobs/sha256/ab' },
    { in: 'web', url: 'https://example.com/layer' },
  ] as const)
    expect(parseLocation(formatLocation(location))).toEqual(location);
});
