// What export writes, read by the programs it is written for.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import type { Bundle } from '../../electron/engine/bundle/index.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { runExport } from '../../electron/engine/export/index.ts';
import { quietContext } from '../../electron/engine/jobs/job-context.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeProvenance } from '../support/make-content.ts';
import { requireProgram, run } from '../support/programs.ts';
import type { ProgramName } from '../support/programs.ts';
import { CARGO, CHART, dockerList, index, packItems, single } from './import-cargo.ts';

let folder: string;
let bundle: Bundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-export-'));
  const items = CARGO.map(({ item }) => item);
  bundle = await openBundle(await packItems(join(folder, 'cargo.airlock'), items));
});
afterAll(async () => {
  await bundle.close();
  await rm(folder, { recursive: true, force: true });
});

async function succeed(
  name: ProgramName,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(requireProgram(name).path, args, {
    addEnv: { HOME: folder, ...env },
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

describeWith('skopeo')('skopeo', () => {
  test('reads every image of images.tar by name, its digest unchanged', async () => {
    const path = join(folder, 'skopeo.tar');
    expect(await runExport({ bundle, what: 'images', path }, quietContext())).toMatchObject({
      exit: 0,
    });
    for (const content of [index, single]) {
      const refName = bundle.manifest.items.find((item) => item.digest === content.root.digest)?.refName;
      const raw = await succeed('skopeo', ['inspect', '--raw', `oci-archive:${path}:${refName}`]);
      expect(digestOf(raw)).toBe(content.root.digest);
    }
  });

  test('reads a Docker-typed item out of a layout with one entry', async () => {
    const layout = join(folder, 'docker-typed');
    await runExport({ bundle, what: 'item', name: 'list:2', folder: layout }, quietContext());
    const raw = await succeed('skopeo', ['inspect', '--raw', `oci:${layout}`]);
    expect(digestOf(raw)).toBe(dockerList.root.digest);
    const copy = join(folder, 'docker-typed-copy');
    await succeed('skopeo', ['copy', '--all', '--preserve-digests', `oci:${layout}`, `dir:${copy}`]);
    expect(digestOf(await readFile(join(copy, 'manifest.json')))).toBe(dockerList.root.digest);
  });
});

describeWith('podman')('podman', () => {
  test('loads every image of images.tar', async () => {
    const path = join(folder, 'podman.tar');
    await runExport({ bundle, what: 'images', path }, quietContext());
    const store = join(folder, 'podman');
    const place = ['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs'];
    const env = { XDG_RUNTIME_DIR: folder };
    await succeed('podman', [...place, 'load', '-i', path], env);
    const images = await succeed('podman', [...place, 'images', '--format', '{{.Repository}}:{{.Tag}}'], env);
    expect(images.trim().split('\n').toSorted()).toEqual([
      '<none>:<none>',
      'docker.io/library/list:2',
      'quay.io/org/index:1.0',
    ]);
  });
});

describeWith('helm')('helm', () => {
  let server: Server;
  let charts: string;
  beforeAll(async () => {
    charts = join(folder, 'charts');
    await runExport({ bundle, what: 'charts', folder: charts }, quietContext());
    server = createServer((request, response) => {
      readFile(join(charts, decodeURIComponent((request.url ?? '/').slice(1)))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('takes the folder for a chart repository, provenance and + in the version too (D8)', async () => {
    const repo = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const destination = await mkdtemp(join(folder, 'pulled-'));
    const options = ['--repo', repo, '--version', '1.2.3+build.7', '--prov', '--destination', destination];
    await succeed('helm', ['pull', 'app', ...options]);
    expect((await readFile(join(destination, 'app-1.2.3+build.7.tgz'))).equals(CHART.bytes)).toBe(true);
    expect(await readFile(join(destination, 'app-1.2.3+build.7.tgz.prov'), 'utf8')).toBe(
      makeProvenance(CHART),
    );
  });
});
