// The job as operators type it, on registries of another maker: lock, pack, verify, import, serve.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandResult } from '../../shared/format/command-result.ts';
import { Receipt } from '../../shared/format/receipt.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeChart, makeImage, makeIndex, makeReferrer } from '../support/make-content.ts';
import { pullContent, pushContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';

const index = makeIndex(
  [
    makeImage({ seed: 'app', layerSize: 300_000 }),
    makeImage({ seed: 'app', platform: { os: 'linux', architecture: 'arm64' } }),
  ],
  { attestations: true },
);
const docker = makeImage({ seed: 'docker', docker: true });
const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: '{"sbom":true}' });
const chart = makeChart({ name: 'app', version: '1.2.3' });

describeWith('docker-registry')('the command, from one registry to another', () => {
  let source: RunningRegistry;
  let target: RunningRegistry;
  let folder: string;
  let environment: Record<string, string>;
  const airlock = (...args: readonly string[]) => runAirlock(args, { environment });
  const at = (...parts: readonly string[]) => join(folder, ...parts);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airlock-command-'));
    environment = { AIRLOCK_HOME: at('state'), HOME: folder };
    [source, target] = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
    await pushContent(source.url, 'team/app', index, '2.0');
    await pushContent(source.url, 'team/app', sbom, undefined);
    // distribution 2.8 has no referrers API; whoever attaches something there keeps the fallback tag (distribution-spec).
    const fallback = makeIndex([]);
    const listed = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: fallback.root.mediaType,
        manifests: [{ ...sbom.root, artifactType: 'application/spdx+json' }],
      }),
    );
    await fetch(`${source.url}/v2/team/app/manifests/${index.root.digest.replace(':', '-')}`, {
      method: 'PUT',
      headers: { 'content-type': fallback.root.mediaType },
      body: listed,
    });
    await pushContent(source.url, 'team/docker', docker, 'v1');
    await mkdir(at('medium'));
    await writeFile(at(chart.fileName), chart.bytes);
    await writeFile(at('tool.sh'), '#!/bin/sh\n');
    await writeFile(
      at('list.yaml'),
      `apiVersion: airlock/v1
kind: TransferList
metadata: { name: round-trip }
images:
  - ${source.host}/team/app:2.0
  - ${source.host}/team/docker:v1
charts:
  - path: ./${chart.fileName}
files:
  - { path: ./tool.sh, executable: true }
`,
    );
  });
  afterAll(async () => {
    await Promise.all([source.close(), target.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('locks, packs, verifies, imports, and every digest that left arrives', async () => {
    const locked = await airlock('lock', at('list.yaml'));
    expect(locked).toMatchObject({ code: 0 });
    expect(locked.stdout).toContain(`wrote ${at('round-trip.lock.json')}`);

    const packed = await airlock('pack', at('round-trip.lock.json'), '-o', at('medium'));
    expect(packed).toMatchObject({ code: 0 });
    expect(packed.stdout.split('\n')[0]).toContain('unsigned');
    const bundle = at('medium', 'round-trip.airlock');
    expect(await readdir(at('medium'))).toEqual(['round-trip.airlock']);

    const verified = await airlock('verify', bundle);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.stdout.split('\n')[0]).toContain('unsigned');

    const imported = await airlock('import', bundle, '--to', `${target.host}/mirror`);
    expect(imported).toMatchObject({ code: 0 });
    for (const [repository, tag, content] of [
      ['team/app', '2.0', index],
      ['team/docker', 'v1', docker],
      ['team/app', sbom.root.digest, sbom],
    ] as const) {
      const back = await pullContent(target.url, `mirror/${repository}`, tag);
      expect(back.root).toEqual(content.root);
      expect(new Set(back.blobs.keys())).toEqual(new Set(content.blobs.keys()));
    }
  });

  it('packs a list in one go, the same bytes as its lock gives, as a folder and as a tar', async () => {
    const environmentThen = { ...environment, SOURCE_DATE_EPOCH: '1790000000' };
    const run = (...args: readonly string[]) => runAirlock(args, { environment: environmentThen });
    await mkdir(at('same'));
    expect(await run('lock', at('list.yaml'), '-o', at('same', 'a.lock.json'))).toMatchObject({ code: 0 });
    for (const [source_, place] of [
      [at('same', 'a.lock.json'), at('same', 'a.airlock')],
      [at('list.yaml'), at('same', 'b.airlock')],
      [at('same', 'a.lock.json'), at('same', 'c.airlock.tar')],
    ] as const)
      expect(await run('pack', source_, '-o', place)).toMatchObject({ code: 0 });
    const documents = await Promise.all(
      ['a.airlock', 'b.airlock', 'c.airlock.tar'].map(async (name) =>
        documentOf(await run('inspect', at('same', name), '--json')),
      ),
    );
    const prints = documents.map(
      (document) => (document['bundle'] as { fingerprint: { hex: string } }).fingerprint.hex,
    );
    expect(new Set(prints).size).toBe(1);
    expect((await readdir(at('same'))).filter((name) => name.endsWith('.work'))).toEqual([]);
  });

  it('says that a bundle is sealed already, and moves nothing a second time', async () => {
    const again = await airlock('pack', at('round-trip.lock.json'), '-o', at('medium'), '--json');
    expect(again.code).toBe(0);
    const document = documentOf(again);
    expect(CommandResult.parse(document)).toMatchObject({ verb: 'pack', exit: 0, sealed: 'already' });
    expect(Receipt.parse(document['receipt'])).toMatchObject({ outcome: 'done', bytesSent: 0 });
  });

  it('imports again without sending a blob, and keeps a receipt of each job', async () => {
    const bundle = at('medium', 'round-trip.airlock');
    const document = documentOf(await airlock('import', bundle, '--to', `${target.host}/mirror`, '--json'));
    const receipt = Receipt.parse(document['receipt']);
    expect(receipt.bytesSent).toBe(0);
    expect(new Set(receipt.items.map((item) => item.outcome))).toEqual(new Set(['present']));
    const history = documentOf(await airlock('history', '--json'));
    const desks = (history['receipts'] as readonly Receipt[]).map((each) => each.desk);
    expect(desks).toEqual(expect.arrayContaining(['lock', 'pack', 'verify', 'import']));
    const shown = await airlock('history', receipt.job);
    expect(shown.stdout).toContain('import done: 4 present; 0 B moved');
  });

  it('shows in a dry run what would get which name, and sends nothing', async () => {
    const bundle = at('medium', 'round-trip.airlock');
    const dry = await airlock('import', bundle, '--to', `${target.host}/elsewhere`, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain(`${target.host}/elsewhere/team/app:2.0`);
    expect((await fetch(`${target.url}/v2/elsewhere/team/app/tags/list`)).status).toBe(404);
  });

  it('serves a bundle until it is told to stop, and that is no failure', async () => {
    const stop = new AbortController();
    const listening = Promise.withResolvers<string>();
    const serving = runAirlock(
      ['serve', at('medium', 'round-trip.airlock'), '--addr', '127.0.0.1:0', '--json'],
      {
        environment,
        signal: stop.signal,
        onOutput: (text) => listening.resolve((JSON.parse(text) as { url: string }).url),
      },
    );
    const url = await Promise.race([
      listening.promise,
      serving.then((ran) => Promise.reject(new Error(ran.stderr))),
    ]);
    const back = await pullContent(url, 'team/app', '2.0');
    expect(back.root.digest).toBe(index.root.digest);
    expect((await fetch(`${url}/files/tool.sh`)).status).toBe(200);
    stop.abort(new Error('Ctrl-C'));
    const ran = await serving;
    expect(ran.code).toBe(0);
    expect(CommandResult.parse(documentOf(ran))).toMatchObject({ verb: 'serve', url });
  });

  it('exports files with their modes and an image that was asked for by name', async () => {
    const bundle = at('medium', 'round-trip.airlock');
    expect(await airlock('export', bundle, '--files', at('files'))).toMatchObject({ code: 0 });
    expect(await readFile(at('files', 'tool.sh'), 'utf8')).toBe('#!/bin/sh\n');
    expect(
      await airlock('export', bundle, '--item', `${source.host}/team/docker:v1`, '--oci', at('layout')),
    ).toMatchObject({ code: 0 });
    const layout = JSON.parse(await readFile(at('layout', 'index.json'), 'utf8')) as {
      manifests: { digest: string }[];
    };
    expect(layout.manifests.map(({ digest }) => digest)).toEqual([docker.root.digest]);
  });

  it('shows what is new from one bundle to the next, and what is inside', async () => {
    await writeFile(at('new-tool.sh'), '#!/bin/sh\necho new\n');
    await writeFile(
      at('next.yaml'),
      `apiVersion: airlock/v1
kind: TransferList
metadata: { name: next, description: The month after, stream: plant, sequence: 2, marking: internal }
images:
  - ${source.host}/team/app:2.0
files:
  - { path: ./new-tool.sh, as: tool.sh, executable: true }
  - { path: ./tool.sh, as: old-tool.sh }
`,
    );
    expect(await airlock('pack', at('next.yaml'), '-o', at('medium'))).toMatchObject({ code: 0 });
    const before = at('medium', 'round-trip.airlock');
    const after = at('medium', 'next.airlock');
    const { diff } = documentOf(await airlock('diff', before, after, '--json')) as {
      diff: { changes: { change: string; reference: string }[]; same: number; newBytes: number };
    };
    expect(diff.changes.map(({ change, reference }) => `${change} ${reference}`)).toEqual([
      'removed charts/app:1.2.3',
      'added old-tool.sh',
      'changed tool.sh',
      `removed ${source.host}/team/docker:v1`,
    ]);
    expect(diff.same).toBe(1);
    expect(diff.newBytes).toBeGreaterThan(0);
    expect(diff.newBytes).toBeLessThan(3000);

    const shown = await airlock('inspect', after);
    expect(shown.stdout.split('\n')[0]).toBe('next: unsigned bundle, nobody vouches for it; marked internal');
    expect(shown.stdout).toContain('plant number 2');
    expect(shown.stdout).toMatch(/image +\S+\/team\/app:2\.0 +sha256:[0-9a-f]{12} .*1 attachment/);
  });

  it('prints one document and nothing else with --json, whatever the verb', async () => {
    const bundle = at('medium', 'round-trip.airlock');
    for (const args of [
      ['lock', at('list.yaml'), '-o', at('json.lock.json')],
      ['verify', bundle],
      ['inspect', bundle],
      ['diff', bundle, bundle],
      ['import', bundle, '--to', `${target.host}/mirror`, '--dry-run'],
      ['export', bundle, '--charts', at('charts')],
      ['history'],
      ['logout', target.host],
    ]) {
      const ran = await airlock(...args, '--json');
      expect(CommandResult.parse(documentOf(ran))).toMatchObject({ verb: args[0], exit: ran.code });
      expect(ran.code).toBe(0);
    }
  });
});
