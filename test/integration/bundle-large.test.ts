// Size: ten thousand items open at once, thousands are imported, a large blob is served, and few files are open for it (E4, E6, I39, I41).
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { hexOf } from '../../shared/domain/digest.ts';
import type { Lock, LockItem } from '../../shared/format/lock.ts';
import { planBundle } from '../../electron/engine/bundle/index.ts';
import { formatSums } from '../../electron/engine/bundle/sums.ts';
import { canonicalJson } from '../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import { makeFile, makeLock, VERSION, writeBundle } from '../unit/bundle/locks.ts';

const exec = promisify(execFile);
const ITEMS = 10_000;
const LAYERS = 13;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-large-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a module in a process of its own, so that its memory is its own too. */
async function runAlone(code: string, limits = ''): Promise<Record<string, number>> {
  const at = (path: string) => JSON.stringify(new URL(`../../electron/engine/${path}`, import.meta.url).href);
  const source = `
    import { openBundle } from ${at('bundle/index.ts')};
    import { runVerify } from ${at('verify/run-verify.ts')};
    import { DEFAULT_LIMITS, quietContext, systemClock } from ${at('jobs/job-context.ts')};
    import { runImport } from ${at('import/index.ts')};
    import { createRegistryClient } from ${at('registry/index.ts')};
    import { parseTarget } from ${at('relocate/index.ts')};
    import { startServe } from ${at('serve/index.ts')};
    ${code}`;
  const shell = `${limits} exec "$0" --input-type=module -e "$1"`;
  const { stdout } = await exec('/bin/sh', ['-c', shell, process.execPath, source]);
  return JSON.parse(stdout) as Record<string, number>;
}

/** A lock of images that share nothing, with 15 blobs each. Only their digests are made up. */
function largeLock(): Lock {
  const blobs: { digest: Digest; size: number }[] = [];
  const manifests: Record<string, string> = {};
  const content = (mediaType: string, text: string) => {
    const blob = { digest: digestOf(text), size: text.length };
    blobs.push(blob);
    return { mediaType, ...blob };
  };
  const items = Array.from({ length: ITEMS }, (_, number): LockItem => {
    const manifest = canonicalJson({
      schemaVersion: 2,
      mediaType: MEDIA.ociManifest,
      config: content(MEDIA.ociConfig, `config ${number}`),
      layers: Array.from({ length: LAYERS }, (_unused, layer) =>
        content(MEDIA.ociLayerGzip, `layer ${number} ${layer}`),
      ),
    });
    const digest = digestOf(manifest);
    manifests[digest] = Buffer.from(manifest).toString('base64');
    const repository = `team-${number % 100}/application-${number}`;
    return {
      kind: 'image',
      reference: `registry.example/${repository}:1.${number}.0`,
      source: { type: 'registry', host: 'registry.example', repository },
      root: { mediaType: MEDIA.ociManifest, digest, size: manifest.byteLength },
      platforms: ['linux/amd64'],
      mode: 'keep',
    };
  });
  return {
    apiVersion: 'airlock/v1',
    kind: 'Lock',
    metadata: { name: 'large' },
    created: '2026-11-21T09:00:00Z',
    tool: { name: 'airlock', version: VERSION },
    listDigest: digestOf('large'),
    items,
    blobs,
    absent: [],
    manifests,
  };
}

describe('a bundle of ten thousand items', () => {
  it('opens in less than a second of processor time and 256 MB (E6)', async () => {
    const plan = planBundle(largeLock(), VERSION);
    const place = join(folder, 'large.airlock');
    await mkdir(place);
    const sums = [...plan.front].map(([path, bytes]) => [path, hexOf(digestOf(bytes))] as const);
    for (const [path, bytes] of plan.front) await writeFile(join(place, path), bytes);
    await writeFile(
      join(place, 'SHA256SUMS'),
      formatSums(new Map(sums), plan.blobs, () => ''),
    );
    expect(plan.blobs).toHaveLength(ITEMS * (LAYERS + 2));
    const { items, blobs, cpu, memory } = await runAlone(`
      const before = process.cpuUsage();
      const bundle = await openBundle(${JSON.stringify(place)});
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({
        items: bundle.manifest.items.length,
        blobs: bundle.manifest.blobs.length,
        cpu: (user + system) / 1e6,
        memory: process.resourceUsage().maxRSS * 1024,
      }));`);
    expect({ items, blobs }).toEqual({ items: ITEMS, blobs: ITEMS * (LAYERS + 2) });
    expect(cpu).toBeLessThan(1);
    expect(memory).toBeLessThan(256 * 1024 * 1024);
  });
});

describe('a bundle of a thousand items', () => {
  it('is imported in a heap of 64 MB and less than 256 MB in all (E4)', async () => {
    const COUNT = 1000;
    const made = makeLock(
      'many',
      Array.from({ length: COUNT }, (_, number) =>
        makeFile(`file-${number}`, Buffer.alloc(4096, `${number}`)),
      ),
    );
    const place = await writeBundle({ place: join(folder, 'many.airlock.tar'), made, concurrency: 8 });
    const target = await startRegistry();
    try {
      // Node lets its heap grow while there is room, needed or not; under a limit, what keeps its items dies.
      const { exit, carried, memory } = await runAlone(
        `
        const bundle = await openBundle(${JSON.stringify(place)});
        const client = createRegistryClient({
          limits: DEFAULT_LIMITS, clock: systemClock, environment: {}, authFile: '/nowhere/auth.json',
        });
        const { exit, items } = await runImport({
          bundle, target: parseTarget('${target.host}/team'),
          tags: 'fail', verifyFirst: false, dryRun: false, map: 'default', noTag: false,
        }, client, quietContext());
        console.log(JSON.stringify({
          exit,
          carried: items.filter(({ outcome }) => outcome === 'carried').length,
          memory: process.resourceUsage().maxRSS * 1024,
        }));
        await client.close();`,
        'export NODE_OPTIONS=--max-old-space-size=64;',
      );
      expect({ exit, carried }).toEqual({ exit: 0, carried: COUNT });
      expect(memory).toBeLessThan(256 * 1024 * 1024);
    } finally {
      await target.close();
    }
  });
});

describe('a bundle with one large blob', () => {
  it('is served from where it lies: memory stays what it was, whatever the size of the layer (I39)', async () => {
    const SIZE = 128 * 1024 * 1024;
    const place = await writeBundle({
      place: join(folder, 'blob.airlock.tar'),
      made: makeLock('blob', [makeFile('large.bin', Buffer.alloc(SIZE, 'large'))]),
    });
    const { got, memory, before } = await runAlone(`
      import { get } from 'node:http';
      const bundle = await openBundle(${JSON.stringify(place)});
      const serving = await startServe({ bundles: [bundle], host: '127.0.0.1', port: 0, stallMs: 10_000 });
      const ask = (range) => new Promise((done, fail) => {
        let got = 0;
        get(serving.url + '/files/large.bin', { headers: range }, (answer) => {
          answer.on('data', (chunk) => (got += chunk.byteLength)).on('end', () => done(got)).on('error', fail);
        }).on('error', fail);
      });
      const before = process.resourceUsage().maxRSS * 1024;
      const got = await ask({}) + await ask({ range: 'bytes=1000-1999' });
      console.log(JSON.stringify({ got, before, memory: process.resourceUsage().maxRSS * 1024 }));
      await serving.close();
      await bundle.close();`);
    expect(got).toBe(SIZE + 1000);
    expect((memory ?? 0) - (before ?? 0)).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a bundle of thousands of files', () => {
  it('is verified with few of them open at a time (I41)', async () => {
    const made = makeLock(
      'files',
      Array.from({ length: 1500 }, (_, number) => makeFile(`file-${number}`, Buffer.from(`${number}`))),
    );
    const place = await writeBundle({ place: join(folder, 'files.airlock'), made, concurrency: 8 });
    const { exit, ok } = await runAlone(
      `const bundle = await openBundle(${JSON.stringify(place)});
      const { exit, totals } = await runVerify({ bundle, deep: true, strict: true }, quietContext());
      console.log(JSON.stringify({ exit, ok: totals.ok }));`,
      'ulimit -n 64;',
    );
    expect({ exit, ok }).toEqual({ exit: 0, ok: 1500 * 2 + 1 + 5 });
  });
});
