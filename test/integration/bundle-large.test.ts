// Size: ten thousand items open at once, and thousands of files need few handles (E4, E6, I41).
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
    import { quietContext } from ${at('jobs/job-context.ts')};
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
