import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemberTable } from '../../../electron/engine/content/archives/member-table.ts';
import type { ArchivedFile } from '../../../electron/engine/content/archives/member-table.ts';
import { readTar } from '../../../electron/engine/content/archives/read-tar.ts';
import { resolveArchiveImage } from '../../../electron/engine/content/archives/index.ts';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import type { ImageEntry, ResolveContext, Resolved } from '../../../electron/engine/content/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { parseManifest } from '../../../electron/engine/oci/manifest.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { hexOf } from '../../../shared/domain/digest.ts';
import { LockItem } from '../../../shared/format/lock.ts';
import {
  compress,
  dockerSaveMembers,
  layoutMembers,
  makeDockerSave,
  makeImage,
  makeIndex,
  makeLayer,
  makeOciArchive,
  makeReferrer,
  makeTar,
  seededBytes,
  writeOciLayout,
} from '../../support/make-content.ts';
import type { Compression, TarMember } from '../../support/make-content.ts';
import { createMemoryWeb } from '../../support/memory-web.ts';
import { tempFolder } from '../../support/temp-folder.ts';

type ArchiveEntry = Extract<ImageEntry, { readonly from: 'archive' }>;

const image = makeImage({ seed: 'app', compression: 'none' });
const other = makeImage({ seed: 'other', compression: 'none', layers: 1 });

async function setUp() {
  const folder = await tempFolder();
  const context: ResolveContext = {
    job: quietContext(),
    client: createMemoryWeb().client,
    store: createFetchStore(join(folder, 'store')),
    lockBase: folder,
    noFetch: false,
    environment: {},
  };
  const resolve = async (overrides: Partial<ArchiveEntry> = {}): Promise<readonly Resolved[]> => {
    const items = await resolveArchiveImage(
      {
        kind: 'image',
        from: 'archive',
        at: { file: 'list.yaml', line: 7, column: 5 },
        base: folder,
        path: './images.tar',
        as: undefined,
        platforms: undefined,
        index: undefined,
        ownPlatforms: false,
        ownIndex: false,
        ...overrides,
      },
      context,
    );
    for (const { item } of items) expect(LockItem.parse(item)).toEqual(item);
    return items;
  };
  const save = (bytes: Uint8Array, name = 'images.tar') => writeFile(join(folder, name), bytes);
  return { folder, resolve, save };
}

/** The bytes that `from` leads to, in the uncompressed archive. */
function bytesAt(from: string | undefined, tar: Uint8Array, size: number): Buffer {
  const offset = Number(/^archive:(\d+):/.exec(from ?? '')?.[1]);
  return Buffer.from(tar.subarray(offset, offset + size));
}

function manifestOf({ item, manifests }: Resolved) {
  if (item.root === undefined) throw new Error('the item has no root');
  const parsed = parseManifest(
    manifests.get(item.root.digest) ?? new Uint8Array(),
    item.root.mediaType,
    'image',
  );
  if (parsed.kind !== 'manifest') throw new Error('no manifest');
  return parsed.manifest;
}

describe('a docker-save archive', () => {
  it.each<Compression>(['none', 'gzip', 'zstd'])(
    'gives the same manifests whether it is compressed with %s, told by its bytes, and is never unpacked',
    async (compression) => {
      const { folder, resolve, save } = await setUp();
      const saved = [
        { image, tags: ['plant/app:1.0', 'registry.example.com/app:latest'] },
        { image: other, tags: ['other:2'] },
      ];
      const tar = makeDockerSave(saved);
      await save(makeDockerSave(saved, compression));
      const items = await resolve();
      expect(items.map(({ item }) => [item.reference, item.madeByAirlock])).toEqual([
        ['docker.io/plant/app:1.0', true],
        ['registry.example.com/app:latest', true],
        ['docker.io/library/other:2', true],
      ]);
      const [first, second] = items as [Resolved, Resolved];
      expect(first.item.root).toEqual(second.item.root);
      expect(first.item.source).toEqual({ type: 'archive', path: 'images.tar', entry: 'plant/app:1.0' });
      expect(first.item.root?.digest).toBe(
        'sha256:19854ce60f9e921eae41a4e1c23eae657a43bf499bae620f35525c873c9fea83',
      );
      expect(manifestOf(first)).toEqual({
        schemaVersion: 2,
        mediaType: MEDIA.ociManifest,
        config: { mediaType: MEDIA.ociConfig, digest: digestOf(image.config), size: image.config.byteLength },
        layers: image.layers.map(({ descriptor }) => ({ ...descriptor, mediaType: MEDIA.ociLayer })),
      });
      expect(first.manifests.get(digestOf(image.config))).toEqual(Buffer.from(image.config));
      expect(first.blobs.map(({ digest }) => digest)).toEqual(
        image.layers.map(({ descriptor }) => descriptor.digest),
      );
      for (const { digest, size, from } of first.blobs)
        expect(digestOf(bytesAt(from, tar, size))).toBe(digest);
      expect(await readdir(folder)).toEqual(['images.tar']);
    },
  );

  it('keeps layers as they are stored and names their type by their first bytes', async () => {
    const { resolve, save } = await setUp();
    const layers = (['none', 'gzip', 'zstd'] as const).map((compression) =>
      makeLayer({ seed: compression, compression }),
    );
    await save(makeDockerSave([{ image: makeImage({ seed: 'mixed', layers }), tags: ['mixed:1'] }]));
    const [item] = await resolve();
    expect(manifestOf(item as Resolved).layers).toEqual(layers.map(({ descriptor }) => descriptor));
  });

  it('has the links of old layers followed inside the archive', async () => {
    const { resolve, save } = await setUp();
    const [config, first, second, manifest] = dockerSaveMembers([{ image, tags: ['app:1'] }]) as [
      TarMember,
      TarMember,
      TarMember,
      TarMember,
    ];
    const moved = { ...second, name: 'layers/real.tar' };
    const links: TarMember[] = [
      { name: second.name, type: '2', linkName: '../middle/layer.tar' },
      { name: 'middle/layer.tar', type: '1', linkName: 'layers/real.tar' },
    ];
    await save(makeTar([...links, config, first, moved, manifest]));
    const [item] = await resolve();
    expect(item?.blobs.map(({ digest }) => digest)).toEqual(
      image.layers.map(({ descriptor }) => descriptor.digest),
    );
  });

  it('takes a name from the list where it has none, and asks for one', async () => {
    const { resolve, save } = await setUp();
    await save(makeDockerSave([{ image, tags: [] }]));
    await expect(resolve()).rejects.toMatchObject({
      code: 'LIST_INVALID',
      message: expect.stringMatching(/^list\.yaml:7:5: /) as string,
      remedy: expect.stringContaining('as:') as string,
    });
    const [item] = await resolve({ as: 'plant/app:3' });
    expect(item?.item.reference).toBe('docker.io/plant/app:3');
    await save(
      makeDockerSave([
        { image, tags: ['a:1'] },
        { image: other, tags: ['b:1'] },
      ]),
    );
    await expect(resolve({ as: 'plant/app:3' })).rejects.toMatchObject({ code: 'LIST_INVALID' });
  });

  it('is held to the platforms of the list', async () => {
    const { resolve, save } = await setUp();
    await save(makeDockerSave([{ image, tags: ['app:1'] }]));
    const [item] = await resolve({ platforms: ['linux/amd64', 'linux/arm64'] });
    expect(item?.item).toMatchObject({ platforms: ['linux/amd64'], missingPlatforms: ['linux/arm64'] });
    await expect(resolve({ platforms: ['linux/arm64'] })).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
    });
  });

  it('with a layer that its config does not know is refused, showing both digests', async () => {
    const { resolve, save } = await setUp();
    const members = dockerSaveMembers([{ image, tags: ['app:1'] }]).map((member) =>
      member.name.startsWith(hexOf(image.layers[0]?.diffId ?? image.root.digest))
        ? { ...member, bytes: makeTar([]) }
        : member,
    );
    await save(makeTar(members));
    await expect(resolve()).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      details: { expected: image.layers[0]?.diffId, found: digestOf(makeTar([])) },
    });
  });

  it.each<[string, (members: TarMember[]) => TarMember[]]>([
    ['no layer where manifest.json names one', (members) => members.toSpliced(1, 1)],
    ['no config', (members) => members.slice(1)],
    [
      'a layer twice with other bytes',
      (members) => [...members, { name: members[1]?.name ?? '', bytes: 'x' }],
    ],
    [
      'a link out of the archive for a layer',
      (members) => members.with(1, { name: members[1]?.name ?? '', type: '2', linkName: '../../etc/passwd' }),
    ],
    [
      'an absolute link for a layer',
      (members) => members.with(1, { name: members[1]?.name ?? '', type: '2', linkName: '/etc/passwd' }),
    ],
    [
      'a link that leads back to itself',
      (members) => members.with(1, { name: members[1]?.name ?? '', type: '2', linkName: 'layer.tar' }),
    ],
    ['a member that leads out of it', (members) => [{ name: '../x', bytes: 'x' }, ...members]],
    ['an absolute member', (members) => [{ name: '/x', bytes: 'x' }, ...members]],
    ['a device', (members) => [{ name: 'dev', type: '4' }, ...members]],
    [
      'a manifest.json with a path out of it',
      (members) =>
        members.with(3, { name: 'manifest.json', bytes: '[{"Config":"../../etc/passwd","Layers":[]}]' }),
    ],
    ['an empty manifest.json', (members) => members.with(3, { name: 'manifest.json', bytes: '[]' })],
  ])('with %s is refused', async (_, change) => {
    const { resolve, save } = await setUp();
    for (const compression of ['none', 'gzip'] as const) {
      await save(compress(makeTar(change(dockerSaveMembers([{ image, tags: ['app:1'] }]))), compression));
      await expect(resolve()).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    }
  });

  it('that ends too early is refused, wherever it was cut', async () => {
    const { resolve, save } = await setUp();
    const tar = makeDockerSave([{ image, tags: ['app:1'] }]);
    for (const cut of [700, 1024 * 3, tar.byteLength - 1500]) {
      await save(tar.subarray(0, cut));
      await expect(resolve()).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    }
    for (const compression of ['gzip', 'zstd'] as const)
      for (const cut of [1, 9, 2000]) {
        await save(compress(tar, compression).subarray(0, -cut));
        await expect(resolve()).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
      }
  });
});

describe('an OCI archive', () => {
  const index = makeIndex([
    makeImage({ seed: 'multi' }),
    makeImage({ seed: 'multi', platform: { os: 'linux', architecture: 'arm64' } }),
  ]);
  const entries = [{ content: index, refName: 'registry.example.com/multi:1' }];

  it.each<Compression>(['none', 'gzip', 'zstd'])(
    'compressed with %s keeps every digest',
    async (compression) => {
      const { resolve, save } = await setUp();
      await save(makeOciArchive(entries, compression));
      const tar = makeOciArchive(entries);
      const [found] = await resolve();
      expect(found?.item).toMatchObject({
        reference: 'registry.example.com/multi:1',
        root: index.root,
        mode: 'keep',
      });
      expect(found?.item.madeByAirlock).toBeUndefined();
      for (const { digest, size, from } of found?.blobs ?? [])
        expect(digestOf(bytesAt(from, tar, size))).toBe(digest);
      const all = [...(found?.manifests.keys() ?? []), ...(found?.blobs.map(({ digest }) => digest) ?? [])];
      expect(all.toSorted()).toEqual([...index.blobs.keys()].toSorted());
    },
  );

  it('is told from a docker-save archive by its index.json, which docker 25 writes beside manifest.json', async () => {
    const { resolve, save } = await setUp();
    await save(
      makeTar([
        { name: 'manifest.json', bytes: '[{"Config":"none","RepoTags":["wrong:1"],"Layers":[]}]' },
        ...layoutMembers([{ content: index, refName: '1', imageName: 'docker.io/library/multi:1' }]),
      ]),
    );
    const [found] = await resolve();
    expect(found?.item).toMatchObject({ reference: 'docker.io/library/multi:1', root: index.root });
  });

  it('as a folder is read the same way, each blob where it lies', async () => {
    const { folder, resolve } = await setUp();
    await writeOciLayout(join(folder, 'layout'), entries);
    const [found] = await resolve({ path: './layout/' });
    expect(found?.item).toMatchObject({ root: index.root, source: { path: 'layout' } });
    for (const { digest, from } of found?.blobs ?? []) {
      expect(from).toBe(`path:layout/blobs/sha256/${hexOf(digest)}`);
      expect(digestOf(await readFile(join(folder, (from ?? '').slice('path:'.length))))).toBe(digest);
    }
    await mkdir(join(folder, 'empty'));
    await expect(resolve({ path: './empty' })).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('gives one platform, or an index of those it has', async () => {
    const { resolve, save } = await setUp();
    await save(makeOciArchive(entries));
    const [child] = await resolve({ platforms: ['linux/arm64'] });
    expect(child?.item).toMatchObject({
      mode: 'child',
      original: index.root,
      root: { mediaType: MEDIA.ociManifest },
    });
    const [whole] = await resolve({ platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'] });
    expect(whole?.item).toMatchObject({
      mode: 'rewrite',
      root: index.root,
      missingPlatforms: ['linux/s390x'],
    });
  });

  it('needs a name where it has a tag alone or nothing, and holds what is said of its images', async () => {
    const { resolve, save } = await setUp();
    const signature = makeReferrer(index.root, {
      artifactType: 'application/vnd.example.sig',
      text: 'signed',
    });
    await save(makeOciArchive([{ content: index, refName: '1.0' }, { content: signature }]));
    await expect(resolve()).rejects.toMatchObject({ code: 'LIST_INVALID' });
    const [tagged] = await resolve({ as: 'plant/multi:1.0' });
    expect(tagged?.item).toMatchObject({ reference: 'docker.io/plant/multi:1.0', root: index.root });
    expect(tagged?.item.attached).toEqual([
      expect.objectContaining({ kind: 'referrer', subject: index.root.digest }),
    ]);
    await save(makeOciArchive([{ content: index }, { content: signature }]));
    expect(await resolve({ as: 'plant/multi:1.0' })).toHaveLength(1);
  });

  it('that lacks a platform it names is refused, unless that platform is not asked for', async () => {
    const { resolve, save } = await setUp();
    const arm = makeImage({ seed: 'multi', platform: { os: 'linux', architecture: 'arm64' } });
    await save(makeTar(layoutMembers(entries).filter(({ name }) => !name.endsWith(hexOf(arm.root.digest)))));
    await expect(resolve()).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining(arm.root.digest) as string,
    });
    const [found] = await resolve({ platforms: ['linux/amd64'] });
    expect(found?.item.mode).toBe('child');
  });

  it('with a blob that is missing, or that is not what its name says, is refused', async () => {
    const { resolve, save } = await setUp();
    const single = makeImage({ seed: 'single', layers: 1 });
    const members = layoutMembers([{ content: single, refName: 'a/single:1' }]);
    const layer = hexOf(single.layers[0]?.descriptor.digest ?? single.root.digest);
    await save(makeTar(members.filter(({ name }) => !name.endsWith(layer))));
    await expect(resolve()).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    const bent = seededBytes('bent', single.layers[0]?.bytes.byteLength ?? 0);
    await save(
      makeTar(members.map((member) => (member.name.endsWith(layer) ? { ...member, bytes: bent } : member))),
    );
    await expect(resolve()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    const manifest = hexOf(single.root.digest);
    await save(
      makeTar(
        members.map((member) => (member.name.endsWith(manifest) ? { ...member, bytes: '{}' } : member)),
      ),
    );
    await expect(resolve()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

it('refuses what is no archive of images, by its name', async () => {
  const { resolve, save } = await setUp();
  const cases: [Uint8Array, string][] = [
    [makeTar([{ name: 'notes.txt', bytes: 'hello' }]), 'ARCHIVE_INVALID'],
    [seededBytes('noise', 5000), 'ARCHIVE_INVALID'],
    [compress(seededBytes('noise', 5000), 'gzip'), 'ARCHIVE_INVALID'],
    [Buffer.alloc(0), 'ARCHIVE_INVALID'],
    [Buffer.from('BZh91AY&SY'), 'SOURCE_UNSUPPORTED'],
    [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), 'SOURCE_UNSUPPORTED'],
  ];
  for (const [bytes, code] of cases) {
    await save(bytes);
    await expect(resolve()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('images.tar') as string,
    });
  }
  await expect(resolve({ path: './none.tar' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

describe('reading a tar', () => {
  const read = async (tar: Uint8Array, size = 1000) => {
    const lent = Buffer.alloc(size);
    const source = async function* () {
      for (let at = 0; at < tar.byteLength; at += size)
        yield lent.subarray(
          0,
          lent.fill(0xee).set(tar.subarray(at, at + size)) ?? Math.min(size, tar.byteLength - at),
        );
    };
    const found: [string, string][] = [];
    for await (const member of readTar(source(), { what: 'x.tar' })) {
      const parts: Uint8Array[] = [];
      if (member.type === 'file') for await (const chunk of member.bytes) parts.push(Buffer.from(chunk));
      expect(tar.subarray(member.offset, member.offset + member.size)).toEqual(Buffer.concat(parts));
      found.push([member.name, Buffer.concat(parts).toString().slice(0, 20)]);
    }
    return found;
  };

  it('takes pax and GNU long names, base-256 sizes, and members that are not read', async () => {
    const long = `${'d/'.repeat(80)}file`;
    const record = (text: string) => {
      let size = text.length;
      while (`${size} ${text}`.length !== size) size = `${size} ${text}`.length;
      return `${size} ${text}`;
    };
    const tar = makeTar([
      { name: 'PaxHeader', type: 'x', bytes: record(`path=${long}\n`) },
      { name: 'short', bytes: 'by pax' },
      { name: '././@LongLink', type: 'L', bytes: `${long}2\0` },
      { name: 'short', bytes: 'by gnu' },
      { name: './dir/', type: '5' },
      { name: './dir/c', bytes: seededBytes('c', 3000).toString('hex') },
    ]);
    expect((await read(tar)).map(([name]) => name)).toEqual([long, `${long}2`, 'dir/c']);
    expect((await read(tar, 512))[0]).toEqual([long, 'by pax']);
    const large = makeTar([{ name: 'a', bytes: 'base-256' }]);
    large.fill(0, 124, 136).writeUInt8(0x80, 124);
    large.writeUInt8(8, 135);
    large.write('        ', 148, 'latin1');
    const sum = large.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    large.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(await read(large)).toEqual([['a', 'base-256']]);
  });

  it('stops a source in the middle where a member is refused, and where the reader stops', async () => {
    const big = makeTar([
      { name: 'a', bytes: 'x' },
      { name: 'b', type: '6' },
      { name: 'c', bytes: seededBytes('c', 3_000_000) },
    ]);
    let closed = 0;
    const source = async function* () {
      try {
        for (;;) yield big;
      } finally {
        closed += 1;
      }
    };
    const readAll = async () => {
      for await (const member of readTar(source(), { what: 'x.tar' })) expect(member.name).toBe('a');
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    for await (const member of readTar(source(), { what: 'x.tar' })) if (member.name === 'a') break;
    expect(closed).toBe(2);
  });

  it('refuses sparse files, fifos and headers that are damaged', async () => {
    const damaged = makeTar([{ name: 'a', bytes: 'x' }]);
    damaged.writeUInt8(damaged.readUInt8(0) ^ 1, 0);
    for (const tar of [
      makeTar([{ name: 'a', type: 'S', bytes: 'x' }]),
      makeTar([
        { name: 'p', type: 'x', bytes: '22 GNU.sparse.major=1\n' },
        { name: 'a', bytes: 'x' },
      ]),
      makeTar([{ name: 'a', type: '6' }]),
      damaged,
    ])
      await expect(read(tar)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});

it('takes a name that stands twice with the same bytes, and refuses it with others only where it is asked for', () => {
  const file = (text: string): ArchivedFile => ({
    size: text.length,
    digest: digestOf(text),
    sha512: undefined,
    compression: 'none',
    from: undefined,
  });
  const table = createMemberTable('x.tar');
  table.add('a', file('one'));
  table.add('a', file('one'));
  table.add('b', file('one'));
  table.add('b', file('two'));
  expect(table.find('a')?.digest).toBe(digestOf('one'));
  expect(table.find('c')).toBeUndefined();
  expect(() => table.find('b')).toThrow('twice');
});
