// A list that is locked again: tags that name other bytes by now are told, by the engine and by the command alike.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine, quietContext } from '../../electron/engine/index.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import { makeImage, makeIndex } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { runAirlock } from '../support/run-airlock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const image = (seed: string, architecture = 'amd64') =>
  makeImage({ seed, platform: { os: 'linux', architecture } });

async function stand() {
  const gone = new Set<string>();
  const registry = await startRegistry({
    faults: ({ url }) =>
      [...gone].some((digest) => url.endsWith(digest)) ? { kind: 'answer', status: 404 } : undefined,
  });
  onTestFinished(() => registry.close());
  const folder = await tempFolder();
  const list = join(folder, 'plant.yaml');
  const host = new URL(registry.url).host;
  const write = (head: string) =>
    writeFile(
      list,
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: plant }\n${head}images: [${host}/team/app:1, ${host}/team/web:1]\n`,
    );
  const engine = createEngine({
    environment: { HOME: folder },
    stateFolder: join(folder, 'state'),
    version: '0.1.0',
    hosts: {},
  });
  const lock = () => engine.lock({ list, out: undefined, noFetch: false }, quietContext());
  await pushContent(registry.url, 'team/web', image('web'), '1');
  return { registry, gone, folder, list, host, write, engine, lock };
}

it('tells a tag that moved, with what it was, when, and whether its source still has that', async () => {
  const { registry, gone, host, write, engine, lock } = await stand();
  await write('');
  const [old, now] = [image('old'), image('new')];
  await pushContent(registry.url, 'team/app', old, '1');
  const first = await lock();
  expect(first.moved).toEqual([]);
  expect((await lock()).moved).toEqual([]);

  await pushContent(registry.url, 'team/app', now, '1');
  const before = registry.requests.length;
  const { moved, sources, path, summary, receipt } = await lock();
  const lockedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string;
  expect(moved).toEqual([
    {
      kind: 'image',
      reference: `${host}/team/app:1`,
      before: old.root.digest,
      now: now.root.digest,
      lockedAs: 'plant',
      lockedAt,
      isServed: true,
    },
  ]);
  const note = `${host}/team/app:1: same tag, other bytes: it was ${old.root.digest.slice(7, 19)} when plant was locked on `;
  expect(summary.notes).toEqual([expect.stringContaining(note)]);
  expect(receipt.notes).toEqual([expect.stringContaining(note)]);
  const view = await engine.lockView(path, { moved, sources });
  expect(view.sources).toEqual([{ host, requests: expect.any(Number) as number, limit: null }]);
  expect(view.sources[0]?.requests).toBe(registry.requests.length - before);
  expect(view.rows.map((row) => row.moved)).toEqual([
    { before: old.root.digest, lockedAs: 'plant', lockedAt, isServed: true },
    null,
  ]);

  gone.add(now.root.digest);
  await pushContent(registry.url, 'team/app', image('newest'), '1');
  expect((await lock()).moved).toMatchObject([{ before: now.root.digest, isServed: false }]);
});

it('does not take another choice of platforms for a tag that moved', async () => {
  const { registry, write, lock } = await stand();
  await write('');
  await pushContent(registry.url, 'team/app', makeIndex([image('app'), image('app', 'arm64')]), '1');
  await lock();
  await write('platforms: [linux/amd64]\n');
  expect((await lock()).moved).toEqual([]);
});

it('is said by the command as a note', async () => {
  const { registry, folder, list, write } = await stand();
  await write('');
  const environment = { AIRLOCK_HOME: join(folder, 'state'), HOME: folder, PATH: process.env['PATH'] };
  for (const seed of ['old', 'new']) {
    await pushContent(registry.url, 'team/app', image(seed), '1');
    const ran = await runAirlock(['lock', list], { environment });
    expect(ran.code).toBe(0);
    expect(ran.stdout.includes('note: ') && ran.stdout.includes('same tag, other bytes: it was')).toBe(
      seed === 'new',
    );
  }
});
