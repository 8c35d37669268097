// The import desk against registries of others: what left arrives with the same digests, and their clients take it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Digest } from '../../shared/domain/digest.ts';
import { runImport } from '../../electron/engine/import/index.ts';
import type { ImportRequest, ImportResult } from '../../electron/engine/import/index.ts';
import { DEFAULT_LIMITS, quietContext, systemClock } from '../../electron/engine/jobs/job-context.ts';
import { createRegistryClient } from '../../electron/engine/registry/index.ts';
import { parseTarget } from '../../electron/engine/relocate/index.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeImage, makeLayer, makeProvenance } from '../support/make-content.ts';
import { pullContent, pushContent } from '../support/plain-client.ts';
import {
  requireProgram,
  run,
  startCraneRegistry,
  startDistribution,
  startDockerRegistry,
} from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { fakeBundle } from '../unit/import/fakes.ts';
import type { FakeBundle } from '../unit/import/fakes.ts';
import { CARGO, CHART, FILE_TEXT, referrers, signature, signatureTag } from './import-cargo.ts';

async function importInto(
  host: string,
  bundle: FakeBundle,
  request: Partial<ImportRequest> = {},
): Promise<ImportResult> {
  const client = createRegistryClient({
    limits: DEFAULT_LIMITS,
    clock: systemClock,
    environment: {},
    authFile: '/nowhere/auth.json',
  });
  try {
    return await runImport(
      {
        bundle,
        target: parseTarget(`${host}/team`),
        tags: 'fail',
        verifyFirst: false,
        dryRun: false,
        map: 'default',
        noTag: false,
        ...request,
      },
      client,
      quietContext(),
    );
  } finally {
    await client.close();
  }
}

const bundle = () => fakeBundle(CARGO.map(({ item }) => item));

const REGISTRIES = [
  ['docker-registry', startDockerRegistry],
  ['registry', startDistribution],
  ['crane', startCraneRegistry],
] as const;

for (const [program, start] of REGISTRIES)
  describeWith(program)(`into ${program}`, () => {
    let registry: RunningRegistry;
    let first: ImportResult;
    let second: ImportResult;
    beforeAll(async () => {
      registry = await start();
      first = await importInto(registry.host, bundle());
      second = await importInto(registry.host, bundle());
    });
    afterAll(() => registry.close());

    test('every item is carried', () => {
      expect(first.items.flatMap((item) => item.error ?? [])).toEqual([]);
      expect(first).toMatchObject({ outcome: 'done', exit: 0 });
      expect(first.items.map((item) => item.outcome)).toEqual(first.items.map(() => 'carried'));
    });

    test.each(CARGO.map((cargo) => [cargo.item.reference, cargo] as const))(
      '%s arrives with the digests it left with, attestations and Docker types too (D1, I22, I38)',
      async (_reference, { item, repository, tag }) => {
        const arrived = await pullContent(registry.url, repository, tag);
        expect(arrived.root).toEqual(item.content.root);
        expect(new Set(arrived.blobs.keys())).toEqual(new Set(item.content.blobs.keys()));
      },
    );

    test('referrers, and referrers of referrers, are listed under their subjects', async () => {
      for (const { subject, content } of referrers) {
        const listed = await referrersOf(registry.url, 'team/org/index', subject);
        expect(listed).toContain(content.root.digest);
        await pullContent(registry.url, 'team/org/index', content.root.digest);
      }
    });

    test('a signature tag arrives beside what it signs', async () => {
      const arrived = await pullContent(registry.url, 'team/org/index', signatureTag);
      expect(arrived.root).toEqual(signature.root);
    });

    test('a second import sends nothing', () => {
      expect(second.bytesSent).toBe(0);
      expect(second.items.map((item) => item.outcome)).toEqual(second.items.map(() => 'present'));
    });

    test('a damaged blob: nothing of the items that need it appears, the others are whole', async () => {
      const shared = [makeLayer({ seed: `damaged in ${program}`, size: 200_000 })];
      const items = ['one', 'two'].map((name) => ({
        reference: `quay.io/damaged/${name}:1`,
        content: makeImage({ seed: `${program} ${name}`, base: shared, layers: 1 }),
      }));
      const damaged = fakeBundle([...items, ...CARGO.map(({ item }) => item)]);
      const digest = shared[0]?.descriptor.digest as Digest;
      const bytes = Buffer.from(damaged.blobs.get(digest) ?? '');
      bytes[bytes.byteLength >> 1] = (bytes[bytes.byteLength >> 1] ?? 0) ^ 1;
      damaged.blobs.set(digest, bytes);
      const target = parseTarget(`${registry.host}/again`);
      const result = await importInto(registry.host, damaged, { target });
      expect(result).toMatchObject({ outcome: 'partial', exit: 5 });
      expect(result.items.flatMap((item) => item.error?.code ?? [])).toEqual([
        'BUNDLE_DAMAGED',
        'BUNDLE_DAMAGED',
      ]);
      for (const { reference, content } of items)
        for (const path of [`manifests/${content.root.digest}`, 'manifests/1', `blobs/${digest}`]) {
          const repository = `again/damaged/${reference.slice(16, 19)}`;
          const answer = await fetch(`${registry.url}/v2/${repository}/${path}`, { method: 'HEAD' });
          expect(answer.status).toBe(404);
        }
      await pullContent(registry.url, 'again/org/index', '1.0');
    });

    test('a tag that names something else stays, and is named', async () => {
      const theirs = makeImage({ seed: 'theirs' });
      await pushContent(registry.url, 'busy/library/list', theirs, '2');
      const result = await importInto(registry.host, bundle(), {
        target: parseTarget(`${registry.host}/busy`),
      });
      expect(result.items[1]?.error).toMatchObject({ code: 'TAG_CONFLICT', side: 'target' });
      expect(result.exit).toBe(1);
      expect((await pullContent(registry.url, 'busy/library/list', '2')).root).toEqual(theirs.root);
    });
  });

describeWith(
  'docker-registry',
  'helm',
  'regctl',
)('what other clients make of it', () => {
  let registry: RunningRegistry;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airlock-import-'));
    registry = await startDockerRegistry();
    await importInto(registry.host, bundle());
  });
  afterAll(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  const addEnv = () => ({ HOME: folder, REGCTL_CONFIG: join(folder, 'regctl.json') });

  test.each(['me/oci/app', 'charts/app'])('helm pulls %s by its version with + (D8)', async (name) => {
    const destination = await mkdtemp(join(folder, 'pulled-'));
    const chart = `oci://${registry.host}/team/${name}`;
    const options = ['--version', '1.2.3+build.7', '--plain-http', '--prov', '--destination', destination];
    const { code, stderr } = await run(requireProgram('helm').path, ['pull', chart, ...options], {
      addEnv: addEnv(),
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const archive = await readFile(join(destination, 'app-1.2.3+build.7.tgz'));
    expect(archive.equals(CHART.bytes)).toBe(true);
    expect(await readFile(join(destination, 'app-1.2.3+build.7.tgz.prov'), 'utf8')).toBe(
      makeProvenance(CHART),
    );
  });

  test('regctl gets a file back', async () => {
    const regctl = requireProgram('regctl').path;
    const cargo = CARGO.at(-1);
    await run(regctl, ['registry', 'set', registry.host, '--tls', 'disabled'], { addEnv: addEnv() });
    const { code, stdout } = await run(
      regctl,
      ['artifact', 'get', `${registry.host}/${cargo?.repository}:${cargo?.tag}`],
      { addEnv: addEnv() },
    );
    expect(code).toBe(0);
    expect(stdout).toBe(FILE_TEXT);
  });

  test('regctl lists what is attached, by the fallback tag', async () => {
    const { stdout } = await run(
      requireProgram('regctl').path,
      ['artifact', 'list', `${registry.host}/team/org/index:1.0`, '--format', '{{json .}}'],
      { addEnv: addEnv() },
    );
    expect(stdout).toContain(referrers[0]?.content.root.digest);
  });
});

async function referrersOf(url: string, repository: string, subject: Digest): Promise<readonly string[]> {
  const api = await fetch(`${url}/v2/${repository}/referrers/${subject}`);
  const answer = api.ok
    ? api
    : await fetch(`${url}/v2/${repository}/manifests/${subject.replace(':', '-')}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
  const body = (await answer.json()) as { readonly manifests?: readonly { readonly digest: string }[] };
  return (body.manifests ?? []).map((entry) => entry.digest);
}
