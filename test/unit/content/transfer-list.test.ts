import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ListEntry, TransferList } from '../../../electron/engine/content/index.ts';
import { readTransferList } from '../../../electron/engine/content/transfer-list.ts';

let folder: string;
let lists = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-list-'));
});
afterAll(() => rm(folder, { recursive: true }));

const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const HEAD = 'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant}\n';

/** Writes files into a folder of their own; the first is the list. */
async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const own = join(folder, String((lists += 1)));
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(own, name)), { recursive: true });
    await writeFile(join(own, name), body);
  }
  return join(own, Object.keys(files)[0] ?? '');
}

async function read(body: string, others: Readonly<Record<string, string>> = {}): Promise<TransferList> {
  return readTransferList(await write({ 'list.yaml': HEAD + body, ...others }));
}

/** The problems of a list, without the folder before them. */
async function problemsOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
  const path = await write(files);
  const error: unknown = await readTransferList(path).catch((thrown: unknown) => thrown);
  if (!isAirlockError(error)) throw error;
  expect(error.code).toBe('LIST_INVALID');
  const problems = error.details['problems'];
  const lines = Array.isArray(problems) ? problems.map(String) : [error.message];
  expect(error.message).toContain(lines[0]);
  return lines.map((line) => line.replaceAll(`${dirname(path)}/`, ''));
}

const problemsIn = (body: string, others: Readonly<Record<string, string>> = {}) =>
  problemsOf({ 'list.yaml': HEAD + body, ...others });

function names(list: TransferList): string[] {
  return list.entries.map(nameOf);
}

function nameOf(entry: ListEntry): string {
  if (entry.kind === 'file') return entry.as;
  if (entry.from === 'registry') return entry.ref;
  if (entry.from === 'repository') return entry.name;
  if (entry.from === 'daemon') return entry.name;
  return entry.from === 'url' ? entry.url : entry.path;
}

describe('reading a transfer list', () => {
  it('reads every kind of entry in the order of the list', async () => {
    const list = await read(`
platforms: [linux/amd64]
images:
  - coderenvs/coder-service:1.44.0
  - {ref: 'quay.io/org/app@sha256:${SHA256}', platforms: [linux/amd64, linux/arm64/v8], index: rewrite}
  - {ref: docker.elastic.co/eck/operator:2.16.1, from: mirror.example.com/elastic/operator}
  - archive: ./vendor/images.tar
  - daemon: plant/app:dev
charts:
  - ref: oci://ghcr.io/org/charts/app:1.2.3
  - {repo: https://helm.coder.com, name: coder, version: ~1.44}
  - path: ./astronomer-0.34.1.tgz
  - {url: https://example.com/charts/app-1.2.tgz, sha256: ${SHA256.toUpperCase()}}
files:
  - {url: 'https://example.com/a%20b/run%20time.json?version=2'}
  - {path: './deep/.hidden', sha256: ${SHA256}}
  - {url: https://example.com/tool.bin, checksum: https://example.com/SHA256SUMS, executable: true}
`);
    expect(names(list)).toEqual([
      'docker.io/coderenvs/coder-service:1.44.0',
      `quay.io/org/app@sha256:${SHA256}`,
      'docker.elastic.co/eck/operator:2.16.1',
      './vendor/images.tar',
      'plant/app:dev',
      'ghcr.io/org/charts/app:1.2.3',
      'coder',
      './astronomer-0.34.1.tgz',
      'https://example.com/charts/app-1.2.tgz',
      'run time.json',
      '.hidden',
      'tool.bin',
    ]);
    expect(list.entries[1]).toMatchObject({
      platforms: ['linux/amd64', 'linux/arm64'],
      index: 'rewrite',
      ownPlatforms: true,
      ownIndex: true,
    });
    expect(list.entries[2]).toMatchObject({ mirror: 'mirror.example.com/elastic/operator:2.16.1' });
    expect(list.entries[8]).toMatchObject({ sha256: SHA256 });
    expect(list.entries[11]).toMatchObject({ executable: true, checksum: 'https://example.com/SHA256SUMS' });
  });

  it('takes an image that is pinned by a digest and has no tag', async () => {
    const list = await read(`images: ['quay.io/org/app@sha256:${SHA256}']\n`);
    expect(names(list)).toEqual([`quay.io/org/app@sha256:${SHA256}`]);
  });

  it('turns the + of a chart version into the _ that a tag can hold', async () => {
    const list = await read('charts: [{ref: oci://ghcr.io/org/app:1.2.3+build.7}]\n');
    expect(names(list)).toEqual(['ghcr.io/org/app:1.2.3_build.7']);
  });

  it('takes the digest of the list over its own bytes and those of what it includes', async () => {
    const files = { 'more.txt': 'b:1\n' };
    const one = await read('images: [a]\ninclude: [more.txt]\n', files);
    const same = await read('images: [a]\ninclude: [more.txt]\n', files);
    const other = await read('images: [a]\ninclude: [more.txt]\n', { 'more.txt': 'b:2\n' });
    expect(same.digest).toBe(one.digest);
    expect(other.digest).not.toBe(one.digest);
  });

  it('says that a list without entries names nothing', async () => {
    const path = await write({ 'list.yaml': `${HEAD}images:\n  # - nginx\n` });
    await expect(readTransferList(path)).rejects.toMatchObject({ code: 'NOTHING_SELECTED' });
  });

  it('says that a list is not there', async () => {
    await expect(readTransferList(join(folder, 'nowhere.yaml'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});

describe('what a transfer list is refused for', () => {
  it('names each unknown key with its place and the nearest known key, all at once', async () => {
    expect(
      await problemsOf({
        'list.yaml':
          'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant, descripton: x}\nplatfroms: [linux/amd64]\nimages:\n  - {ref: a, platform: [linux/amd64]}\n  - {reff: b}\nfiles:\n  - {path: a, exectable: true}\n',
      }),
    ).toEqual([
      'list.yaml:3:25: unknown key "descripton", expected name, description, stream, sequence, marking; the nearest is "description"',
      'list.yaml:4:1: unknown key "platfroms", expected apiVersion, kind, metadata, platforms, index, images, charts, files, sources, include; the nearest is "platforms"',
      'list.yaml:6:14: unknown key "platform", expected ref, from, platforms, index; the nearest is "platforms"',
      'list.yaml:7:6: unknown key "reff", expected ref, from, platforms, index, archive, as, daemon; the nearest is "ref"',
      'list.yaml:9:15: unknown key "exectable", expected path, as, sha256, sha512, checksum, executable; the nearest is "executable"',
    ]);
  });

  it.each(['1.10', '0x10', '1e3', '12', '.5', '0o17', '-1'])(
    'quotes the version %s, which YAML reads as a number, and says to put quotes around it',
    async (version) => {
      expect(
        await problemsIn(`charts:\n  - {repo: https://helm.example.com, name: app, version: ${version}}\n`),
      ).toEqual([
        `list.yaml:5:58: version: YAML reads ${version} as a number, expected text; write "${version}" with the quotes`,
      ]);
    },
  );

  it('takes a version in quotes for text, whatever it looks like', async () => {
    const list = await read('charts:\n  - {repo: https://helm.example.com, name: app, version: "1.10"}\n');
    expect(list.entries[0]).toMatchObject({ version: '1.10' });
  });

  it.each([
    ['Coder', 'lower-case letters, digits, dot, underscore and dash, at most 64'],
    ['-coder', 'lower-case letters'],
    ['coder.', 'a name that Windows reserves or ends in a dot'],
    ['nul.1', 'a name that Windows reserves'],
    ['a'.repeat(65), 'at most 64'],
  ])('refuses %s as the name of a bundle', async (name, why) => {
    const [problem] = await problemsOf({
      'list.yaml': `apiVersion: airlock/v1\nkind: TransferList\nmetadata:\n  name: ${name}\nimages: [a]\n`,
    });
    expect(problem).toMatch(/^list\.yaml:4:9: name: expected /);
    expect(problem).toContain(why);
  });

  it('names the place of broken YAML', async () => {
    expect(await problemsIn('images: [a\n')).toEqual([
      expect.stringMatching(/^list\.yaml:[45]:\d+: this is not YAML: /) as string,
    ]);
  });

  it('refuses a key that stands twice', async () => {
    expect(await problemsIn('images: [a]\nimages: [b]\n')).toEqual([
      'list.yaml:5:1: the key "images" stands here again; the first is in line 4',
    ]);
  });

  it('follows an alias, and refuses one inside its own anchor, unknown ones and too many', async () => {
    const list = await read('platforms: &p [linux/amd64]\nimages: [{ref: a, platforms: *p, index: child}]\n');
    expect(list.entries[0]).toMatchObject({ platforms: ['linux/amd64'] });
    expect(await problemsIn('images: &a [*a]\n')).toEqual([
      'list.yaml:4:13: the alias *a has no finished anchor &a before it',
    ]);
    expect(await problemsIn('images: [*b]\n')).toEqual([expect.stringContaining('list.yaml:4:') as string]);
    expect(await problemsIn(`images: [&a x${', *a'.repeat(1001)}]\n`)).toEqual([
      expect.stringContaining('more than 1000 aliases') as string,
    ]);
  });

  it('writes no aliases out that stand for more than there is room for', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `  - &a${level + 1} [${`*a${level}, `.repeat(9)}]`,
    );
    expect(await problemsIn(['images:', '  - &a0 [x]', ...levels, ''].join('\n'))).toEqual([
      expect.stringContaining('its aliases stand for more values') as string,
    ]);
  });

  it('refuses a text that looks like another one', async () => {
    expect(await problemsIn('files: [{path: "report\\u202Efdp.exe"}]\n')).toEqual([
      expect.stringContaining('the sign \\u202e makes a text look like another one') as string,
    ]);
  });

  it('refuses YAML tags, several documents, and text that is not UTF-8', async () => {
    expect(await problemsIn('images: [!!binary aGk=]\n')).toEqual([
      expect.stringContaining('has no meaning here') as string,
    ]);
    expect(await problemsIn('images: [a]\n---\nimages: [b]\n')).toEqual([
      expect.stringContaining('expected one YAML document') as string,
    ]);
    expect(await problemsOf({ 'list.yaml': Uint8Array.of(0x61, 0xff) })).toEqual([
      'list.yaml is not UTF-8 text.',
    ]);
  });

  it('refuses an entry of two kinds, and one of none', async () => {
    expect(
      await problemsIn(
        'images:\n  - {ref: a, archive: b.tar}\n  - {platforms: [linux/amd64]}\n  - [a]\n  - 1.5\n',
      ),
    ).toEqual([
      'list.yaml:5:14: ref and archive stand in one entry, expected one of them',
      'list.yaml:6:5: expected one of the keys ref, archive, daemon',
      'list.yaml:7:5: expected a mapping with one of the keys ref, archive, daemon',
      'list.yaml:8:5: YAML reads 1.5 as a number, expected a reference, in quotes',
    ]);
  });

  it('refuses what is no reference, no platform and no mode', async () => {
    const problems = await problemsIn(
      'images:\n  - nginx:\u00fc\n  - {ref: a, platforms: [linux, linux/amd64]}\n  - {ref: a, index: all}\n  - {ref: https://example.com/a}\n',
    );
    expect(problems).toHaveLength(4);
    expect(problems[0]).toMatch(/^list\.yaml:5:5: .*is no tag/);
    expect(problems[1]).toMatch(/^list\.yaml:6:26: "linux" is no platform/);
    expect(problems[2]).toBe('list.yaml:7:21: index: expected keep, child, rewrite');
    expect(problems[3]).toMatch(/it has a scheme/);
  });
});

describe('index and platforms of a transfer list', () => {
  it('refuses keep beside platforms at one level, of an entry or of the list', async () => {
    const text = 'index: keep carries every platform and platforms names some, expected one of the two';
    expect(await problemsIn('images: [{ref: a, index: keep, platforms: [linux/amd64]}]\n')).toEqual([
      `list.yaml:4:26: ${text}`,
    ]);
    expect(await problemsIn('index: keep\nplatforms: [linux/amd64]\nimages: [a]\n')).toEqual([
      `list.yaml:4:8: ${text}`,
    ]);
  });

  it('sets the list’s platforms aside for an entry that keeps its index', async () => {
    const list = await read('platforms: [linux/amd64]\nimages: [{ref: a, index: keep}, b]\n');
    expect(list.entries).toMatchObject([
      { index: 'keep', platforms: undefined, ownIndex: true },
      { index: undefined, platforms: ['linux/amd64'], ownPlatforms: false },
    ]);
  });

  it('sets the list’s keep aside for an entry that names its platforms', async () => {
    const list = await read('index: keep\nimages: [{ref: a, platforms: [linux/amd64]}]\n');
    expect(list.entries).toMatchObject([
      { index: undefined, platforms: ['linux/amd64'], ownPlatforms: true },
    ]);
  });

  it('refuses child with several platforms, and child or rewrite with none', async () => {
    const problems = await problemsIn(
      'images:\n  - {ref: a, index: child, platforms: [linux/amd64, linux/arm64]}\n  - {ref: b, index: rewrite}\n',
    );
    expect(problems).toEqual([
      'list.yaml:5:21: index: child takes one manifest and platforms names 2, expected one platform or index: rewrite',
      'list.yaml:6:21: index: rewrite needs platforms to choose by, expected platforms here or for the list',
    ]);
  });

  it('says one platform once, however it is spelled', async () => {
    const list = await read('images: [{ref: a, platforms: [linux/x86_64, linux/amd64, linux/arm64/v8]}]\n');
    expect(list.entries[0]).toMatchObject({ platforms: ['linux/amd64', 'linux/arm64'] });
  });
});

describe('mirrors of a transfer list', () => {
  it('fetches by the longest prefix that ends where a name ends, and by an entry’s own from before it', async () => {
    const list = await read(`
sources:
  - {prefix: docker.elastic.co/, from: mirror.example.com/elastic/}
  - {prefix: docker.elastic.co/eck, from: mirror.example.com/special}
images:
  - docker.elastic.co/eck/operator:2
  - docker.elastic.co/eckx/operator:2
  - {ref: 'docker.elastic.co/a:2', from: 'other.example.com/b:3'}
  - nginx
charts:
  - ref: oci://docker.elastic.co/charts/app:1.0.0
`);
    expect(list.entries.map((entry) => 'mirror' in entry && entry.mirror)).toEqual([
      'mirror.example.com/special/operator:2',
      'mirror.example.com/elastic/eckx/operator:2',
      'other.example.com/b:3',
      undefined,
      'mirror.example.com/elastic/charts/app:1.0.0',
    ]);
  });

  it('refuses a mirror that is pinned to another digest than the reference', async () => {
    expect(
      await problemsIn(`images:\n  - {ref: 'a@sha256:${SHA256}', from: 'b.c/a@sha256:${'0'.repeat(64)}'}\n`),
    ).toEqual([expect.stringContaining('pinned to two digests') as string]);
  });
});

describe('web addresses of a transfer list', () => {
  it('refuses a user or password in an address and does not repeat it', async () => {
    const problems = await problemsIn(
      'files: [{url: https://joe:hunter2@example.com/a}]\ncharts: [{repo: https://joe:hunter2@example.com, name: a}]\nimages: [{ref: https://joe:hunter2@example.com/a}]\n',
    );
    expect(problems).toHaveLength(3);
    for (const problem of problems) expect(problem).toContain('holds a user or password');
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each([
    'X-Amz-Signature=s3cret',
    'sig=s3cret',
    'token=s3cret',
    'a=1&Signature=s3cret',
    'access_token=s3cret',
  ])('refuses the signed query %s without secretQuery and does not repeat it', async (query) => {
    const [problem] = await problemsIn(`files: [{url: 'https://example.com/a?${query}'}]\n`);
    expect(problem).toContain('looks signed');
    expect(problem).toContain('secretQuery: true');
    expect(problem).not.toContain('s3cret');
  });

  it('keeps a secret query out of the entry and counts such entries from 1', async () => {
    const list = await read(
      "files:\n  - {url: 'https://example.com/a?sig=s3cret', secretQuery: true}\n  - {url: 'https://example.com/b?x=1'}\n  - {url: 'https://example.com/c', secretQuery: true}\n",
    );
    expect(list.entries).toMatchObject([
      { url: 'https://example.com/a', secretQuery: 1 },
      { url: 'https://example.com/b?x=1', secretQuery: undefined },
      { url: 'https://example.com/c', secretQuery: 2 },
    ]);
    expect(JSON.stringify(list)).not.toContain('s3cret');
  });

  it('refuses schemes that are not of the web', async () => {
    expect(await problemsIn('files: [{url: file:///etc/passwd}]\n')).toEqual([
      expect.stringContaining('the scheme file: are not fetched') as string,
    ]);
  });
});

describe('paths under which files travel', () => {
  it.each([
    ['../x', 'it has the part ".."'],
    ['/x', 'it is absolute'],
    ['a//b', 'it has an empty part'],
    ['a/./b', 'it has the part "."'],
    ['a\\b', 'Windows takes no "\\\\" in a name'],
    ['a:b', 'Windows takes no ":" in a name'],
    ['con/x', 'Windows reserves the name "con"'],
    ['x/aux.txt', 'Windows reserves the name "aux.txt"'],
    ['x./y', 'ends in a dot or a blank'],
    ['é'.repeat(101), 'more than 200 bytes'],
  ])('refuses %s', async (as, why) => {
    const [problem] = await problemsIn(`files: [{path: a, as: '${as}'}]\n`);
    expect(problem).toContain(why);
  });

  it('refuses two paths that only case tells apart', async () => {
    expect(await problemsIn('files:\n  - {path: a.bin}\n  - {path: b, as: A.BIN}\n')).toEqual([
      'list.yaml:6:19: as: "A.BIN" and "a.bin" in line 5 of list.yaml are one file where case is not told apart, expected another path',
    ]);
  });

  it('asks for a name where the address has none', async () => {
    expect(await problemsIn('files: [{url: https://example.com/}]\n')).toEqual([
      'list.yaml:4:9: no name for the file follows from its source (it is empty), expected the key as',
    ]);
  });
});

describe('what a transfer list includes', () => {
  it('puts entries where the include stands, with the defaults of the including list', async () => {
    const list = await read(
      'platforms: [linux/amd64]\nimages: [a]\ninclude: [sub/more.yaml, images.txt]\ncharts: [{path: c.tgz}]\n',
      {
        'sub/more.yaml':
          'apiVersion: airlock/v1\nkind: TransferList\nimages: [b]\ninclude: [../other.yml]\nfiles: [{path: f.bin}]\n',
        'other.yml': 'apiVersion: airlock/v1\nkind: TransferList\nplatforms: [linux/arm64]\nimages: [c]\n',
        'images.txt': '# images\n\nd:1   # the first\r\n  e@sha256:' + SHA256 + '\n',
      },
    );
    expect(names(list)).toEqual([
      'docker.io/library/a:latest',
      'docker.io/library/b:latest',
      'docker.io/library/c:latest',
      'f.bin',
      'docker.io/library/d:1',
      `docker.io/library/e@sha256:${SHA256}`,
      'c.tgz',
    ]);
    expect(list.entries.map((entry) => entry.kind === 'image' && entry.platforms)).toEqual([
      ['linux/amd64'],
      ['linux/amd64'],
      ['linux/arm64'],
      false,
      ['linux/amd64'],
      ['linux/amd64'],
      false,
    ]);
    expect(list.entries[3]?.base).toBe(join(dirname(list.path), 'sub'));
    expect(list.entries[5]?.at).toEqual({ file: join(dirname(list.path), 'images.txt'), line: 4, column: 3 });
  });

  it('names the place inside the included file', async () => {
    expect(
      await problemsIn('include: [images.txt, more.yaml]\n', {
        'images.txt': 'nginx\n  nginx:\u00fc\n',
        'more.yaml': 'apiVersion: airlock/v1\nkind: TransferList\nimgaes: [a]\n',
      }),
    ).toEqual([
      expect.stringMatching(/^images\.txt:2:3: .*is no tag/) as string,
      expect.stringMatching(/^more\.yaml:3:1: unknown key "imgaes".*nearest is "images"$/) as string,
    ]);
  });

  it('refuses a cycle, a missing file and a file of another kind', async () => {
    const list = 'apiVersion: airlock/v1\nkind: TransferList\n';
    expect(
      await problemsIn('include: [a.yaml, nowhere.txt, image.png]\n', {
        'a.yaml': `${list}include: [b.yaml]\n`,
        'b.yaml': `${list}include: [./a.yaml]\n`,
      }),
    ).toEqual([
      expect.stringMatching(/^b\.yaml:3:11: a\.yaml includes itself/) as string,
      expect.stringMatching(/^list\.yaml:4:19: nowhere\.txt is not there/) as string,
      'list.yaml:4:32: "image.png" cannot be included, expected a .yaml, .yml or .txt file',
    ]);
  });
});
