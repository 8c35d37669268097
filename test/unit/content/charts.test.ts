import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartArtifact } from '../../../electron/engine/content/charts/chart-artifact.ts';
import { chooseVersion, parseChartIndex } from '../../../electron/engine/content/charts/chart-index.ts';
import { parseChartYaml, readChartYaml } from '../../../electron/engine/content/charts/chart-yaml.ts';
import { resolveChart } from '../../../electron/engine/content/charts/index.ts';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import type { ChartEntry, ResolveContext, Resolved } from '../../../electron/engine/content/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { parseManifest } from '../../../electron/engine/oci/manifest.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Manifest } from '../../../shared/domain/descriptor.ts';
import { LockItem } from '../../../shared/format/lock.ts';
import {
  compress,
  descriptorOf,
  makeChart,
  makeProvenance,
  makeReferrer,
  makeTar,
} from '../../support/make-content.ts';
import type { MadeChart, MadeContent, TarMember } from '../../support/make-content.ts';
import { createMemoryWeb } from '../../support/memory-web.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const at = { file: 'list.yaml', line: 7, column: 5 };
const repo = 'https://charts.example.com/stable';
const chart = makeChart({ name: 'app', version: '1.44.2' });
const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function setUp() {
  const folder = await tempFolder();
  const web = createMemoryWeb();
  const context: ResolveContext = {
    job: quietContext(),
    client: web.client,
    store: createFetchStore(join(folder, 'store')),
    lockBase: folder,
    noFetch: false,
    environment: {},
  };
  const entry = { kind: 'chart' as const, at, base: folder };
  const resolve = async (chosen: ChartEntry): Promise<Resolved> => {
    const [resolved] = await resolveChart(chosen, context);
    if (resolved === undefined) throw new Error('nothing was resolved');
    expect(LockItem.parse(resolved.item)).toEqual(resolved.item);
    return resolved;
  };
  return {
    folder,
    web,
    context,
    fromRepository: (version?: string, name = 'app', from = repo) =>
      resolve({ ...entry, from: 'repository', repo: from, name, version }),
    fromPath: (path: string, sha256?: string) => resolve({ ...entry, from: 'path', path, sha256 }),
    fromUrl: (url: string, sha256?: string) =>
      resolve({ ...entry, from: 'url', url, sha256, secretQuery: undefined }),
    fromRegistry: (ref: string, mirror?: string) => resolve({ ...entry, from: 'registry', ref, mirror }),
  };
}

function manifestOf({ item, manifests }: Resolved): Manifest {
  if (item.root === undefined) throw new Error('the item has no root');
  const parsed = parseManifest(
    manifests.get(item.root.digest) ?? new Uint8Array(),
    item.root.mediaType,
    'chart',
  );
  if (parsed.kind !== 'manifest') throw new Error('no manifest');
  return parsed.manifest;
}

function configOf(resolved: Resolved): unknown {
  const bytes = resolved.manifests.get(manifestOf(resolved).config.digest);
  return JSON.parse(Buffer.from(bytes ?? []).toString());
}

function indexOf(...entries: readonly string[]): string {
  return `apiVersion: v1\nentries:\n  app:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}

const entry = (version: string, url: string, digest?: string) =>
  `{name: app, version: ${version}, urls: ["${url}"]${digest === undefined ? '' : `, digest: ${digest}`}}`;

/** An OCI chart as helm push makes it. */
function makeOciChart(made: MadeChart): MadeContent {
  const config = canonicalJson({ name: 'app', version: made.fileName });
  const manifest = canonicalJson({
    schemaVersion: 2,
    config: descriptorOf(MEDIA.helmConfig, config),
    layers: [descriptorOf(MEDIA.helmChart, made.bytes)],
    annotations: { 'org.opencontainers.image.created': '2024-01-01T00:00:00Z' },
  });
  return {
    root: descriptorOf(MEDIA.ociManifest, manifest),
    blobs: new Map([manifest, config, made.bytes].map((bytes) => [digestOf(bytes), bytes])),
  };
}

describe('a chart of a classic repository', () => {
  it('becomes an artifact with the chart as its layer, checked against the index', async () => {
    const { web, fromRepository, context } = await setUp();
    web.serve(`${repo}/index.yaml`, indexOf(entry('1.44.2', 'app-1.44.2.tgz', hex(chart.bytes))));
    web.serve(`${repo}/app-1.44.2.tgz`, chart.bytes);
    const resolved = await fromRepository('1.44.2');
    const { item } = resolved;
    expect(item).toMatchObject({
      kind: 'chart',
      reference: 'charts.example.com/stable/app:1.44.2',
      madeByAirlock: true,
      source: { type: 'chartRepository', repo, url: `${repo}/app-1.44.2.tgz`, provenance: null },
      stated: { by: 'index', url: `${repo}/index.yaml`, sha256: hex(chart.bytes) },
    });
    expect(manifestOf(resolved)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      config: expect.objectContaining({ mediaType: MEDIA.helmConfig }) as object,
      layers: [descriptorOf(MEDIA.helmChart, chart.bytes)],
      annotations: {
        'org.opencontainers.image.title': 'app',
        'org.opencontainers.image.version': '1.44.2',
        'org.opencontainers.image.description': 'The chart app',
      },
    });
    expect(resolved.blobs).toEqual([{ digest: digestOf(chart.bytes), size: chart.bytes.byteLength }]);
    expect(await context.store.has(digestOf(chart.bytes))).toBe(chart.bytes.byteLength);
  });

  it('has version and appVersion as their source text', async () => {
    const { web, fromRepository } = await setUp();
    const odd = makeChart({ name: 'app', version: '1.10.0', appVersion: '1.10' });
    web.serve(`${repo}/index.yaml`, indexOf(entry('1.10.0', 'app.tgz')));
    web.serve(`${repo}/app.tgz`, odd.bytes);
    const resolved = await fromRepository();
    expect(configOf(resolved)).toMatchObject({ version: '1.10.0', appVersion: '1.10' });
    expect(resolved.item.stated).toEqual({ by: 'firstSeen' });
  });

  it('carries its provenance file, and locks that there is none', async () => {
    const { web, fromRepository } = await setUp();
    web.serve(`${repo}/index.yaml`, indexOf(entry('1.44.2', 'app-1.44.2.tgz')));
    web.serve(`${repo}/app-1.44.2.tgz`, chart.bytes);
    const provenance = makeProvenance(chart);
    web.serve(`${repo}/app-1.44.2.tgz.prov`, provenance);
    const resolved = await fromRepository();
    expect(resolved.item.source).toMatchObject({ provenance: digestOf(provenance) });
    expect(manifestOf(resolved).layers.map(({ mediaType }) => mediaType)).toEqual([
      MEDIA.helmChart,
      MEDIA.helmProvenance,
    ]);
    expect(resolved.blobs).toHaveLength(2);
    // Object stores that may not be listed say 403 for what is not there; other servers send a page.
    for (const answer of ['DENIED', 'page'] as const) {
      if (answer === 'DENIED') web.refuse(`${repo}/app-1.44.2.tgz.prov`, 'DENIED');
      else web.serve(`${repo}/app-1.44.2.tgz.prov`, '<html>not here</html>');
      const { item, notes } = await fromRepository();
      expect(item.source).toMatchObject({ provenance: null });
      expect(notes.join()).toMatch(/app-1\.44\.2\.tgz\.prov is (?:refused|no provenance file)/);
    }
  });

  it('is fetched by an address that its index signs, which is locked without what signs it', async () => {
    const { web, fromRepository } = await setUp();
    web.serve(`${repo}/index.yaml`, indexOf(entry('1.44.2', 'app.tgz?X-Amz-Signature=5ec2e7')));
    web.serve(`${repo}/app.tgz?X-Amz-Signature=5ec2e7`, chart.bytes);
    const resolved = await fromRepository();
    expect(resolved.item.source).toMatchObject({ url: `${repo}/app.tgz` });
    expect(JSON.stringify(resolved.item)).not.toContain('5ec2e7');
  });

  it('is refused where its bytes are not what the index states, showing both digests', async () => {
    const { web, fromRepository, context } = await setUp();
    web.serve(`${repo}/index.yaml`, indexOf(entry('1.44.2', 'app.tgz', '0'.repeat(64))));
    web.serve(`${repo}/app.tgz`, chart.bytes);
    await expect(fromRepository()).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringMatching(/^list\.yaml:7:5: .*sha256:0{64}/) as string,
      details: { found: digestOf(chart.bytes) },
    });
    expect(await context.store.has(digestOf(chart.bytes))).toBeUndefined();
  });

  it('is fetched from where the index says: beside it with its query, elsewhere, or in a registry', async () => {
    const { web, fromRepository } = await setUp();
    const withQuery = `${repo}/?channel=a`;
    const elsewhere = 'https://cdn.example.net/app-2.tgz';
    const second = makeChart({ name: 'app', version: '2.0.0' });
    const third = makeChart({ name: 'app', version: '3.0.0' });
    web.serve(
      `${repo}/index.yaml?channel=a`,
      indexOf(
        entry('1.44.2', './app.tgz'),
        entry('2.0.0', elsewhere),
        entry('3.0.0', 'oci://ghcr.io/org/charts/app'),
      ),
    );
    web.serve(`${repo}/app.tgz?channel=a`, chart.bytes);
    web.serve(elsewhere, second.bytes);
    web.registry.repository('ghcr.io', 'org/charts/app').push(makeOciChart(third), '3.0.0');
    expect((await fromRepository('1.44.2', 'app', withQuery)).item.source).toMatchObject({
      url: `${repo}/app.tgz?channel=a`,
    });
    expect((await fromRepository('2.0.0', 'app', withQuery)).item.source).toMatchObject({ url: elsewhere });
    expect((await fromRepository('3.0.0', 'app', withQuery)).item).toMatchObject({
      reference: 'ghcr.io/org/charts/app:3.0.0',
      source: { type: 'registry', host: 'ghcr.io' },
    });
    expect(web.requests.filter((request) => request.includes('index.yaml'))).toHaveLength(1);
  });

  it('that is not there is told with the nearest name, or with the versions there are', async () => {
    const { web, fromRepository } = await setUp();
    web.serve(
      `${repo}/index.yaml`,
      indexOf(entry('1.44.2', 'a'), entry('1.43.0', 'b'), entry('2.0.0-rc.1', 'c')),
    );
    await expect(fromRepository('1', 'apk')).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining('"app"') as string,
    });
    await expect(fromRepository('~1.45')).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining('2.0.0-rc.1, 1.44.2, 1.43.0') as string,
    });
    await expect(fromRepository('one point two')).rejects.toMatchObject({ code: 'LIST_INVALID' });
    web.serve('https://empty.example.com/index.yaml', '<html></html>');
    await expect(fromRepository(undefined, 'app', 'https://empty.example.com')).rejects.toMatchObject({
      code: 'CHART_INVALID',
    });
  });
});

describe('the version of a chart', () => {
  const pick = (wanted: string | undefined, ...versions: readonly string[]) =>
    chooseVersion(
      versions.map((version) => ({ version })),
      wanted,
    )?.version;
  it.each([
    ['~1.44', ['1.43.9', '1.44.0', '1.44.10', '1.44.9', '1.45.0'], '1.44.10'],
    ['~1.44', ['v1.44.1', '1.44.0'], 'v1.44.1'],
    [undefined, ['1.9.0', '1.10.0', '2.0.0-beta.1'], '1.10.0'],
    [undefined, ['2.0.0-beta.1'], undefined],
    ['2.0.0-beta.1', ['2.0.0-beta.1', '2.0.0'], '2.0.0-beta.1'],
    ['>0.0.0-0', ['1.0.0', '2.0.0-beta.1'], '2.0.0-beta.1'],
    ['>=1.2, <2', ['1.1.0', '1.2.0', '1.9.3', '2.0.0'], '1.9.3'],
    ['1.2 - 1.4', ['1.2.0', '1.4.7', '1.5.0', '1.5.0-a'], '1.4.7'],
    ['^1.2', ['1.2', '1.3', '2.0'], '1.3'],
    ['1.2.3+build', ['1.2.3', '1.2.3+build'], '1.2.3+build'],
    ['1.2.3', ['1.2.3+build'], '1.2.3+build'],
    ['*', ['not a version', '1.0.0'], '1.0.0'],
  ])('%s of %j is %s', (wanted, versions, chosen) => {
    expect(pick(wanted, ...versions)).toBe(chosen);
  });

  it('is read out of an index as text, invalid and removed entries passed over', () => {
    const index = parseChartIndex(
      Buffer.from(
        `entries:\n  app:\n  - {version: 1.10, urls: [a]}\n  - {version: next, urls: [b]}\n  - {version: 3.0.0, urls: []}\n  - {version: 4.0.0, urls: [c], removed: true}\n  - just text\n  empty:\n  - {version: 1.0.0, urls: [d], digest: sha256:${'A'.repeat(64)}}\n`,
      ),
      'https://x/index.yaml',
    );
    expect(index.get('app')).toEqual([{ version: '1.10', url: 'a', sha256: undefined }]);
    expect(index.get('empty')).toEqual([{ version: '1.0.0', url: 'd', sha256: 'a'.repeat(64) }]);
    const json = parseChartIndex(
      Buffer.from('{"entries": {"app": [{"version": "1.0.0", "urls": ["a"]}]}}'),
      'https://x',
    );
    expect(json.get('app')).toHaveLength(1);
  });
});

describe('aliases that stand for more than there is room for', () => {
  it('are written out of no Chart.yaml', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `  a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(8)}]`,
    );
    const yaml = ['apiVersion: v2', 'name: x', 'version: 1.0.0', 'annotations:', '  a0: &a0 [x]', ...levels];
    expect(() => parseChartYaml(Buffer.from(yaml.join('\n')), 'x')).toThrow(
      'whose aliases stand for too much',
    );
  });

  it('are followed in no index beyond what somebody may have written by hand', () => {
    const index = (charts: number) =>
      parseChartIndex(
        Buffer.from(
          `all: &all [{ version: 1.0.0, urls: [a.tgz] }]\nentries:\n${Array.from({ length: charts }, (_, number) => `  c${number}: *all\n`).join('')}`,
        ),
        'https://charts.example',
      );
    expect(index(3).size).toBe(3);
    expect(() => index(200)).toThrow('is no chart index');
  });
});

describe('a packaged chart', () => {
  it('on disk is hashed where it lies, with the provenance beside it', async () => {
    const { folder, fromPath, context } = await setUp();
    await mkdir(join(folder, 'media'));
    await writeFile(join(folder, 'media', chart.fileName), chart.bytes);
    const { item } = await fromPath(`./media/${chart.fileName}`, hex(chart.bytes).toUpperCase());
    expect(item).toMatchObject({
      reference: 'charts/app:1.44.2',
      source: { type: 'path', path: `media/${chart.fileName}`, provenance: null },
      stated: { by: 'list', sha256: hex(chart.bytes) },
    });
    expect(await context.store.has(digestOf(chart.bytes))).toBeUndefined();
    await writeFile(join(folder, 'media', `${chart.fileName}.prov`), makeProvenance(chart));
    const signed = await fromPath(`./media/${chart.fileName}`);
    expect(signed.item.source).toMatchObject({ provenance: digestOf(makeProvenance(chart)) });
    expect(signed.blobs).toHaveLength(2);
    await expect(fromPath(`./media/${chart.fileName}`, '1'.repeat(64))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await expect(fromPath('./media')).rejects.toMatchObject({ code: 'CHART_INVALID' });
    await expect(fromPath('./none.tgz')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('at a URL is named charts/<name>:<version>, the version as it is written', async () => {
    const { web, fromUrl } = await setUp();
    const built = makeChart({ name: 'app', version: '1.2.3+build.7' });
    web.serve('https://example.com/app.tgz', built.bytes);
    const resolved = await fromUrl('https://example.com/app.tgz', hex(built.bytes));
    expect(resolved.item.reference).toBe('charts/app:1.2.3+build.7');
    expect(resolved.item.stated).toEqual({ by: 'list', sha256: hex(built.bytes) });
    expect(manifestOf(resolved).annotations).toMatchObject({
      'org.opencontainers.image.version': '1.2.3+build.7',
    });
  });
});

describe('a chart in a registry', () => {
  it('is carried as it is, with its referrers; a + in its version is a _ in the tag and stays a + in its name', async () => {
    const { web, fromRegistry } = await setUp();
    const content = makeOciChart(chart);
    const repository = web.registry.repository('ghcr.io', 'org/charts/app');
    repository.push(content, '1.2.3_build');
    repository.push(
      makeReferrer(content.root, { artifactType: 'application/vnd.example.sbom', text: 'sbom' }),
    );
    const { item, blobs } = await fromRegistry('oci://ghcr.io/org/charts/app:1.2.3+build');
    expect(item).toMatchObject({ reference: 'ghcr.io/org/charts/app:1.2.3+build', root: content.root });
    expect(item.madeByAirlock).toBeUndefined();
    expect(item.attached).toHaveLength(1);
    expect(blobs.map(({ digest }) => digest)).toContain(digestOf(chart.bytes));
    web.registry.repository('mirror.example.com', 'helm/app').push(content, '1.2.3_build');
    const mirrored = await fromRegistry(
      'oci://ghcr.io/org/charts/app:1.2.3+build',
      'oci://mirror.example.com/helm/app',
    );
    expect(mirrored.item).toMatchObject({
      reference: 'ghcr.io/org/charts/app:1.2.3+build',
      source: { host: 'mirror.example.com', repository: 'helm/app' },
    });
  });

  it('is found by a range over its tags', async () => {
    const { web, fromRepository } = await setUp();
    for (const tag of ['latest', '1.44.0', '1.44.2_a', '1.45.0'])
      web.registry.repository('ghcr.io', 'org/charts/app').push(makeOciChart(chart), tag);
    const { item } = await fromRepository('~1.44', 'app', 'oci://ghcr.io/org/charts/');
    expect(item.reference).toBe('ghcr.io/org/charts/app:1.44.2+a');
    expect((await fromRepository('1.45.0', 'app', 'oci://ghcr.io/org/charts')).item.reference).toBe(
      'ghcr.io/org/charts/app:1.45.0',
    );
  });

  it('without a version is refused', async () => {
    const { fromRegistry } = await setUp();
    await expect(fromRegistry('oci://ghcr.io/org/charts/app')).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
    });
  });
});

describe('the artifact of a classic chart', () => {
  const tgz = { digest: digestOf('tgz'), size: 3 };
  it('is the same bytes each time, with no time in them', () => {
    const made = chartArtifact({ chartYaml: Buffer.from(chart.chartYaml), tgz });
    expect(chartArtifact({ chartYaml: Buffer.from(chart.chartYaml), tgz })).toEqual(made);
    expect(made.root.digest).toBe('sha256:23b6475f67c9e0c30f5ae03dbc0883daa402e300c6b603c7faa0c4baee860b02');
    expect(Buffer.concat([...made.manifests.values()]).toString()).not.toContain('created');
  });

  it('has Helm’s types in its config: strings but for the two booleans, nothing that is null', () => {
    const yaml = [
      '\uFEFFapiVersion: v2',
      'name: app',
      'version: 1.0.0',
      'appVersion: 0x10',
      'kubeVersion: 1.20',
      'icon:',
      'description: ~',
      'deprecated: true',
      'annotations: {yes: true, n: 010}',
      'dependencies:',
      '- {name: db, version: 1.10, enabled: false, import-values: [data, {child: a, parent: b}]}',
    ].join('\n');
    expect(parseChartYaml(Buffer.from(yaml), 'x').json).toEqual({
      apiVersion: 'v2',
      name: 'app',
      version: '1.0.0',
      appVersion: '0x10',
      kubeVersion: '1.20',
      deprecated: true,
      annotations: { yes: 'true', n: '010' },
      dependencies: [
        {
          name: 'db',
          version: '1.10',
          enabled: false,
          'import-values': ['data', { child: 'a', parent: 'b' }],
        },
      ],
    });
  });

  it.each([
    ['no version', 'apiVersion: v2\nname: app\n'],
    ['a version that is none', 'apiVersion: v2\nname: app\nversion: latest\n'],
    ['a name with a path in it', 'apiVersion: v2\nname: ../app\nversion: 1.0.0\n'],
    ['a key in two spellings', 'apiVersion: v2\nname: app\nversion: 1.0.0\nVersion: 2.0.0\n'],
    ['a key twice', 'apiVersion: v2\nname: app\nversion: 1.0.0\nversion: 2.0.0\n'],
    ['a list for a mapping', '- app\n'],
    ['no YAML', 'name: [app\n'],
  ])('refuses a Chart.yaml with %s', (_, yaml) => {
    expect(() => parseChartYaml(Buffer.from(yaml), 'x')).toThrow(
      expect.objectContaining({ code: 'CHART_INVALID' }),
    );
  });
});

describe('reading Chart.yaml out of an archive', () => {
  const read = (members: readonly TarMember[]) =>
    readChartYaml(one(compress(makeTar(members), 'gzip')), 'app.tgz').then((bytes) =>
      Buffer.from(bytes).toString(),
    );
  async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const good = { name: 'app/Chart.yaml', bytes: 'name: app' };

  it('takes backslashes and passes over charts inside the chart', async () => {
    expect(
      await read([
        { name: 'app\\Chart.yaml', bytes: 'name: app' },
        { name: 'app/charts/db/Chart.yaml', bytes: 'name: db' },
      ]),
    ).toBe('name: app');
  });

  it.each<[string, readonly TarMember[], string]>([
    ['an absolute path', [good, { name: '/etc/passwd', bytes: 'x' }], 'CHART_INVALID'],
    ['a path that leads out', [good, { name: 'app/../../x', bytes: 'x' }], 'CHART_INVALID'],
    ['a path that leads out in backslashes', [good, { name: 'app\\..\\..\\x', bytes: 'x' }], 'CHART_INVALID'],
    ['a drive', [good, { name: 'C:\\x', bytes: 'x' }], 'CHART_INVALID'],
    ['a device', [good, { name: 'app/null', type: '3' }], 'CHART_INVALID'],
    ['Chart.yaml outside of a folder', [{ name: 'Chart.yaml', bytes: 'name: app' }], 'CHART_INVALID'],
    ['two charts', [good, { name: 'other/Chart.yaml', bytes: 'name: other' }], 'CHART_INVALID'],
    ['no Chart.yaml', [{ name: 'app/values.yaml', bytes: 'x' }], 'CHART_INVALID'],
    [
      'a file above 5 MiB',
      [good, { name: 'app/big', bytes: Buffer.alloc(5 * 1024 * 1024 + 1) }],
      'LIMIT_EXCEEDED',
    ],
    [
      'more than 100 MiB in all',
      [
        good,
        ...Array.from({ length: 21 }, (_, number) => ({
          name: `app/${number}`,
          bytes: Buffer.alloc(5 * 1024 * 1024),
        })),
      ],
      'LIMIT_EXCEEDED',
    ],
  ])('refuses %s', async (_, members, code) => {
    await expect(read(members)).rejects.toMatchObject({ code });
  });

  it('refuses what is no gzip archive, or only the beginning of one', async () => {
    await expect(readChartYaml(one(Buffer.from('<html>')), 'app.tgz')).rejects.toMatchObject({
      code: 'CHART_INVALID',
    });
    await expect(readChartYaml(one(chart.bytes.subarray(0, -20)), 'app.tgz')).rejects.toMatchObject({
      code: 'CHART_INVALID',
    });
  });
});
