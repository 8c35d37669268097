// Jobs of a station in a real engine process: followed, held, cancelled, lost with their process and gone on with.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/station/settings.ts';
import { startRegistry } from '../../support/built-in-registry.ts';
import { hasEnded, startEngine } from '../../support/start-engine.ts';
import { makeCargo } from './cargo.ts';

const SLOW = { limits: { bytesPerSecond: 200_000 } };

it('packs, verifies and imports, and tells every item on the way', async () => {
  const { lockPath, medium } = await makeCargo();
  const target = await startRegistry();
  const { calls, job, heard, stateFolder } = await startEngine();
  const output = join(medium, 'cargo.airlock');

  const packing = await calls.jobs.start({ desk: 'pack', lockPath, output, sealIncomplete: false });
  const packed = await job(packing, hasEnded);
  expect(packed).toMatchObject({ desk: 'pack', title: 'cargo', state: 'done', error: null });
  expect(packed.stages.map(({ stage }) => stage)).toContain('transfer');
  expect(packed.numbers).toMatchObject({ doneItems: 2, totalItems: 2, failedItems: 0 });
  expect(await calls.jobs.items({ job: packing })).toMatchObject([
    { kind: 'image', state: 'done' },
    { kind: 'image', state: 'done' },
  ]);
  await heard('jobs.itemsChanged');
  const packResult = await calls.jobs.result({ job: packing });
  expect(packResult).toMatchObject({ desk: 'pack', sealed: 'now', place: output });

  const verifying = await calls.jobs.start({ desk: 'verify', bundle: output, deep: false, strict: false });
  expect(await job(verifying, hasEnded)).toMatchObject({ state: 'done' });
  expect(await calls.jobs.result({ job: verifying })).toMatchObject({
    desk: 'verify',
    report: { verdict: 'whole' },
  });

  const importing = await calls.jobs.start({
    desk: 'import',
    bundle: output,
    to: `${target.host}/mirror`,
    names: 'default',
    renamed: {},
    left: [],
    tags: 'fail',
    decided: {},
    verifyFirst: false,
  });
  expect(await job(importing, hasEnded)).toMatchObject({ state: 'done' });
  expect((await calls.jobs.items({ job: importing })).map(({ state }) => state)).toEqual(['done', 'done']);

  const { bundle, lastVerify } = await calls.bundles.inspect({ bundle: output });
  expect(bundle.name).toBe('cargo');
  expect(lastVerify).toMatchObject({ outcome: 'done' });
  expect(await readdir(join(stateFolder, 'jobs'))).not.toContainEqual(expect.stringMatching(/\.json$/));
  const seen = (await calls.jobs.list(undefined)).map(({ id }) => id);
  expect(seen.toSorted()).toEqual([packing, verifying, importing].toSorted());
  await target.close();
});

it('holds a job within a second and goes on with it, and cancels another within a second', async () => {
  const { lockPath, medium } = await makeCargo({ images: 3, layerSize: 400_000 });
  const { calls, job, heard } = await startEngine();
  await calls.settings.save(SLOW);
  const start = (name: string) =>
    calls.jobs.start({ desk: 'pack', lockPath, output: join(medium, name), sealIncomplete: false });

  const held = await start('held.airlock');
  await heard('jobs.progress', (payload) => (payload as { job: string }).job === held);
  const asked = performance.now();
  await calls.jobs.pause({ job: held });
  const paused = await job(held, ({ state }) => state === 'paused');
  expect(performance.now() - asked).toBeLessThan(1_000);
  expect(paused.numbers).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });

  const dropped = await start('dropped.airlock');
  await heard('jobs.progress', (payload) => (payload as { job: string }).job === dropped);
  const cancelled = performance.now();
  await calls.jobs.cancel({ job: dropped });
  expect(performance.now() - cancelled).toBeLessThan(1_000);
  expect(await job(dropped, hasEnded)).toMatchObject({ state: 'cancelled', error: null });

  await calls.settings.save({ limits: DEFAULT_SETTINGS.limits });
  await calls.jobs.goOn({ job: held });
  expect(await job(held, hasEnded)).toMatchObject({ state: 'done' });
});

it('finds a job interrupted after its engine was killed, and finishes it with what was there', async () => {
  const { registry, lockPath, medium } = await makeCargo({ images: 3, layerSize: 400_000 });
  const { calls, supervisor, heard, next, job } = await startEngine();
  await calls.settings.save(SLOW);
  const output = join(medium, 'cargo.airlock');
  const first = await calls.jobs.start({ desk: 'pack', lockPath, output, sealIncomplete: false });
  await heard(
    'jobs.progress',
    (payload) => (payload as { numbers: { doneBytes: number } }).numbers.doneBytes > 500_000,
  );

  const before = supervisor.pid;
  if (before === undefined) throw new Error('no engine');
  const back = next('station.changed', (payload) => (payload as { engine: string }).engine === 'running');
  process.kill(before, 'SIGKILL');
  await back;
  expect(supervisor.pid).not.toBe(before);

  const [lost] = await calls.jobs.list(undefined);
  expect(lost).toMatchObject({ id: first, state: 'interrupted', desk: 'pack', title: 'cargo' });
  await calls.settings.save({ limits: DEFAULT_SETTINGS.limits });
  const asked = registry.requests.length;
  const second = await calls.jobs.again({ job: first });
  expect(await job(second, hasEnded)).toMatchObject({ state: 'done' });
  const again = registry.requests
    .slice(asked)
    .filter(({ method, url }) => method === 'GET' && url.includes('/blobs/'));
  expect(again.length).toBeLessThan(9);
  expect((await calls.jobs.list(undefined)).map(({ id }) => id)).toEqual([second]);
});

it('keeps and tells no password that somebody typed before a target', async () => {
  const { calls, events, stateFolder } = await startEngine();
  const names = {
    bundle: '/nowhere.airlock',
    to: 'joe:pa55word@registry.example/x',
    names: 'default',
  } as const;
  const asked = { ...names, renamed: {}, left: [] };
  const rest = { tags: 'ask', decided: {}, verifyFirst: false } as const;
  for (const request of [
    { desk: 'plan', ...asked },
    { desk: 'import', ...asked, ...rest },
  ] as const)
    await expect(calls.jobs.start(request)).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
      message: expect.not.stringContaining('pa55word') as string,
    });
  expect(await readdir(join(stateFolder, 'jobs'))).toEqual([expect.stringMatching(/\.lock$/)]);
  expect(JSON.stringify(events)).not.toContain('pa55word');
});

it('leaves the running jobs of another station alone', async () => {
  const { lockPath, medium } = await makeCargo({ images: 1, layerSize: 400_000 });
  const one = await startEngine();
  await one.calls.settings.save(SLOW);
  const running = await one.calls.jobs.start({
    desk: 'pack',
    lockPath,
    output: join(medium, 'cargo.airlock'),
    sealIncomplete: false,
  });
  await one.heard('jobs.progress');
  const other = await startEngine({ stateFolder: one.stateFolder });
  expect(await other.calls.jobs.list(undefined)).toEqual([]);
  await one.supervisor.close();
  const next = await startEngine({ stateFolder: one.stateFolder });
  expect(await next.calls.jobs.list(undefined)).toMatchObject([{ id: running, state: 'interrupted' }]);
});

it('keeps a job that failed in part, and goes on with it after a restart', async () => {
  let isBroken = false;
  const { lockPath, medium } = await makeCargo({
    images: 2,
    faults: ({ method, url }) =>
      isBroken && method === 'GET' && url.includes('app-1/blobs')
        ? { kind: 'answer', status: 404 }
        : undefined,
  });
  isBroken = true;
  const first = await startEngine();
  const id = await first.calls.jobs.start({
    desk: 'pack',
    lockPath,
    output: join(medium, 'cargo.airlock'),
    sealIncomplete: false,
  });
  expect(await first.job(id, hasEnded)).toMatchObject({ state: 'partial', error: null });
  const failed = (await first.calls.jobs.items({ job: id })).find(({ state }) => state === 'failed');
  expect(failed?.error?.message).toMatch(/./);
  await first.supervisor.close();

  isBroken = false;
  const second = await startEngine({ stateFolder: first.stateFolder });
  expect(await second.calls.jobs.list(undefined)).toMatchObject([{ id, state: 'partial' }]);
  expect((await second.calls.jobs.items({ job: id })).map(({ state }) => state).toSorted()).toEqual([
    'done',
    'failed',
  ]);
  const again = await second.calls.jobs.again({ job: id });
  expect(await second.job(again, hasEnded)).toMatchObject({ state: 'done' });
});
