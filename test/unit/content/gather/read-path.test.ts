import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContents } from '../../../../electron/engine/content/gather/read-contents.ts';
import type { ContentsFound } from '../../../../shared/station/contents.ts';
import {
  compress,
  makeChart,
  makeDockerSave,
  makeImage,
  makeOciArchive,
  makeTar,
  writeOciLayout,
} from '../../../support/make-content.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await tempFolder();
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), body);
  }
  return folder;
}

/** What is found in one file. */
async function readFile(name: string, body: string | Uint8Array): Promise<ContentsFound> {
  const folder = await write({ [name]: body });
  return readContents({ text: null, paths: [join(folder, name)] });
}

const entriesOf = ({ items }: ContentsFound) => items.map(({ kind, entry }) => ({ kind, entry }));
const image = makeImage({ seed: 'gather', compression: 'none' });

describe('a file that is dropped', () => {
  it.each(['images.txt', 'references.TXT'])('gives the references of %s', async (name) => {
    const found = await readFile(name, '# the web\r\nnginx:1.27\r\n\r\nredis:7 # cache\r\nnginx:1.27\r\n');
    expect(found.items).toMatchObject([
      { kind: 'image', reference: 'docker.io/library/nginx:1.27', why: `named in ${name}` },
      { kind: 'image', reference: 'docker.io/library/redis:7', why: `named in ${name}` },
    ]);
  });

  it('names file and line of a reference that is none', async () => {
    const found = await readFile('images.txt', 'nginx:1.27\nNginx::Bad\n');
    expect(found.items[1]?.problem?.message).toMatch(/^images\.txt:2: "Nginx::Bad" is no image reference: /);
  });

  it('is understood in UTF-16, as Windows writes what a command printed', async () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('nginx:1.27\r\n', 'utf16le')]);
    expect(entriesOf(await readFile('images.txt', text))).toEqual([
      { kind: 'image', entry: { ref: 'docker.io/library/nginx:1.27' } },
    ]);
  });

  it.each([
    ['readme.txt', 'Read this before you install anything.\nThen call https://example.com/help today.\n'],
    ['SHA256SUMS.txt', `${'a'.repeat(64)}  tool.bin\n${'b'.repeat(64)}  other.bin\n`],
    ['config.yaml', 'log: {level: info}\n'],
    ['values.yaml', 'image: {repository: nginx, tag: "1.27"}\n'],
    ['broken.yaml', 'a: [\n'],
    ['package.json', '{"name": "x"}'],
    ['tool.bin', Buffer.from([0, 1, 2, 3])],
    ['empty.txt', ''],
    ['dump.sql.gz', compress(Buffer.from('select 1'), 'gzip')],
    ['sources.tar', makeTar([{ name: 'src/main.c', bytes: 'int main;' }])],
    ['sources.tgz', compress(makeTar([{ name: 'src/main.c', bytes: 'int main;' }]), 'gzip')],
    ['cut.tgz', compress(makeTar([{ name: 'src/main.c', bytes: 'x'.repeat(9000) }]), 'gzip').subarray(0, 40)],
  ])('travels as a file where it is none of the rest: %s', async (name, body) => {
    const found = await readFile(name, body);
    expect(found.items).toMatchObject([
      { kind: 'file', reference: name, entry: { as: name }, why: 'chosen', problem: null },
    ]);
    expect(found.problems).toEqual([]);
  });

  it('gives the images of Kubernetes manifests, whatever nests how deep', async () => {
    const deep = Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n');
    const found = await readFile(
      'all.yaml',
      `apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: "nginx:1.27"}]\n---\nkind: Pod\nimage: redis:7\n---\n${deep}\n`,
    );
    expect(found.items.map(({ reference, why }) => `${reference} ${why}`)).toEqual([
      'docker.io/library/nginx:1.27 named in all.yaml',
      'docker.io/library/redis:7 named in all.yaml',
    ]);
  });

  it('says of a manifest that it cannot be read', async () => {
    const found = await readFile('pod.yaml', 'apiVersion: v1\nspec:\n  image: nginx\n  image: [\n');
    expect(found).toMatchObject({ items: [], problems: [{ code: 'LIST_INVALID' }] });
    expect(found.problems[0]?.message).toContain('pod.yaml is not YAML, in line 5');
  });

  it('is a chart where it holds a Chart.yaml, whatever its name', async () => {
    const { bytes } = makeChart({ name: 'app', version: '1.2.3' });
    for (const name of ['app-1.2.3.tgz', 'download']) {
      const found = await readFile(name, bytes);
      expect(found.items).toMatchObject([
        { kind: 'chart', entry: { path: found.items[0]?.reference }, problem: null },
      ]);
    }
  });

  it('is a chart that says at once what Helm would refuse', async () => {
    const { bytes } = makeChart({ name: 'app', version: '1.2.3', chartYaml: 'name: app\n' });
    const found = await readFile('app.tgz', bytes);
    expect(found.items).toMatchObject([{ kind: 'chart', problem: { code: 'CHART_INVALID' } }]);
  });

  it.each([
    ['docker save', makeDockerSave([{ image, tags: ['app:1'] }])],
    ['docker save and gzip', makeDockerSave([{ image, tags: ['app:1'] }], 'gzip')],
    ['docker save and zstd', makeDockerSave([{ image, tags: ['app:1'] }], 'zstd')],
    ['an OCI archive', makeOciArchive([{ content: image, refName: 'app:1' }])],
    ['an OCI archive and gzip', makeOciArchive([{ content: image, refName: 'app:1' }], 'gzip')],
  ])('is an archive of images from %s', async (_what, bytes) => {
    const found = await readFile('images.tar', bytes);
    expect(found.items).toMatchObject([
      { kind: 'image', entry: { archive: found.items[0]?.reference }, problem: null },
    ]);
  });

  it('is a bundle by its airlock.json, whatever its name', async () => {
    const tar = makeTar([
      { name: 'oci-layout', bytes: '{}' },
      { name: 'index.json', bytes: '{}' },
      { name: 'airlock.json', bytes: '{}' },
    ]);
    for (const name of ['plant.airlock.tar', 'plant.tar']) {
      const found = await readFile(name, tar);
      expect(found).toMatchObject({ items: [], bundlePath: expect.stringContaining(name) as string });
    }
  });

  it('is a lock by its content', async () => {
    const found = await readFile(
      'plant.lock.json',
      '{\n  "apiVersion": "airlock/v1",\n  "kind": "Lock"\n}\n',
    );
    expect(found).toMatchObject({
      items: [],
      list: null,
      lockPath: expect.stringContaining('plant.lock.json') as string,
    });
  });

  it('cannot travel under a name that Windows reserves', async () => {
    const found = await readFile('con.bin', 'x');
    expect(found.items[0]?.problem?.message).toContain('Windows reserves');
  });
});

describe('folders and paths that are dropped', () => {
  it('are an archive for an OCI layout, and a bundle where airlock.json lies in it', async () => {
    const folder = await tempFolder();
    await writeOciLayout(join(folder, 'layout'), [{ content: image, refName: 'app:1' }]);
    const layout = await readContents({ text: null, paths: [join(folder, 'layout')] });
    expect(entriesOf(layout)).toEqual([{ kind: 'image', entry: { archive: join(folder, 'layout') } }]);
    await writeFile(join(folder, 'layout', 'airlock.json'), '{}');
    const bundle = await readContents({ text: null, paths: [join(folder, 'layout')] });
    expect(bundle).toMatchObject({ items: [], bundlePath: join(folder, 'layout') });
  });

  it('say what to do with a chart that is not packaged, and with any other folder', async () => {
    const folder = await write({ 'app/Chart.yaml': 'name: app\n', 'docs/a.md': '' });
    const found = await readContents({ text: null, paths: [join(folder, 'app'), join(folder, 'docs')] });
    expect(found.problems.map(({ code }) => code)).toEqual(['CHART_INVALID', 'USAGE']);
    expect(found.problems[0]?.remedy).toContain('helm package');
  });

  it('say that they are not there, and read the others', async () => {
    const folder = await write({ 'a.bin': 'x' });
    const found = await readContents({ text: null, paths: [join(folder, 'none'), join(folder, 'a.bin')] });
    expect(found.items).toMatchObject([{ reference: 'a.bin' }]);
    expect(found.problems).toMatchObject([
      { code: 'FILE_NOT_FOUND', message: `${join(folder, 'none')} is not there.` },
    ]);
  });

  it('are followed through links, and folded where they are one', async () => {
    const folder = await write({ 'a.bin': 'x' });
    await symlink(join(folder, 'a.bin'), join(folder, 'link'));
    const found = await readContents({
      text: null,
      paths: [join(folder, 'a.bin'), join(folder, 'a.bin'), join(folder, 'link')],
    });
    expect(found.items.map(({ reference }) => reference)).toEqual(['a.bin', 'link']);
  });

  it('keep files of one name apart', async () => {
    const folder = await write({ 'one/a.bin': '1', 'two/a.bin': '2', 'two/A.BIN': '3', 'x/one/a.bin': '4' });
    const paths = ['one/a.bin', 'two/a.bin', 'two/A.BIN', 'x/one/a.bin'].map((name) => join(folder, name));
    const { items } = await readContents({ text: null, paths });
    expect(items.map(({ reference }) => reference)).toEqual([
      'a.bin',
      'two/a.bin',
      expect.stringMatching(/\/two\/A\.BIN$/),
      'one/a.bin',
    ]);
    expect(items.map(({ entry }) => entry['as'])).toEqual(items.map(({ reference }) => reference));
  });

  it('are read where they were pasted as paths', async () => {
    const folder = await write({ 'a b.bin': 'x', 'c.bin': 'y' });
    const text = `${join(folder, 'a b.bin')}\nfile://${join(folder, 'c.bin')}\n`;
    const { items } = await readContents({ text, paths: [] });
    expect(items.map(({ reference }) => reference)).toEqual(['a b.bin', 'c.bin']);
  });

  it('open one lock or bundle at a time', async () => {
    const lock = '{"apiVersion": "airlock/v1", "kind": "Lock"}';
    const folder = await write({ 'a.lock.json': lock, 'b.lock.json': lock });
    const found = await readContents({
      text: null,
      paths: ['a', 'b'].map((name) => join(folder, `${name}.lock.json`)),
    });
    expect(found.lockPath).toBe(join(folder, 'a.lock.json'));
    expect(found.problems.map(({ code }) => code)).toEqual(['USAGE']);
  });
});
