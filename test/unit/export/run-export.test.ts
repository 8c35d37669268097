// Export out of a bundle in memory, judged by what lies on the disk afterwards.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { chartArtifact } from '../../../electron/engine/content/charts/chart-artifact.ts';
import { fileArtifact } from '../../../electron/engine/content/files/file-artifact.ts';
import { runExport } from '../../../electron/engine/export/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeChart, makeImage, makeIndex, makeProvenance } from '../../support/make-content.ts';
import { fakeBundle } from '../import/fakes.ts';
import type { FakeBundle, FakeItem } from '../import/fakes.ts';

const run = promisify(execFile);
const CREATED = '2026-11-21T09:00:00Z';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-export-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function file(as: string, text: string, executable = false): FakeItem {
  const bytes = Buffer.from(text);
  const digest = digestOf(bytes);
  const made = fileArtifact({ as, executable, digest, size: bytes.byteLength });
  return {
    kind: 'file',
    reference: as,
    content: { root: made.root, blobs: new Map([...made.manifests, [digest, bytes]]) },
    extra: { source: { type: 'path', path: as } },
  };
}

function chart(name: string, version: string, provenance = false): FakeItem {
  const made = makeChart({ name, version });
  const prov = Buffer.from(makeProvenance(made));
  const blob = (bytes: Uint8Array) => ({ digest: digestOf(bytes), size: bytes.byteLength });
  const artifact = chartArtifact({
    chartYaml: Buffer.from(made.chartYaml),
    tgz: blob(made.bytes),
    prov: provenance ? blob(prov) : undefined,
  });
  return {
    kind: 'chart',
    reference: `charts/${name}:${version}`,
    content: {
      root: artifact.root,
      blobs: new Map([...artifact.manifests, [digestOf(made.bytes), made.bytes], [digestOf(prov), prov]]),
    },
    extra: { source: { type: 'path', path: made.fileName } },
  };
}

function damage(bundle: FakeBundle, digest: Digest): void {
  const bytes = Buffer.from(bundle.blobs.get(digest) ?? '');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  bundle.blobs.set(digest, bytes);
}

async function filesBelow(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
    .toSorted();
}

describe('--files', () => {
  const items = [
    file('updates/runtime.json', '{}'),
    file('tool.bin', 'run me', true),
    file('a b.txt', 'text'),
  ];

  test('files come out under their paths, with sums that sha256sum accepts', async () => {
    const result = await runExport({ bundle: fakeBundle(items), what: 'files', folder }, quietContext());
    expect(result).toMatchObject({ outcome: 'done', exit: 0, place: folder });
    expect(await filesBelow(folder)).toEqual(['SHA256SUMS', 'a b.txt', 'tool.bin', 'updates/runtime.json']);
    expect(await readFile(join(folder, 'updates/runtime.json'), 'utf8')).toBe('{}');
    await run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder });
  });

  test('modes are 0644 and 0755 whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      await runExport({ bundle: fakeBundle(items), what: 'files', folder }, quietContext());
    } finally {
      process.umask(before);
    }
    const modeOf = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);
    expect(await modeOf('tool.bin')).toBe('755');
    expect(await modeOf('a b.txt')).toBe('644');
    expect(await modeOf('SHA256SUMS')).toBe('644');
  });

  test('the same export again finds everything present', async () => {
    await runExport({ bundle: fakeBundle(items), what: 'files', folder }, quietContext());
    const again = await runExport({ bundle: fakeBundle(items), what: 'files', folder }, quietContext());
    expect(again.items.map((item) => item.outcome)).toEqual(['present', 'present', 'present']);
  });

  test('nothing that is there with other content is overwritten, and nothing new is left', async () => {
    await writeFile(join(folder, 'tool.bin'), 'mine');
    await expect(
      runExport({ bundle: fakeBundle(items), what: 'files', folder }, quietContext()),
    ).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await filesBelow(folder)).toEqual(['tool.bin']);
    expect(await readFile(join(folder, 'tool.bin'), 'utf8')).toBe('mine');
  });

  test('a damaged file is left out and named, the others come', async () => {
    const bundle = fakeBundle(items);
    damage(bundle, digestOf('run me'));
    const result = await runExport({ bundle, what: 'files', folder }, quietContext());
    expect(result).toMatchObject({ outcome: 'partial', exit: 5 });
    expect(result.items[1]?.error).toMatchObject({ code: 'BUNDLE_DAMAGED' });
    expect(await filesBelow(folder)).toEqual(['SHA256SUMS', 'a b.txt', 'updates/runtime.json']);
    await run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder });
  });

  test.each(['../outside.txt', '/etc/outside', 'a/../../outside', 'nul.txt', 'back\\slash'])(
    'the path %j of somebody else’s bundle is never written',
    async (as) => {
      const inner = join(folder, 'inner');
      const result = await runExport(
        { bundle: fakeBundle([file(as, 'evil'), file('good.txt', 'good')]), what: 'files', folder: inner },
        quietContext(),
      );
      expect(result.items[0]?.error?.code).toBe('BUNDLE_DAMAGED');
      expect(await filesBelow(folder)).toEqual(['inner/SHA256SUMS', 'inner/good.txt']);
    },
  );

  test('two paths that differ by case alone, and SHA256SUMS itself, are conflicts', async () => {
    const bundle = fakeBundle([file('A.txt', '1'), file('a.TXT', '2'), file('sha256sums', '3')]);
    const result = await runExport({ bundle, what: 'files', folder }, quietContext());
    expect(result.items.map((item) => item.error?.code)).toEqual([
      undefined,
      'TARGET_CONFLICT',
      'TARGET_CONFLICT',
    ]);
  });

  test('where nothing could be written, not even the folder is left', async () => {
    const bundle = fakeBundle([file('a.txt', 'a')]);
    damage(bundle, digestOf('a'));
    const place = join(folder, 'new/deep');
    const result = await runExport({ bundle, what: 'files', folder: place }, quietContext());
    expect(result).toMatchObject({ outcome: 'failed', exit: 5 });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a folder that may not be written is named with its remedy', async () => {
    const place = join(folder, 'file');
    await writeFile(place, '');
    await expect(
      runExport({ bundle: fakeBundle(items), what: 'files', folder: join(place, 'x') }, quietContext()),
    ).rejects.toMatchObject({ side: 'machine' });
  });
});

describe('--charts', () => {
  test('charts come out as Helm packages them, with provenance and an index of relative urls', async () => {
    const bundle = fakeBundle([
      chart('app', '1.2.3+build', true),
      chart('app', '1.10.0'),
      chart('db', '0.1.0'),
    ]);
    const result = await runExport({ bundle, what: 'charts', folder }, quietContext());
    expect(result.exit).toBe(0);
    expect(await filesBelow(folder)).toEqual([
      'app-1.10.0.tgz',
      'app-1.2.3+build.tgz',
      'app-1.2.3+build.tgz.prov',
      'db-0.1.0.tgz',
      'index.yaml',
    ]);
    const index = JSON.parse(await readFile(join(folder, 'index.yaml'), 'utf8')) as {
      entries: Record<string, { version: string; urls: string[]; digest: string; created: string }[]>;
    };
    expect(index.entries['app']?.map(({ version, urls, created }) => ({ version, urls, created }))).toEqual([
      { version: '1.2.3+build', urls: ['app-1.2.3+build.tgz'], created: CREATED },
      { version: '1.10.0', urls: ['app-1.10.0.tgz'], created: CREATED },
    ]);
    const archive = await readFile(join(folder, 'app-1.10.0.tgz'));
    expect(`sha256:${index.entries['app']?.[1]?.digest ?? ''}`).toBe(digestOf(archive));
  });

  test('a chart whose provenance is damaged comes out in no part', async () => {
    const item = chart('app', '1.0.0', true);
    const bundle = fakeBundle([item, chart('db', '0.1.0')]);
    const provenance = [...item.content.blobs].find(([, bytes]) =>
      Buffer.from(bytes).includes('PGP SIGNED MESSAGE'),
    );
    damage(bundle, provenance?.[0] as Digest);
    const result = await runExport({ bundle, what: 'charts', folder }, quietContext());
    expect(result.exit).toBe(5);
    expect(await filesBelow(folder)).toEqual(['db-0.1.0.tgz', 'index.yaml']);
    expect(await readFile(join(folder, 'index.yaml'), 'utf8')).not.toContain('app-1.0.0');
  });

  test('a bundle without charts is told so', async () => {
    await expect(
      runExport({ bundle: fakeBundle([file('a', 'a')]), what: 'charts', folder }, quietContext()),
    ).rejects.toMatchObject({ code: 'NOTHING_SELECTED' });
  });
});

describe('--item', () => {
  const image = makeImage({ seed: 'docker', docker: true });
  const items = [{ reference: 'docker.io/library/app:1.0', content: image }, file('a.txt', 'a')];

  test.each(['docker.io/library/app:1.0', 'app:1.0', 'item-0'])('%s names the item', async (name) => {
    const place = join(folder, 'layout');
    await runExport({ bundle: fakeBundle(items), what: 'item', name, folder: place }, quietContext());
    expect(await filesBelow(place)).toHaveLength(2 + image.blobs.size);
    const index = JSON.parse(await readFile(join(place, 'index.json'), 'utf8')) as {
      manifests: { digest: string; mediaType: string }[];
    };
    expect(index.manifests).toMatchObject([{ digest: image.root.digest, mediaType: MEDIA.dockerManifest }]);
  });

  test('a name that is not there is answered with the nearest', async () => {
    await expect(
      runExport({ bundle: fakeBundle(items), what: 'item', name: 'ap:1.0', folder }, quietContext()),
    ).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      remedy: expect.stringContaining('docker.io/library/app:1.0') as string,
    });
  });

  test('of a damaged item nothing is left', async () => {
    const bundle = fakeBundle(items);
    damage(bundle, image.layers[1]?.descriptor.digest as Digest);
    const place = join(folder, 'layout');
    await expect(
      runExport({ bundle, what: 'item', name: 'app:1.0', folder: place }, quietContext()),
    ).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('--images', () => {
  const amd = makeImage({ seed: 'multi' });
  const arm = makeImage({ seed: 'multi', platform: { os: 'linux', architecture: 'arm64' } });
  const multi = makeIndex([arm, amd], { attestations: true });
  const single = makeImage({ seed: 'single' });
  const items: FakeItem[] = [
    { reference: 'quay.io/org/multi:2', content: multi },
    { reference: `docker.io/library/single@${single.root.digest}`, content: single },
    chart('app', '1.0.0'),
  ];

  const unpacked = async (path: string): Promise<{ names: string[]; load: unknown; index: unknown }> => {
    const into = join(folder, 'unpacked');
    await mkdir(into);
    const { stdout } = await run('tar', ['-tf', path]);
    await run('tar', ['-xf', path, '-C', into]);
    const json = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(into, name), 'utf8'));
    return {
      names: stdout.trim().split('\n'),
      load: await json('manifest.json'),
      index: await json('index.json'),
    };
  };

  test('images alone, index whole, one platform an image in manifest.json', async () => {
    const path = join(folder, 'images.tar');
    const result = await runExport({ bundle: fakeBundle(items), what: 'images', path }, quietContext());
    expect(result).toMatchObject({ exit: 0, place: path });
    expect(result.notes.join()).toMatch(/digests stay/);
    const { names, load, index } = await unpacked(path);
    expect(names.slice(0, 3)).toEqual(['oci-layout', 'index.json', 'manifest.json']);
    expect(names.slice(3)).toEqual(
      [...multi.blobs.keys(), ...single.blobs.keys()]
        .map((digest) => `blobs/sha256/${digest.slice(7)}`)
        .toSorted(),
    );
    expect(load).toEqual([
      {
        Config: `blobs/sha256/${digestOf(amd.config).slice(7)}`,
        RepoTags: ['quay.io/org/multi:2'],
        Layers: amd.layers.map(({ descriptor }) => `blobs/sha256/${descriptor.digest.slice(7)}`),
      },
      expect.objectContaining({ RepoTags: null }),
    ]);
    expect(index).toMatchObject({
      manifests: [{ digest: multi.root.digest }, { digest: single.root.digest }],
    });
  });

  test('--platform chooses, and an image without it is named and left out', async () => {
    const path = join(folder, 'images.tar');
    const none = makeIndex([amd]);
    const result = await runExport(
      {
        bundle: fakeBundle([items[0] as FakeItem, { reference: 'quay.io/org/none:1', content: none }]),
        what: 'images',
        path,
        platform: { os: 'linux', architecture: 'arm64' },
      },
      quietContext(),
    );
    expect(result.items.map((item) => item.error?.code)).toEqual([undefined, 'PLATFORM_NOT_FOUND']);
    expect(result.exit).toBe(1);
    expect((await unpacked(path)).load).toMatchObject([
      { Config: `blobs/sha256/${digestOf(arm.config).slice(7)}` },
    ]);
  });

  test('two exports are equal byte for byte', async () => {
    const one = join(folder, '1.tar');
    const two = join(folder, '2.tar');
    await runExport({ bundle: fakeBundle(items), what: 'images', path: one }, quietContext());
    await runExport({ bundle: fakeBundle(items), what: 'images', path: two }, quietContext());
    expect((await readFile(one)).equals(await readFile(two))).toBe(true);
  });

  test('damage leaves no archive behind', async () => {
    const bundle = fakeBundle(items);
    damage(bundle, amd.layers[0]?.descriptor.digest as Digest);
    const path = join(folder, 'images.tar');
    await expect(runExport({ bundle, what: 'images', path }, quietContext())).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('an archive that is there is not overwritten', async () => {
    const path = join(folder, 'images.tar');
    await writeFile(path, 'mine');
    await expect(
      runExport({ bundle: fakeBundle(items), what: 'images', path }, quietContext()),
    ).rejects.toMatchObject({ code: 'PLACE_TAKEN' });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  test('a folder that is not there is named', async () => {
    await expect(
      runExport(
        { bundle: fakeBundle(items), what: 'images', path: join(folder, 'missing', 'images.tar') },
        quietContext(),
      ),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', side: 'machine' });
  });
});

describe('before anything is written', () => {
  test('the checks refuse the whole bundle', async () => {
    const bundle = {
      ...fakeBundle([file('a.txt', 'a')]),
      checkBeforeFirstByte: () => Promise.reject(new AirlockError('BUNDLE_DAMAGED', 'an extra file')),
    };
    await expect(
      runExport({ bundle, what: 'files', folder: join(folder, 'new') }, quietContext()),
    ).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('cancelled is an outcome, and nothing is left', async () => {
    const controller = new AbortController();
    const bundle = fakeBundle([file('a.txt', 'a'), file('b.txt', 'b')]);
    const result = await runExport(
      { bundle, what: 'files', folder: join(folder, 'new') },
      quietContext({
        signal: controller.signal,
        report: (event) => {
          if (event.kind === 'bytes') controller.abort();
        },
      }),
    );
    expect(result).toMatchObject({ outcome: 'cancelled', exit: 130 });
    expect(await readdir(folder)).toEqual([]);
  });
});
