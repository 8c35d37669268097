// What the clients of others make of our server: they pull from bundles and push to and pull from a writable folder.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServe } from '../../electron/engine/serve/index.ts';
import type { Serving } from '../../electron/engine/serve/index.ts';
import { hexOf } from '../../shared/domain/digest.ts';
import {
  makeChart,
  makeImage,
  makeIndex,
  makeProvenance,
  makeReferrer,
  seededBytes,
  writeOciLayout,
} from '../support/make-content.ts';
import type { MadeContent } from '../support/make-content.ts';
import { describeWith } from '../support/describe-with.ts';
import { requireProgram, run } from '../support/programs.ts';
import type { ProgramName } from '../support/programs.ts';
import { chartItem, fileItem, imageItem, memoryBundle } from '../unit/serve/memory-bundle.ts';

const amd64 = makeImage({ seed: 'clients', layerSize: 3_000_000 });
const arm64 = makeImage({ seed: 'clients', platform: { os: 'linux', architecture: 'arm64' } });
const index = makeIndex([amd64, arm64]);
const docker = makeImage({ seed: 'clients, docker', docker: true });
const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: 'sbom' });
const version = { name: 'coder', version: '1.44.0+build.7' };
const chart = makeChart(version);
const file = seededBytes('a file', 500_000);

let folder = '';
let sealed: Serving;
let writable: Serving;
/** As it stands in references. */
let from = '';
let to = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-serve-clients-'));
  const bundle = memoryBundle('clients', [
    imageItem('docker.io/library/app:1.0', index, [{ subject: index.root.digest, content: sbom }]),
    imageItem('quay.io/org/docker:1.0', docker),
    chartItem('helm.example.com/stable', chart, version, { provenance: true }),
    fileItem('bin/tool', file),
  ]);
  const options = { host: '127.0.0.1', port: 0, stallMs: 30_000 };
  sealed = await startServe({ ...options, bundles: [bundle] });
  writable = await startServe({ ...options, bundles: [], writable: join(folder, 'registry') });
  from = new URL(sealed.url).host;
  to = new URL(writable.url).host;
  await writeOciLayout(join(folder, 'layout'), [{ content: index, refName: 'v1' }]);
  const plain = (host: string) => [host, { tls: 'disabled', hostname: host }];
  await writeFile(
    join(folder, 'regctl.json'),
    JSON.stringify({ hosts: Object.fromEntries([from, to].map(plain)) }),
  );
});

afterAll(async () => {
  await sealed.close();
  await writable.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a program prints; its own message where it fails. Its configuration is this test's alone. */
async function call(name: ProgramName, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(requireProgram(name).path, args, {
    cwd: folder,
    addEnv: {
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      REGCTL_CONFIG: join(folder, 'regctl.json'),
      HELM_CACHE_HOME: join(folder, 'helm', 'cache'),
      HELM_CONFIG_HOME: join(folder, 'helm', 'config'),
      HELM_DATA_HOME: join(folder, 'helm', 'data'),
    },
  });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function place(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  return path;
}

async function blobsIn(layout: string): Promise<Set<string>> {
  return new Set(await readdir(join(layout, 'blobs', 'sha256')));
}

function hexesOf(...contents: readonly MadeContent[]): Set<string> {
  return new Set(contents.flatMap(({ blobs }) => [...blobs.keys()].map(hexOf)));
}

describeWith('skopeo')('skopeo', () => {
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];

  it('pulls an index from a bundle with every digest kept', async () => {
    const layout = await place('skopeo-pulled');
    await call(
      'skopeo',
      'copy',
      '--all',
      ...plain,
      `docker://${from}/docker.io/library/app:1.0`,
      `oci:${layout}:v1`,
    );
    expect(await blobsIn(layout)).toEqual(hexesOf(index));
  });

  it('pulls a Docker-typed image by its short name with its digest kept', async () => {
    const said = await call('skopeo', 'inspect', '--tls-verify=false', `docker://${from}/org/docker:1.0`);
    expect((JSON.parse(said) as { Digest: string }).Digest).toBe(docker.root.digest);
  });

  it('pushes to a writable folder, pulls back and deletes', async () => {
    const layout = await place('skopeo-back');
    const name = `docker://${to}/skopeo/app:v1`;
    await call('skopeo', 'copy', '--all', ...plain, `oci:${join(folder, 'layout')}:v1`, name);
    await call('skopeo', 'copy', '--all', ...plain, name, `oci:${layout}:v1`);
    expect(await blobsIn(layout)).toEqual(hexesOf(index));
    await call('skopeo', 'delete', '--tls-verify=false', name);
    const tags = await (await fetch(`${writable.url}/v2/skopeo/app/tags/list`)).json();
    expect(tags).toEqual({ name: 'skopeo/app', tags: [] });
  });
});

describeWith('crane')('crane', () => {
  it('sees the catalog, the tags and the digests of a bundle', async () => {
    const catalog = await call('crane', 'catalog', from);
    expect(catalog.split('\n')).toEqual(
      expect.arrayContaining([
        'docker.io/library/app',
        'helm.example.com/stable/coder',
        'quay.io/org/docker',
      ]),
    );
    expect(await call('crane', 'ls', `${from}/library/app`)).toBe('1.0');
    expect(await call('crane', 'digest', `${from}/library/app:1.0`)).toBe(index.root.digest);
    await call('crane', 'validate', '--remote', `${from}/library/app:1.0`);
  });

  it('carries an index from a bundle to a writable folder', async () => {
    await call('crane', 'copy', `${from}/docker.io/library/app:1.0`, `${to}/crane/app:1.0`);
    expect(await call('crane', 'digest', `${to}/crane/app:1.0`)).toBe(index.root.digest);
    await call('crane', 'validate', '--remote', `${to}/crane/app:1.0`);
  });

  it('pushes a layout, tags, and mounts between repositories', async () => {
    await call('crane', 'push', '--index', join(folder, 'layout'), `${to}/crane/layout:v1`);
    await call('crane', 'tag', `${to}/crane/layout:v1`, 'v2');
    expect(await call('crane', 'ls', `${to}/crane/layout`)).toBe('v1\nv2');
    const received = writable.stats.bytesReceived;
    await call('crane', 'copy', `${to}/crane/layout:v1`, `${to}/crane/mounted:v1`);
    // Manifests alone went over the wire again.
    expect(writable.stats.bytesReceived - received).toBeLessThan(100_000);
    await call('crane', 'validate', '--remote', `${to}/crane/mounted:v1`);
  });
});

describeWith('regctl')('regctl', () => {
  it('finds the referrers of an image in a bundle', async () => {
    const said = await call(
      'regctl',
      'artifact',
      'list',
      `${from}/library/app:1.0`,
      '--format',
      '{{json .}}',
    );
    expect(said).toContain(sbom.root.digest);
    const filter = ['--filter-artifact-type', 'application/none'];
    const none = await call(
      'regctl',
      'artifact',
      'list',
      `${from}/library/app:1.0`,
      ...filter,
      '--format',
      '{{json .}}',
    );
    expect(none).not.toContain(sbom.root.digest);
  });

  it('gets a file of a bundle', async () => {
    const [name] = (await call('regctl', 'repo', 'ls', from))
      .split('\n')
      .filter((one) => one.startsWith('files/'));
    const tag = await call('regctl', 'tag', 'ls', `${from}/${name}`);
    const output = await place('regctl-file');
    await call('regctl', 'artifact', 'get', `${from}/${name}:${tag}`, '--output', output);
    expect((await readFile(join(output, 'bin', 'tool'))).equals(file)).toBe(true);
  });

  it('carries an image with its referrers to a writable folder and back to a layout', async () => {
    await call('regctl', 'image', 'copy', '--referrers', `${from}/library/app:1.0`, `${to}/regctl/app:1.0`);
    const said = await call('regctl', 'artifact', 'list', `${to}/regctl/app:1.0`, '--format', '{{json .}}');
    expect(said).toContain(sbom.root.digest);
    const layout = await place('regctl-back');
    await call('regctl', 'image', 'copy', `${to}/regctl/app:1.0`, `ocidir://${layout}:v1`);
    expect(await blobsIn(layout)).toEqual(hexesOf(index));
  });

  it('pushes a blob in chunks', async () => {
    const config = JSON.stringify({
      hosts: { [to]: { tls: 'disabled', hostname: to, blobChunk: 65_536, blobMax: 65_536 } },
    });
    await writeFile(join(folder, 'regctl-chunked.json'), config);
    const { stdout, code } = await run(
      requireProgram('regctl').path,
      ['blob', 'put', `${to}/regctl/chunks`],
      {
        addEnv: { REGCTL_CONFIG: join(folder, 'regctl-chunked.json') },
        input: file,
      },
    );
    expect(code).toBe(0);
    const back = await fetch(`${writable.url}/v2/regctl/chunks/blobs/${stdout.trim()}`);
    expect(Buffer.from(await back.arrayBuffer()).equals(file)).toBe(true);
  });

  it('deletes a tag and a manifest', async () => {
    await call('regctl', 'image', 'copy', `${from}/org/docker:1.0`, `${to}/regctl/gone:1.0`);
    await call('regctl', 'image', 'copy', `${from}/org/docker:1.0`, `${to}/regctl/gone:2.0`);
    await call('regctl', 'tag', 'delete', `${to}/regctl/gone:1.0`);
    expect(await call('regctl', 'tag', 'ls', `${to}/regctl/gone`)).toBe('2.0');
    await call('regctl', 'manifest', 'delete', `${to}/regctl/gone@${docker.root.digest}`);
    await expect(call('regctl', 'manifest', 'head', `${to}/regctl/gone:2.0`)).rejects.toThrow(/not found/i);
  });
});

describeWith('helm')('helm', () => {
  it('pulls a chart with its provenance from the chart repository, by its version with +', async () => {
    const output = await place('helm-classic');
    await call('helm', 'repo', 'add', 'station', `${sealed.url}/charts`);
    expect(await call('helm', 'search', 'repo', 'station/coder')).toContain('1.44.0+build.7');
    await call(
      'helm',
      'pull',
      'station/coder',
      '--version',
      version.version,
      '--prov',
      '--destination',
      output,
    );
    expect((await readFile(join(output, chart.fileName))).equals(Buffer.from(chart.bytes))).toBe(true);
    expect(await readFile(join(output, `${chart.fileName}.prov`), 'utf8')).toBe(makeProvenance(chart));
  });

  it.each(['helm.example.com/stable/coder', 'charts/coder'])(
    'pulls oci://…/%s by its version with +',
    async (name) => {
      const output = await place(`helm-oci-${name.replaceAll('/', '-')}`);
      const pull = ['pull', `oci://${from}/${name}`, '--version', version.version, '--plain-http', '--prov'];
      await call('helm', ...pull, '--destination', output);
      expect(await readdir(output)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^coder-1\.44\.0[+_]build\.7\.tgz$/)]),
      );
    },
  );

  it('pushes a chart to a writable folder and pulls it back', async () => {
    const output = await place('helm-pushed');
    await writeFile(join(folder, chart.fileName), chart.bytes);
    await call('helm', 'push', join(folder, chart.fileName), `oci://${to}/charts`, '--plain-http');
    const pull = ['pull', `oci://${to}/charts/coder`, '--version', version.version, '--plain-http'];
    await call('helm', ...pull, '--destination', output);
    const [name = ''] = await readdir(output);
    expect((await readFile(join(output, name))).equals(Buffer.from(chart.bytes))).toBe(true);
  });
});
