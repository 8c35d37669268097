import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContents } from '../../../../electron/engine/content/gather/read-contents.ts';
import { listText, writeList } from '../../../../electron/engine/content/gather/write-list.ts';
import type { WrittenList } from '../../../../electron/engine/content/gather/write-list.ts';
import { labelOf } from '../../../../electron/engine/content/entry-label.ts';
import { readTransferList } from '../../../../electron/engine/content/transfer-list.ts';
import { parsePlatform } from '../../../../electron/engine/oci/platform.ts';
import { isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { ContentsFound, Draft, DraftItem } from '../../../../shared/station/contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const HEAD = 'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant}\n';

async function write(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder();
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), body);
  }
  return folder;
}

async function readList(
  body: string,
  others: Readonly<Record<string, string>> = {},
): Promise<ContentsFound & { readonly folder: string }> {
  const folder = await write({ 'list.yaml': HEAD + body, ...others });
  return { folder, ...(await readContents({ text: null, paths: [join(folder, 'list.yaml')] })) };
}

const entries = ({ items }: ContentsFound) => items.map(({ entry }) => entry);

describe('a transfer list that is opened', () => {
  it('gives its name, its platforms and what has no row', async () => {
    const found = await readList(
      'platforms: [linux/amd64]\nimages: [nginx:1.27]\nsources: [{prefix: docker.io/, from: mirror.example.com/}]\n',
    );
    expect(found.list).toEqual({
      path: join(found.folder, 'list.yaml'),
      name: 'plant',
      platforms: ['linux/amd64'],
      index: 'child',
      rest: { sources: [{ prefix: 'docker.io/', from: 'mirror.example.com/' }] },
      left: [],
    });
    expect(found.items).toEqual([
      {
        kind: 'image',
        reference: 'docker.io/library/nginx:1.27',
        entry: { ref: 'docker.io/library/nginx:1.27' },
        why: 'named in list.yaml',
        problem: null,
      },
    ]);
  });

  it.each([
    ['', [], 'keep'],
    ['platforms: [linux/amd64]', ['linux/amd64'], 'child'],
    ['platforms: [linux/amd64, linux/arm64]', ['linux/amd64', 'linux/arm64'], 'rewrite'],
    ['platforms: [linux/amd64]\nindex: rewrite', ['linux/amd64'], 'rewrite'],
    ['index: keep', [], 'keep'],
  ])('has the mode that follows from `%s`', async (lines, platforms, index) => {
    expect((await readList(`${lines}\nimages: [nginx:1.27]\n`)).list).toMatchObject({ platforms, index });
  });

  it('keeps what else its metadata says', async () => {
    const folder = await write({
      'list.yaml':
        'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant, description: For the plant, sequence: 4}\nimages: [a:1]\n',
    });
    const { list } = await readContents({ text: null, paths: [join(folder, 'list.yaml')] });
    expect(list?.rest).toEqual({ metadata: { description: 'For the plant', sequence: 4 } });
  });

  it('has its local paths absolute', async () => {
    const found = await readList(
      'images: [{archive: ./v/i.tar, as: a:1}]\ncharts: [{path: c.tgz}]\nfiles: [{path: ../f.bin}, {path: /abs/g.bin}]\n',
    );
    expect(entries(found)).toEqual([
      { archive: join(found.folder, 'v/i.tar'), as: 'docker.io/library/a:1' },
      { path: join(found.folder, 'c.tgz') },
      { path: join(found.folder, '../f.bin'), as: 'f.bin' },
      { path: '/abs/g.bin', as: 'g.bin' },
    ]);
  });

  it('names its rows as the progress of its lock names them', async () => {
    const found = await readList(
      'images: [nginx:1.27, {archive: ./i.tar}]\ncharts: [{path: c.tgz}, {repo: "https://c.example/", name: x}]\nfiles: [{path: f.bin}]\n',
    );
    const { entries: listed } = await readTransferList(join(found.folder, 'list.yaml'));
    expect(found.items.map(({ reference: shown }) => shown)).toEqual(listed.map(labelOf));
  });

  it('says for an image of another list what that list says for it', async () => {
    const found = await readList('platforms: [linux/amd64]\ninclude: [sub/more.yaml, images.txt]\n', {
      'images.txt': 'redis:7\n',
      'sub/more.yaml': `${HEAD}platforms: [linux/arm64]\nimages: [nginx:1.27, {archive: ./x.tar}]\nsources: [{prefix: docker.io/, from: m.example/}]\n`,
    });
    expect(entries(found)).toEqual([
      {
        ref: 'docker.io/library/nginx:1.27',
        from: 'm.example/library/nginx:1.27',
        platforms: ['linux/arm64'],
      },
      { archive: join(found.folder, 'sub/x.tar'), platforms: ['linux/arm64'] },
      { ref: 'docker.io/library/redis:7' },
    ]);
    expect(found.items.map(({ why }) => why)).toEqual([
      'named in more.yaml',
      'named in more.yaml',
      'named in images.txt',
    ]);
  });

  it('leaves a pinned image to itself, whatever its list says for the others', async () => {
    const ref = `quay.io/org/app@sha256:${'a'.repeat(64)}`;
    const found = await readList('platforms: [linux/amd64]\ninclude: [more.yaml]\n', {
      'more.yaml': `${HEAD}platforms: [linux/arm64]\nimages: ["${ref}"]\n`,
    });
    expect(entries(found)).toEqual([{ ref }]);
  });

  it('keeps its good entries beside the faulty ones, in their order', async () => {
    const found = await readList(
      'images:\n  - nginx:1.27\n  - Nginx::Bad\n  - {ref: a:1, platform: x}\n  - redis:7\n',
    );
    expect(found.items.map(({ reference, problem }) => [reference, problem?.code])).toEqual([
      ['docker.io/library/nginx:1.27', undefined],
      ['Nginx::Bad', 'LIST_INVALID'],
      ['a:1', 'LIST_INVALID'],
      ['docker.io/library/redis:7', undefined],
    ]);
    expect(found.items[2]?.problem?.message).toMatch(/^list\.yaml:7:16: unknown key "platform"/);
    expect(found.list?.name).toBe('plant');
  });

  it('tells what is wrong with its frame', async () => {
    const folder = await write({
      'list.yaml': 'apiVersion: airlock/v1\nkind: TransferList\nimages: [a:1]\n',
    });
    const found = await readContents({ text: null, paths: [join(folder, 'list.yaml')] });
    expect(found.list).toBeNull();
    expect(found.items).toHaveLength(1);
    expect(found.problems.map(({ code }) => code)).toEqual(['LIST_INVALID']);
  });

  it('is one of several where it is not alone: its rows then carry what it said for them', async () => {
    const list = (name: string, platform: string, image: string) =>
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: ${name}}\nplatforms: [${platform}]\nimages: [${image}]\n`;
    const folder = await write({
      'a.yaml': list('a', 'linux/amd64', 'nginx:1.27'),
      'b.yaml': list('b', 'linux/arm64', 'redis:7'),
    });
    const found = await readContents({ text: null, paths: [join(folder, 'a.yaml'), join(folder, 'b.yaml')] });
    expect(found.list).toBeNull();
    expect(entries(found)).toEqual([
      { ref: 'docker.io/library/nginx:1.27', platforms: ['linux/amd64'] },
      { ref: 'docker.io/library/redis:7', platforms: ['linux/arm64'] },
    ]);
  });
});

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'windows/amd64'] as const;
const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const reference = fc
  .tuple(
    fc.constantFrom('docker.io', 'quay.io', '10.0.0.1:5000'),
    word,
    word,
    fc.stringMatching(/^[A-Za-z0-9_.][A-Za-z0-9._-]{0,6}$/),
  )
  .filter(([, , , tag]) => /^[A-Za-z0-9_]/.test(tag))
  .map(([host, path, name, tag]) => `${host}/${path}/${name}:${tag}`);
/** Anything that a path may hold, quotes and line ends of YAML included. */
const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9 :#'{}[\],&*!%@`-]{0,10}[a-z]$/),
  fc.constantFrom('1.10', 'yes', 'null', '~', '0x1f', '1e3', 'Überblick', '名前', '-'),
);
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((got) => (got === undefined ? {} : { [key]: got }));
const joined = (...parts: readonly fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as DraftItem['entry']);
const mode = fc.oneof(
  fc.constant({}),
  fc.constant({ index: 'keep' }),
  fc.uniqueArray(fc.constantFrom(...PLATFORMS), { minLength: 1 }).map((platforms) => ({ platforms })),
  fc
    .uniqueArray(fc.constantFrom(...PLATFORMS), { minLength: 1 })
    .map((platforms) => ({ platforms, index: 'rewrite' })),
);

const image: fc.Arbitrary<DraftItem> = fc.oneof(
  fc
    .tuple(reference, joined(optional('from', reference), mode))
    .map(([ref, more]) => item('image', ref, { ref, ...more })),
  fc
    .tuple(name, joined(optional('as', reference), mode))
    .map(([path, more]) => item('image', `/v/${path}`, { archive: `/v/${path}`, ...more })),
  word.map((daemon) => item('image', daemon, { daemon })),
);
const chart: fc.Arbitrary<DraftItem> = fc.oneof(
  reference.map((ref) => item('chart', ref, { ref: `oci://${ref}` })),
  fc
    .tuple(word, optional('version', fc.constantFrom('1.10', '~1.44', '>=1.2, <2', '0x10')))
    .map(([chartName, version]) =>
      item('chart', `https://charts.example/${chartName}`, {
        repo: 'https://charts.example',
        name: chartName,
        ...version,
      }),
    ),
  fc
    .tuple(name, optional('sha256', sha256))
    .map(([path, more]) => item('chart', `/c/${path}`, { path: `/c/${path}`, ...more })),
);
const file: fc.Arbitrary<DraftItem> = fc
  .tuple(word, joined(optional('sha256', sha256), optional('executable', fc.constant(true))), fc.boolean())
  .map(([as, more, isSecret]) =>
    isSecret
      ? item('file', as, { url: `https://files.example/${as}`, secretQuery: true, as, ...more })
      : item('file', as, { path: `/f/${as}`, as, ...more }),
  );

function item(kind: DraftItem['kind'], shown: string, entry: DraftItem['entry']): DraftItem {
  return { kind, reference: shown, entry, why: 'typed', problem: null };
}

const byKind = (items: fc.Arbitrary<DraftItem>) =>
  fc.uniqueArray(items, { maxLength: 6, selector: ({ reference: shown }) => shown.toLowerCase() });
const draft: fc.Arbitrary<Draft> = fc
  .record({
    name: fc
      .stringMatching(/^[a-z][a-z0-9.-]{0,10}[a-z0-9]$/)
      .filter((text) => !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(text)),
    mode: fc.oneof(
      fc.constant<Pick<Draft, 'platforms' | 'index'>>({ platforms: [], index: 'keep' }),
      fc.record({
        platforms: fc.uniqueArray(fc.constantFrom(...PLATFORMS), { minLength: 1 }),
        index: fc.constantFrom('child' as const, 'rewrite' as const),
      }),
    ),
    items: fc.tuple(byKind(image), byKind(chart), byKind(file)).map((kinds) => kinds.flat()),
    rest: joined(
      optional('metadata', fc.record({ description: fc.string({ unit: 'grapheme' }) })),
      optional('sources', fc.constant([{ prefix: 'gcr.io/', from: 'mirror.example/gcr/' }])),
    ),
  })
  .filter(({ items }) => items.length > 0)
  .map(({ mode: listMode, ...given }) => ({ ...given, ...listMode }));

describe('a draft that is written as a list', () => {
  it('is the same draft when it is read again', async () => {
    const folder = await tempFolder();
    let own: WrittenList | null = null;
    await fc.assert(
      fc.asyncProperty(draft, fc.nat(3), async (given, left) => {
        const stays = given.items.flatMap((_item, row) => (left > 0 && row % left === 0 ? [row] : []));
        own = await writeList({ draft: { ...given, name: 'plant' }, left: stays, folder, own });
        expect(own.path).toBe(join(folder, 'plant.yaml'));
        const found = await readContents({ text: null, paths: [own.path] });
        expect(found.problems).toEqual([]);
        const { list } = found;
        expect(list).toMatchObject({ platforms: given.platforms, index: given.index, rest: given.rest });
        const rows = [...found.items];
        for (const { row, item: stayed } of list?.left ?? []) rows.splice(row, 0, stayed);
        expect(rows.map((one) => ({ ...one, why: 'typed' }))).toEqual(given.items);
        expect(list?.left.map(({ row }) => row)).toEqual(stays);
      }),
      { numRuns: 200 },
    );
  });

  it('is one that can be locked', async () => {
    const items = ['a:1', 'b:1'].map((ref) => item('image', ref, { ref: `docker.io/library/${ref}` }));
    const given: Draft = { name: 'plant', platforms: ['linux/amd64'], index: 'child', items, rest: {} };
    const { path } = await writeList({ draft: given, left: [1], folder: await tempFolder(), own: null });
    expect(await readTransferList(path)).toMatchObject({
      metadata: { name: 'plant' },
      entries: [{ ref: 'docker.io/library/a:1', platforms: [parsePlatformText('linux/amd64')] }],
    });
  });

  it('has every text in quotes, so that nobody reads a version as a number', () => {
    const items = [item('chart', 'x', { repo: 'https://charts.example', name: 'x', version: '1.10' })];
    expect(listText({ name: 'plant', platforms: [], index: 'keep', items, rest: {} })).toBe(
      [
        "apiVersion: 'airlock/v1'",
        "kind: 'TransferList'",
        'metadata:',
        "  name: 'plant'",
        'charts:',
        "  - repo: 'https://charts.example'",
        "    name: 'x'",
        "    version: '1.10'",
        '',
      ].join('\n'),
    );
  });

  it('keeps its kinds in their order, so that a secret query keeps its number', () => {
    const items = [
      item('file', 'a', { url: 'https://e.example/a', as: 'a', secretQuery: true }),
      item('chart', 'b', { url: 'https://e.example/b.tgz', secretQuery: true }),
    ];
    const text = listText({ name: 'plant', platforms: [], index: 'keep', items, rest: {} });
    expect(text.indexOf('files:')).toBeLessThan(text.indexOf('charts:'));
  });

  it.each(['', 'Plant', 'a b', '../up', 'con', 'a.', 'a'.repeat(65)])(
    'refuses the name "%s"',
    async (bad) => {
      const folder = await tempFolder();
      const error: unknown = await writeList({
        draft: { name: bad, platforms: [], index: 'keep', items: [], rest: {} },
        left: [],
        folder,
        own: null,
      }).catch((thrown: unknown) => thrown);
      expect(isAirlockError(error, 'USAGE') && error.remedy).toMatch(
        /^Take (?:lower-case letters|a name that Windows)/,
      );
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('is not written where its folder is gone', async () => {
    const folder = join(await tempFolder(), 'none');
    await expect(writeList({ draft: draftOf('a:1'), left: [], folder, own: null })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('keeps what was left out although it can’t be locked, with what is wrong with it', async () => {
    const faulty = item('image', 'Nginx::Bad', { ref: 'Nginx::Bad' });
    const { path } = await writeList({
      draft: { ...draftOf('a:1'), items: [faulty] },
      left: [0],
      folder: await tempFolder(),
      own: null,
    });
    const found = await readContents({ text: null, paths: [path] });
    expect(found).toMatchObject({ items: [], problems: [] });
    expect(found.list?.left).toMatchObject([
      { row: 0, item: { reference: 'Nginx::Bad', problem: { code: 'LIST_INVALID' } } },
    ]);
    expect(found.list?.left[0]?.item.problem?.message).toMatch(/^"Nginx::Bad" is no image reference/);
  });

  it('passes over lines of left rows that somebody changed into something else', async () => {
    const folder = await write({
      'list.yaml': `${HEAD}images: [a:1]\n# left out, row 1: {"images":[{"ref":\n# left out, row 2: {"pods":[{}]}\n# left out, row 9: {"images":[{"ref":"docker.io/library/b:1"}]}\n`,
    });
    const { list } = await readContents({ text: null, paths: [join(folder, 'list.yaml')] });
    expect(list?.left).toMatchObject([{ row: 8, item: { reference: 'docker.io/library/b:1' } }]);
  });
});

function draftOf(...names: readonly string[]): Draft {
  const items = names.map((each) =>
    item('image', `docker.io/library/${each}`, { ref: `docker.io/library/${each}` }),
  );
  return { name: 'plant', platforms: [], index: 'keep', items, rest: {} };
}

describe('the folder for lists', () => {
  const save = (folder: string, own: WrittenList | null, ...names: readonly string[]) =>
    writeList({ draft: draftOf(...names), left: [], folder, own });

  it('has one file of a draft, however often it is saved', async () => {
    const folder = await tempFolder();
    const first = await save(folder, null, 'a:1');
    const again = await save(folder, first, 'a:1', 'b:1');
    expect(again.path).toBe(first.path);
    expect(await readdir(folder)).toEqual(['plant.yaml']);
    expect(await readFile(again.path, 'utf8')).toContain('b:1');
  });

  it('has a file for each of two drafts of one name', async () => {
    const folder = await tempFolder();
    const first = await save(folder, null, 'a:1');
    const second = await save(folder, null, 'b:1');
    expect(second.path).toBe(join(folder, 'plant-2.yaml'));
    await save(folder, second, 'c:1');
    await save(folder, first, 'd:1');
    expect(await readFile(join(folder, 'plant.yaml'), 'utf8')).toContain('d:1');
    expect(await readFile(join(folder, 'plant-2.yaml'), 'utf8')).toContain('c:1');
    expect((await readdir(folder)).toSorted()).toEqual(['plant-2.yaml', 'plant.yaml']);
  });

  it('keeps what somebody else wrote into a draft’s file since', async () => {
    const folder = await tempFolder();
    const own = await save(folder, null, 'a:1');
    await writeFile(own.path, 'by hand');
    expect((await save(folder, own, 'b:1')).path).toBe(join(folder, 'plant-2.yaml'));
    expect(await readFile(own.path, 'utf8')).toBe('by hand');
  });

  it('gives no list a name whose lock is another’s, nor one that is a folder', async () => {
    const folder = await write({ 'plant.lock.json': '{}', 'plant-2.yaml/x': '' });
    expect((await save(folder, null, 'a:1')).path).toBe(join(folder, 'plant-3.yaml'));
  });

  it('gives drafts that are saved at the same moment files of their own', async () => {
    const folder = await tempFolder();
    const names = Array.from({ length: 20 }, (_, index) => `image-${index}:1`);
    const written = await Promise.all(names.map((each) => save(folder, null, each)));
    const texts = await Promise.all(written.map(({ path }) => readFile(path, 'utf8')));
    for (const [index, text] of texts.entries()) expect(text).toContain(`/image-${index}:1`);
    expect(await readdir(folder)).toHaveLength(20);
  });
});

function parsePlatformText(text: string): string {
  const { os, architecture } = parsePlatform(text);
  return `${os}/${architecture}`;
}
