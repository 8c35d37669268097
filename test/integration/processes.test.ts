// What befalls processes: killed in the middle of their work, started under a strict umask.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { hexOf } from '../../shared/domain/digest.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry, Fault, SeenRequest } from '../support/built-in-registry.ts';
import { makeChart, makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { run } from '../support/programs.ts';
import { runAirlock } from '../support/run-airlock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const LAUNCHER = join(ROOT, 'bin', 'airlock.mjs');

let folder: string;
let registry: BuiltInRegistry;
let faults: (request: SeenRequest) => Fault | undefined;
let environment: Record<string, string | undefined>;
const at = (...parts: readonly string[]) => join(folder, ...parts);
const image = makeImage({ seed: 'image', layers: 4, layerSize: 60_000 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-processes-'));
  environment = { AIRLOCK_HOME: at('state'), HOME: folder, PATH: process.env['PATH'] };
  faults = () => undefined;
  registry = await startRegistry({ faults: (request) => faults(request) });
  await pushContent(registry.url, 'org/app', image, '1');
  await mkdir(at('medium'));
  const chart = makeChart({ name: 'app', version: '1.0.0' });
  await writeFile(at(chart.fileName), chart.bytes);
  await writeFile(at('run.sh'), '#!/bin/sh\n');
  await writeFile(
    at('list.yaml'),
    `apiVersion: airlock/v1
kind: TransferList
metadata: { name: test }
images:
  - ${registry.host}/org/app:1
charts:
  - { path: ./${chart.fileName} }
files:
  - { path: ./run.sh, executable: true }
`,
  );
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Looks again until it is so. The test's own time limit ends what never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
}

const blobGets = () =>
  registry.requests
    .filter(({ method, url }) => method === 'GET' && url.includes('/blobs/'))
    .map(({ url }) => url.slice(url.lastIndexOf('/') + 1));

describe('a pack that is killed without a warning', () => {
  it('loses no finished blob: the next run fetches what it had not, and seals the same bundle (P7)', async () => {
    const layers = image.layers.map(({ descriptor: { digest } }) => digest);
    const [stuck = layers[0]] = layers.slice(-1);
    faults = ({ method, url }) =>
      method === 'GET' && url.endsWith(`/blobs/${stuck}`) ? { kind: 'stall' } : undefined;
    const child = spawn(
      NODE,
      [join(ROOT, 'electron', 'cli', 'main.ts'), 'pack', at('list.yaml'), '-o', at('medium')],
      {
        env: environment,
        stdio: 'ignore',
      },
    );
    const ended = new Promise((done) => child.once('close', (_code, signal) => done(signal)));
    const work = at('medium', 'test.airlock.work');
    await until(async () => {
      const files = await readdir(work, { recursive: true }).catch(() => []);
      const names = new Set(files.map((file) => file.slice(file.lastIndexOf('/') + 1)));
      const others = [digestOf(image.config), ...layers.slice(0, -1)];
      return blobGets().includes(stuck ?? '') && others.every((digest) => names.has(hexOf(digest)));
    });
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(await readdir(at('medium'))).toEqual(['test.airlock.work']);

    faults = () => undefined;
    const before = blobGets().length;
    const again = await runAirlock(['pack', at('list.yaml'), '-o', at('medium')], { environment });
    expect(again).toMatchObject({ code: 0 });
    expect(blobGets().slice(before)).toEqual([stuck]);
    expect(await readdir(at('medium'))).toEqual(['test.airlock']);
    const verified = await runAirlock(['verify', at('medium', 'test.airlock'), '--deep'], { environment });
    expect(verified).toMatchObject({ code: 0 });

    await runAirlock(['pack', at('list.yaml'), '-o', at('other.airlock')], {
      environment: { ...environment, SOURCE_DATE_EPOCH: await createdIn(at('medium', 'test.airlock')) },
    });
    const sums = (place: string) => readFile(join(place, 'SHA256SUMS'), 'utf8');
    expect(await sums(at('medium', 'test.airlock'))).toBe(await sums(at('other.airlock')));
  });
});

/** When a bundle's lock was made, in seconds. */
async function createdIn(place: string): Promise<string> {
  const { created } = JSON.parse(await readFile(join(place, 'airlock.json'), 'utf8')) as { created: string };
  return String(Date.parse(created) / 1000);
}

describe('a process with a strict umask', () => {
  it.each(['077', '027'])(
    'of %s packs and exports what others can read, modes as the list has them (E3)',
    async (umask) => {
      const airlock = (...args: readonly string[]) =>
        run('/bin/sh', ['-c', `umask ${umask}; exec "$0" "$@"`, NODE, LAUNCHER, ...args], {
          env: environment,
        });
      for (const name of ['test.airlock', 'test.airlock.tar'])
        expect(await airlock('pack', at('list.yaml'), '-o', at('medium', name))).toMatchObject({ code: 0 });
      const bundle = at('medium', 'test.airlock');
      for (const [option, place] of [
        ['--files', 'files'],
        ['--charts', 'charts'],
        ['--images', 'images.tar'],
      ] as const)
        expect(await airlock('export', bundle, option, at('medium', place))).toMatchObject({ code: 0 });
      const entries = await readdir(at('medium'), { recursive: true });
      expect(entries.length).toBeGreaterThan(20);
      for (const entry of entries) {
        const found = await stat(at('medium', entry));
        const expected = found.isDirectory() || entry === 'files/run.sh' ? 0o755 : 0o644;
        expect([entry, (found.mode & 0o777).toString(8)]).toEqual([entry, expected.toString(8)]);
      }
    },
  );
});
