// The import desk against registries of others: what left arrives with the same digests, and their clients take it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Digest } from '../../shared/domain/digest.ts';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import { runImport } from '../../electron/engine/import/index.ts';
import type { ImportRequest, ImportResult } from '../../electron/engine/import/index.ts';
import { DEFAULT_LIMITS, quietContext, systemClock } from '../../electron/engine/jobs/job-context.ts';
import { createRegistryClient } from '../../electron/engine/registry/index.ts';
import { parseTarget } from '../../electron/engine/relocate/index.ts';
import { startRegistry } from '../support/built-in-registry.ts';
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
import {
  CARGO,
  CHART,
  FILE_TEXT,
  flipBit,
  packItems,
  referrers,
  signature,
  signatureTag,
} from './import-cargo.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-import-'));
  await packItems(join(folder, 'cargo.airlock'), ITEMS);
  await packItems(join(folder, 'cargo.airlock.tar'), ITEMS);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ITEMS = CARGO.map(({ item }) => item);

async function importInto(
  host: string,
  place: string,
  request: Partial<ImportRequest> = {},
): Promise<ImportResult> {
  const bundle = await openBundle(place);
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
    await bundle.close();
  }
}

const REGISTRIES = [
  ['docker-registry', startDockerRegistry],
  ['registry', startDistribution],
  ['crane', startCraneRegistry],
] as const;

const FORMS = ['cargo.airlock', 'cargo.airlock.tar'];

for (const [program, start, form] of REGISTRIES.flatMap((each) =>
  FORMS.map((name) => [...each, name] as const),
))
  describeWith(program)(`out of ${form} into ${program}`, () => {
    let registry: RunningRegistry;
    let first: ImportResult;
    let second: ImportResult;
    beforeAll(async () => {
      registry = await start();
      first = await importInto(registry.host, join(folder, form));
      second = await importInto(registry.host, join(folder, form));
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
      const digest = shared[0]?.descriptor.digest as Digest;
      const place = await packItems(join(folder, `${program}-damaged-${form}`), [...items, ...ITEMS]);
      await flipBit(place, digest);
      const target = parseTarget(`${registry.host}/again`);
      const result = await importInto(registry.host, place, { target });
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
      const result = await importInto(registry.host, join(folder, form), {
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
  beforeAll(async () => {
    registry = await startDockerRegistry();
    await importInto(registry.host, join(folder, 'cargo.airlock'));
  });
  afterAll(() => registry.close());

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

test('an upload that breaks off is sent again from its start', async () => {
  const big = makeImage({ seed: 'breaks off', layers: 1, layerSize: 3_000_000 });
  const place = await packItems(join(folder, 'breaks-off.airlock'), [
    { reference: 'quay.io/org/big:1', content: big },
  ]);
  let dropped = 0;
  const registry = await startRegistry({
    faults: ({ method, headers }) => {
      if (method !== 'PUT' || Number(headers['content-length']) < 1_000_000 || dropped > 0) return undefined;
      dropped += 1;
      return { kind: 'drop' };
    },
  });
  try {
    const result = await importInto(registry.host, place);
    expect(result).toMatchObject({ outcome: 'done', exit: 0 });
    expect(dropped).toBe(1);
    expect((await pullContent(registry.url, 'team/org/big', '1')).root).toEqual(big.root);
  } finally {
    await registry.close();
  }
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
