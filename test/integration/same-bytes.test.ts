// One lock gives one bundle, whatever the concurrency and the form; and the disk holds the payload once while it is made.
import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, DEFAULT_LIMITS, quietContext } from '../../electron/engine/index.ts';
import type { Engine, JobContext } from '../../electron/engine/index.ts';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry } from '../support/built-in-registry.ts';
import {
  makeChart,
  makeDockerSave,
  makeImage,
  makeIndex,
  makeLayer,
  makeOciArchive,
  makeProvenance,
  seededBytes,
  writeOciLayout,
} from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';

let folder: string;
let registry: BuiltInRegistry;
let engine: Engine;
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-same-'));
  await Promise.all(['medium', 'again', 'state', 'next'].map((name) => mkdir(at(name))));
  registry = await startRegistry();
  engine = createEngine({
    environment: { HOME: folder },
    stateFolder: at('state'),
    version: '0.1.0',
    hosts: {},
  });
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function writeList(body: string, name = 'same'): Promise<string> {
  const path = at(`${name}.yaml`);
  await writeFile(path, `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: ${name} }\n${body}`);
  return path;
}

const lock = async (list: string) =>
  (await engine.lock({ list, out: undefined, noFetch: false }, quietContext())).path;

const pack = (source: string, output: string, context: Partial<JobContext> = {}) =>
  engine.pack(
    { source, output, pin: false, releaseStore: false, sealIncomplete: false },
    quietContext(context),
  );

/** SHA256SUMS with the size of each file that it lists. */
async function filesOf(place: string): Promise<Map<string, number>> {
  const sums = await readFile(join(place, 'SHA256SUMS'), 'utf8');
  return new Map(
    sums
      .trimEnd()
      .split('\n')
      .map((line) => [line, lstatSync(join(place, line.slice(66))).size]),
  );
}

const total = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + size, 0);

/** Bytes of everything below a folder, as an operating system counts them against a full disk. */
function bytesBelow(path: string): number {
  const sizes = readdirSync(path, { recursive: true, withFileTypes: true }).map((entry) => {
    try {
      return entry.isFile() ? lstatSync(join(entry.parentPath, entry.name)).size : 0;
    } catch {
      // Renamed between the listing and this question; it is counted under its other name or at the next look.
      return 0;
    }
  });
  return total(sizes);
}

describe('one lock', () => {
  it('of archives, charts and files of every kind gives equal SHA256SUMS as a folder and a tar, one blob or many at once (I36, I37)', async () => {
    const saved = makeImage({ seed: 'saved', compression: 'none', layerSize: 100_000 });
    const chart = makeChart({ name: 'app', version: '1.2.3+build' });
    await writeFile(at('saved.tar'), makeDockerSave([{ image: saved, tags: ['plant/saved:1'] }]));
    await writeFile(
      at('saved.tgz'),
      makeDockerSave([{ image: makeImage({ seed: 'zipped' }), tags: ['plant/zipped:1'] }], 'gzip'),
    );
    await writeFile(at('oci.tar'), makeOciArchive([{ content: makeImage({ seed: 'oci' }) }]));
    await writeFile(at('oci.tar.zst'), makeOciArchive([{ content: makeImage({ seed: 'zst' }) }], 'zstd'));
    await writeOciLayout(at('layout'), [{ content: makeIndex([makeImage({ seed: 'layout' })]) }]);
    await writeFile(at(chart.fileName), chart.bytes);
    await writeFile(at(`${chart.fileName}.prov`), makeProvenance(chart));
    await writeFile(at('tool.bin'), seededBytes('tool', 200_000));
    const path = await lock(
      await writeList(`images:
  - { archive: ./saved.tar }
  - { archive: ./saved.tgz }
  - { archive: ./oci.tar, as: 'plant/oci:1' }
  - { archive: ./oci.tar.zst, as: 'plant/zst:1' }
  - { archive: ./layout, as: 'plant/layout:1' }
charts:
  - { path: './${chart.fileName}' }
files:
  - { path: ./tool.bin, executable: true }
`),
    );
    const prints = new Map<string, string>();
    for (const [place, blobs] of [
      ['one.airlock', 1],
      ['many.airlock', 16],
      ['one.airlock.tar', 1],
      ['many.airlock.tar', 16],
    ] as const) {
      const context = { limits: { ...DEFAULT_LIMITS, blobs } };
      expect(await pack(path, at('medium', place), context)).toMatchObject({ sealed: 'now' });
      const bundle = await openBundle(at('medium', place));
      prints.set(place, bundle.fingerprint.hex);
      expect(bundle.manifest.items).toHaveLength(7);
      await bundle.close();
    }
    expect(new Set(prints.values()).size).toBe(1);
    const tars = await Promise.all(
      ['one', 'many'].map((name) => readFile(at('medium', `${name}.airlock.tar`))),
    );
    expect(tars[0]?.equals(tars[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

/** Two images on one base and a file, from a registry; about 1.3 MB of blobs. */
async function pushSet(): Promise<string> {
  const base = [makeLayer({ seed: 'base', size: 500_000 })];
  for (const name of ['one', 'two'])
    await pushContent(registry.url, `app/${name}`, makeImage({ seed: name, base, layerSize: 150_000 }), '1');
  await writeFile(at('tool.bin'), seededBytes('tool', 200_000));
  return `images:
  - ${registry.host}/app/one:1
  - ${registry.host}/app/two:1
files:
  - { path: ./tool.bin }
`;
}

describe('the disk', () => {
  it.each(['same.airlock', 'same.airlock.tar'])(
    'holds the payload once while %s is packed (P5)',
    async (name) => {
      const list = await writeList(await pushSet());
      let peak = 0;
      let looks = 0;
      const look = () => {
        looks += 1;
        peak = Math.max(peak, bytesBelow(at('medium')) + bytesBelow(at('state')));
      };
      // A copy that is made between two reports, as while sealing, would be seen by the clock.
      const clock = setInterval(look, 2);
      expect(await pack(list, at('medium', name), { report: look })).toMatchObject({ sealed: 'now' });
      clearInterval(clock);
      const sealed = bytesBelow(at('medium'));
      expect(looks).toBeGreaterThan(10);
      expect(peak).toBeGreaterThan(sealed / 2);
      // Beside the bundle: the lock, the journal and the owner file.
      expect(peak).toBeLessThan(sealed * 1.05);
    },
  );

  it.each(['same.airlock', 'same.airlock.tar'])(
    'is not written to for an import of %s, but for the receipt (P5)',
    async (name) => {
      const list = await writeList(await pushSet());
      await pack(list, at('medium', name));
      const before = bytesBelow(folder);
      let peak = 0;
      const choice = {
        map: undefined,
        tags: 'fail',
        verifyFirst: false,
        dryRun: false,
        noTag: false,
      } as const;
      const target = await startRegistry();
      try {
        const outcome = await engine.import(
          { bundle: at('medium', name), to: `${target.host}/team`, ...choice },
          quietContext({ report: () => (peak = Math.max(peak, bytesBelow(folder))) }),
        );
        expect(outcome.receipt).toMatchObject({ outcome: 'done' });
        expect(outcome.receipt.bytesSent).toBeGreaterThan(1_000_000);
        expect(peak).toBeGreaterThanOrEqual(before);
        expect(peak - before).toBeLessThan(1000);
        expect(bytesBelow(folder) - before).toBeLessThan(20_000);
      } finally {
        await target.close();
      }
    },
  );
});

describe('an unchanged set', () => {
  it('packed again is the same bundle but for what names it: under 1% of the bytes are new (P12)', async () => {
    const body = await pushSet();
    await pack(await writeList(body, 'march'), at('medium'));
    await pack(await writeList(body, 'april'), at('medium'));
    const march = await filesOf(at('medium', 'march.airlock'));
    const april = await filesOf(at('medium', 'april.airlock'));
    const fresh = [...april].filter(([line]) => !march.has(line));
    expect(fresh.length).toBeGreaterThan(0);
    expect(total(fresh.map(([, size]) => size))).toBeLessThan(total(april.values()) / 100);
    const { diff } = await engine.diff(
      at('medium', 'march.airlock'),
      at('medium', 'april.airlock'),
      quietContext(),
    );
    expect(diff).toMatchObject({ changes: [], same: 3, newBlobs: 0, newBytes: 0 });
  });
});
