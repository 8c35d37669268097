// The whole way with the command: out of a real registry, through a bundle as a directory and as a tar, into three others.
// Other programs judge what arrived, not Airlock's own client.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../shared/domain/descriptor.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { Receipt } from '../../shared/format/receipt.ts';
import { describeWith } from '../support/describe-with.ts';
import {
  descriptorOf,
  makeChart,
  makeDockerSave,
  makeImage,
  makeIndex,
  makeOciArchive,
  makeProvenance,
  makeReferrer,
} from '../support/make-content.ts';
import type { MadeContent } from '../support/make-content.ts';
import { pullContent, pushContent } from '../support/plain-client.ts';
import {
  requireProgram,
  run,
  startCraneRegistry,
  startDistribution,
  startDockerRegistry,
} from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';

const ARM = { os: 'linux', architecture: 'arm64' };
const index = makeIndex(
  [makeImage({ seed: 'app', layerSize: 300_000 }), makeImage({ seed: 'app', platform: ARM })],
  { attestations: true },
);
const sbom = makeReferrer(index.root, { artifactType: 'application/spdx+json', text: '{"sbom":true}' });
const signature = makeImage({ seed: 'signature', layers: 1, layerSize: 100 });
const signatureTag = `${index.root.digest.replace(':', '-')}.sig`;
const list = makeIndex(
  [makeImage({ seed: 'list', docker: true }), makeImage({ seed: 'list', platform: ARM, docker: true })],
  { docker: true },
);
const odd = asDockerWritesIt(makeImage({ seed: 'odd', docker: true }));
const saved = makeImage({ seed: 'saved', compression: 'none' });
const archived = makeImage({ seed: 'archived', compression: 'zstd' });
const classic = makeChart({ name: 'classic', version: '1.2.3+build.7' });
const modern = makeChart({ name: 'modern', version: '2.0.0+build.8' });
const SCRIPT = '#!/bin/sh\necho carried\n';

/** Docker indents manifests by three spaces; buildpacks add fields that no specification has. */
function asDockerWritesIt({ root, blobs }: MadeContent): MadeContent {
  const manifest = JSON.parse(Buffer.from(blobs.get(root.digest) ?? '').toString()) as object;
  const bytes = Buffer.from(JSON.stringify({ ...manifest, 'x-buildpack': { order: [] } }, undefined, 3));
  const others = [...blobs].filter(([digest]) => digest !== root.digest);
  const rewritten = descriptorOf(root.mediaType, bytes);
  return { root: rewritten, blobs: new Map([...others, [rewritten.digest, bytes]]) };
}

/** distribution keeps no referrers: whoever attaches something there keeps the fallback tag (distribution-spec). */
async function pushReferrer(url: string, repository: string, subject: Descriptor, referrer: MadeContent) {
  await pushContent(url, repository, referrer, undefined);
  const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests: [referrer.root] });
  const tag = subject.digest.replace(':', '-');
  const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': MEDIA.ociIndex },
    body,
  });
  expect(answer.status).toBe(201);
}

const TARGETS = [
  ['docker-registry', startDockerRegistry],
  ['registry', startDistribution],
  ['crane', startCraneRegistry],
] as const;
const FORMS = ['round-trip.airlock', 'round-trip.airlock.tar'] as const;

describeWith(
  'docker-registry',
  'registry',
  'crane',
  'helm',
  'regctl',
)('a round trip', () => {
  let folder: string;
  let source: RunningRegistry;
  let environment: Record<string, string>;
  const targets = new Map<string, RunningRegistry>();
  /** What each import said, by target and form. */
  const receipts = new Map<string, Receipt>();
  const at = (...parts: readonly string[]) => join(folder, ...parts);
  const prefixOf = (form: string) => (form.endsWith('.tar') ? 'from-tar' : 'from-directory');

  async function airlock(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const ran = await runAirlock([...args, '--json'], { environment });
    expect(ran).toMatchObject({ code: 0 });
    return documentOf(ran);
  }

  async function call(name: 'helm' | 'regctl', args: readonly string[], cwd = folder): Promise<string> {
    const { path } = requireProgram(name);
    const { code, stdout, stderr } = await run(path, args, { addEnv: { HOME: folder }, cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return stdout;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airlock-round-trip-'));
    environment = { AIRLOCK_HOME: at('state'), HOME: folder, SOURCE_DATE_EPOCH: '1790000000' };
    source = await startDockerRegistry();
    for (const [name, start] of TARGETS) targets.set(name, await start());
    await pushContent(source.url, 'team/app', index, '2.0');
    await pushReferrer(source.url, 'team/app', index.root, sbom);
    await pushContent(source.url, 'team/app', signature, signatureTag);
    await pushContent(source.url, 'team/list', list, '1');
    await pushContent(source.url, 'team/odd', odd, '3');
    await writeFile(at(modern.fileName), modern.bytes);
    await call('helm', ['push', modern.fileName, `oci://${source.host}/charts`, '--plain-http']);
    await writeFile(at(classic.fileName), classic.bytes);
    await writeFile(at(`${classic.fileName}.prov`), makeProvenance(classic));
    await writeFile(at('saved.tar.gz'), makeDockerSave([{ image: saved, tags: ['plant/saved:1'] }], 'gzip'));
    await writeFile(at('archived.tar'), makeOciArchive([{ content: archived }]));
    await writeFile(at('run.sh'), SCRIPT);
    await writeFile(
      at('list.yaml'),
      `apiVersion: airlock/v1
kind: TransferList
metadata: { name: round-trip }
images:
  - ${source.host}/team/app:2.0
  - ${source.host}/team/list@${list.root.digest}
  - ${source.host}/team/odd:3
  - { archive: ./saved.tar.gz }
  - { archive: ./archived.tar, as: plant/archived:1 }
charts:
  - { ref: '${source.host}/charts/modern:2.0.0+build.8' }
  - { path: './${classic.fileName}' }
files:
  - { path: ./run.sh, as: .hidden/run me.sh, executable: true }
`,
    );
    await airlock('lock', at('list.yaml'));
    for (const form of FORMS) {
      await airlock('pack', at('round-trip.lock.json'), '-o', at(form));
      for (const [name, { host }] of targets) {
        const { receipt } = await airlock('import', at(form), '--to', `${host}/${prefixOf(form)}`);
        receipts.set(`${name} ${form}`, Receipt.parse(receipt));
      }
    }
  });
  afterAll(async () => {
    await Promise.all([source, ...targets.values()].map((registry) => registry.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const ROUTES = TARGETS.flatMap(([name]) => FORMS.map((form) => [form, name] as const));

  it.each(ROUTES)(
    'of %s to %s keeps every digest: indexes, children, configs and layers',
    async (form, name) => {
      const url = targets.get(name)?.url ?? '';
      const arrived = (repository: string, tag: string) =>
        pullContent(url, `${prefixOf(form)}/${repository}`, tag);
      for (const [repository, tag, content] of [
        ['team/app', '2.0', index],
        ['team/list', `airlock-${list.root.digest.slice(7, 19)}`, list],
        ['team/odd', '3', odd],
        ['plant/archived', '1', archived],
        ['team/app', signatureTag, signature],
        ['team/app', sbom.root.digest, sbom],
        ['charts/modern', '2.0.0_build.8', await pullContent(source.url, 'charts/modern', '2.0.0_build.8')],
      ] as const) {
        const back = await arrived(repository, tag);
        expect([repository, back.root]).toEqual([repository, content.root]);
        expect(new Set(back.blobs.keys())).toEqual(new Set(content.blobs.keys()));
      }
      // What Airlock makes a manifest for keeps its own bytes: layers of a docker-save archive as they are stored.
      const made = await arrived('plant/saved', '1');
      for (const layer of saved.layers) expect(made.blobs.has(layer.descriptor.digest)).toBe(true);
      expect(made.blobs.has(digestOf(saved.config))).toBe(true);
    },
  );

  it.each(ROUTES)('of %s to %s ends with a receipt whose every line is true', async (form, name) => {
    const receipt = receipts.get(`${name} ${form}`);
    expect(receipt).toMatchObject({ outcome: 'done', exit: 0 });
    expect(receipt?.items).toHaveLength(8 + 2);
    for (const { target = '', digest } of receipt?.items ?? []) {
      const [, repository, reference] = /^[^/]+\/(.+?)(?:@|:(?=[^:/]+$))(.+)$/.exec(target) ?? [];
      const back = await pullContent(targets.get(name)?.url ?? '', repository ?? '', reference ?? '');
      expect([target, back.root.digest]).toEqual([target, digest]);
    }
  });

  it.each(TARGETS.map(([name]) => name))(
    'to %s leaves the SBOM listed under what it describes',
    async (name) => {
      const { url = '' } = targets.get(name) ?? {};
      const api = await fetch(`${url}/v2/from-tar/team/app/referrers/${index.root.digest}`);
      const answer = api.ok
        ? api
        : await fetch(`${url}/v2/from-tar/team/app/manifests/${index.root.digest.replace(':', '-')}`, {
            headers: { accept: MEDIA.ociIndex },
          });
      expect(await answer.json()).toMatchObject({ manifests: [{ digest: sbom.root.digest }] });
    },
  );

  it.each([
    ['docker-registry', 'modern', modern],
    ['docker-registry', 'classic', classic],
    ['registry', 'modern', modern],
    ['registry', 'classic', classic],
  ] as const)(
    'to %s brings the chart %s so that helm pulls it by its version with + (D8)',
    async (name, chart, made) => {
      const destination = await mkdtemp(at('pulled-'));
      const from = `oci://${targets.get(name)?.host ?? ''}/from-directory/charts/${chart}`;
      const version = made.fileName.slice(chart.length + 1, -'.tgz'.length);
      await call('helm', ['pull', from, '--version', version, '--plain-http', '--destination', destination]);
      expect(digestOf(await readFile(join(destination, made.fileName)))).toBe(digestOf(made.bytes));
    },
  );

  it('brings a file whose name begins with a dot so that regctl gets it (P23)', async () => {
    const row = receipts.get(`docker-registry ${FORMS[1]}`)?.items.find(({ kind }) => kind === 'file');
    expect(row?.item).toBe('.hidden/run me.sh');
    await call('regctl', [
      'registry',
      'set',
      targets.get('docker-registry')?.host ?? '',
      '--tls',
      'disabled',
    ]);
    expect(await call('regctl', ['artifact', 'get', row?.target ?? ''])).toBe(SCRIPT);
  });

  it('gives artifacts that Airlock makes a config that registries take: never an empty blob (I24)', async () => {
    const url = targets.get('crane')?.url ?? '';
    const rows = receipts.get(`crane ${FORMS[0]}`)?.items ?? [];
    const made = rows.filter(({ kind, item }) => kind !== 'image' || item.includes('plant/saved'));
    expect(made).toHaveLength(4);
    for (const { kind, target = '', digest = '' } of made) {
      const repository = target.slice(target.indexOf('/') + 1, target.lastIndexOf(':'));
      const answer = await fetch(`${url}/v2/${repository}/manifests/${digest}`);
      const { config } = (await answer.json()) as { config: Descriptor };
      expect(config.size).toBeGreaterThanOrEqual(2);
      if (kind === 'file')
        expect(config).toEqual({ mediaType: MEDIA.ociEmpty, digest: digestOf('{}'), size: 2 });
    }
  });

  it('is a bundle whose every item regctl reads by name, charts and made manifests too', async () => {
    const { inspection } = (await airlock('inspect', at(FORMS[0]))) as {
      inspection: { items: { refName: string; digest: string }[] };
    };
    for (const { refName, digest } of inspection.items) {
      const layout = `ocidir://${at(FORMS[0])}:${refName}`;
      expect(digestOf(await call('regctl', ['manifest', 'get', '--format', 'raw-body', layout]))).toBe(
        digest,
      );
    }
  });

  it('can be gone again from where it ended: the images packed there have the same blobs (I36)', async () => {
    const { host = '' } = targets.get('docker-registry') ?? {};
    await mkdir(at('back'));
    const images = ['team/app:2.0', 'team/odd:3'];
    const blobsOf = async (name: string, registry: string) => {
      const lines = images.map((image) => `  - ${registry}/${image}\n`).join('');
      await writeFile(
        at(`${name}.yaml`),
        `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: ${name} }\nimages:\n${lines}`,
      );
      await airlock('pack', at(`${name}.yaml`), '-o', at('back'));
      const sums = await readFile(at('back', `${name}.airlock`, 'SHA256SUMS'), 'utf8');
      return sums.split('\n').filter((line) => line.includes('  blobs/'));
    };
    const first = await blobsOf('first', source.host);
    expect(first.length).toBeGreaterThan(15);
    expect(await blobsOf('second', `${host}/from-tar`)).toEqual(first);
  });
});
