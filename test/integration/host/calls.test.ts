// What the engine process answers beside jobs: contents, places, settings, registries, the server, history and reports.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../shared/station/contents.ts';
import type { ServeState } from '../../../shared/ipc/schemas.ts';
import type { JobSnapshot } from '../../../shared/station/job.ts';
import { hasEnded, startEngine } from '../../support/start-engine.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { startRegistry } from '../../support/built-in-registry.ts';
import { makeCargo, packed, toTarget } from './cargo.ts';

const draftOf = (name: string, items: Draft['items']): Draft => ({
  name,
  platforms: [],
  index: 'keep',
  items,
  rest: {},
});

describe('contents', () => {
  it('shows a lock that is given in place of a list, and asks nobody', async () => {
    const { registry, lockPath } = await makeCargo();
    await registry.close();
    const { calls, job } = await startEngine();
    expect((await calls.contents.read({ text: null, paths: [lockPath] })).lockPath).toBe(lockPath);
    const id = await calls.jobs.start({ desk: 'lock', draft: draftOf('given', []), listPath: lockPath });
    expect(await job(id, hasEnded)).toMatchObject({ state: 'done' });
    expect(await calls.jobs.result({ job: id })).toMatchObject({ desk: 'lock', lock: { path: lockPath } });
  });

  it('reads text, writes it as a list, and locks it with the lock beside it', async () => {
    const { registry } = await makeCargo();
    const { calls, job, stateFolder } = await startEngine();
    const found = await calls.contents.read({
      text: `${registry.host}/team/app-0:1.0\n${registry.host}/team/app-1:1.0\n`,
      paths: [],
    });
    expect(found.items).toHaveLength(2);
    const draft = draftOf('typed', found.items);
    const { path } = await calls.contents.write({ draft, left: [], own: null });
    expect(path).toBe(join(stateFolder, 'lists', 'typed.yaml'));
    expect(await readFile(path, 'utf8')).toContain(`${registry.host}/team/app-1:1.0`);

    const id = await calls.jobs.start({ desk: 'lock', draft, listPath: path });
    const locked = await job(id, hasEnded);
    expect(locked).toMatchObject({ state: 'done', title: 'typed', request: { listPath: path } });
    expect(await calls.jobs.result({ job: id })).toMatchObject({
      desk: 'lock',
      lock: { name: 'typed', path: join(stateFolder, 'lists', 'typed.lock.json'), images: 2 },
    });
    expect(await calls.contents.suggest({ text: 'team/app-1' })).toEqual([`${registry.host}/team/app-1:1.0`]);
  });

  it('writes no list and no lock over those of another draft of that name', async () => {
    const { registry } = await makeCargo();
    const { calls, job, stateFolder } = await startEngine();
    const locks: string[] = [];
    for (const text of [`${registry.host}/team/app-0:1.0`, `${registry.host}/team/app-1:1.0`]) {
      const { items } = await calls.contents.read({ text, paths: [] });
      const id = await calls.jobs.start({ desk: 'lock', draft: draftOf('plant', items), listPath: null });
      expect(await job(id, hasEnded)).toMatchObject({ state: 'done' });
      const result = await calls.jobs.result({ job: id });
      if (result?.desk === 'lock') locks.push(result.lock.path);
    }
    const lists = join(stateFolder, 'lists');
    expect(locks).toEqual([join(lists, 'plant.lock.json'), join(lists, 'plant-2.lock.json')]);
    expect(await readFile(join(lists, 'plant.yaml'), 'utf8')).toContain('app-0');
    expect(await readFile(join(lists, 'plant-2.yaml'), 'utf8')).toContain('app-1');
  });

  it('refuses a name that would leave the folder for lists', async () => {
    const { calls } = await startEngine();
    await expect(
      calls.contents.write({ draft: draftOf('../out', []), left: [], own: null }),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});

it('ejects the medium of a bundle once that is sealed, where it was told so', async () => {
  const cargo = await makeCargo();
  const started = await startEngine({ environment: { AIRLOCK_MEDIA: cargo.medium } });
  const { calls, job } = started;
  const pack = async (output: string, ejectAfter: boolean) => {
    const id = await calls.jobs.start({
      desk: 'pack',
      lockPath: cargo.lockPath,
      output,
      sealIncomplete: false,
      ejectAfter,
    });
    await job(id, hasEnded);
    return calls.jobs.result({ job: id });
  };
  expect(await pack(join(cargo.medium, 'kept.airlock'), false)).toMatchObject({ ejected: null });
  expect(await pack(join(cargo.medium, 'out.airlock'), true)).toMatchObject({
    sealed: 'now',
    ejected: { name: 'medium', error: null },
  });
  expect(await pack(join(await tempFolder(), 'fixed.airlock'), true)).toMatchObject({ ejected: null });
});

it('lists media by AIRLOCK_MEDIA with their bundles, and the folder for bundles', async () => {
  const cargo = await makeCargo();
  const own = await tempFolder();
  const started = await startEngine({ environment: { AIRLOCK_MEDIA: `${cargo.medium}:relative` } });
  const { calls } = started;
  const output = await packed(cargo, started);
  await writeFile(join(cargo.medium, 'broken.airlock.tar'), 'no bundle');
  await calls.settings.save({ folders: { bundles: own } });
  const media = await calls.media.list(undefined);
  expect(media.find(({ path }) => path === cargo.medium)).toMatchObject({
    kind: 'usb',
    name: 'medium',
    removable: true,
    readOnly: false,
    bundles: [{ path: output, name: 'cargo', form: 'directory', items: 2 }],
  });
  expect(media.find(({ path }) => path === own)).toMatchObject({ kind: 'folder', removable: false });
  expect(await calls.media.eject({ path: cargo.medium })).toBeUndefined();
  await expect(calls.media.eject({ path: '/' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('walks through folders, folders first, and leaves out what begins with a dot', async () => {
  const folder = await tempFolder();
  const { calls } = await startEngine();
  for (const name of ['b', 'a.airlock', '.hidden']) await mkdir(join(folder, name));
  for (const name of ['z.yaml', 'a.airlock.tar']) await writeFile(join(folder, name), 'x');
  const { entries, parent } = await calls.files.list({ folder });
  expect(parent).not.toBeNull();
  expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
    ['b', 'folder'],
    ['a.airlock', 'bundle'],
    ['a.airlock.tar', 'bundle'],
    ['z.yaml', 'file'],
  ]);
  await expect(calls.files.list({ folder: join(folder, 'none') })).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
});

it('checks a bundle, plans and imports it, and asks where a tag names something else', async () => {
  const cargo = await makeCargo();
  const target = await startRegistry();
  const started = await startEngine();
  const { calls, job } = started;
  const bundle = await packed(cargo, started);

  const check = await calls.jobs.start({ desk: 'check', bundle });
  expect(await job(check, hasEnded)).toMatchObject({ state: 'done' });
  expect(await calls.jobs.result({ job: check })).toMatchObject({ desk: 'check', bundle: { name: 'cargo' } });

  const plan = await calls.jobs.start({ desk: 'plan', ...toTarget(bundle, target.host) });
  expect(await job(plan, hasEnded)).toMatchObject({ state: 'done' });
  expect(await calls.jobs.result({ job: plan })).toMatchObject({
    desk: 'plan',
    rows: [{ there: 'nothing' }, { there: 'nothing' }],
  });

  // Another image under the name that the import gives.
  const first = `${target.host}/mirror/team/app-0:1.0`;
  const swap = await calls.jobs.start({
    desk: 'import',
    ...toTarget(bundle, target.host),
    renamed: { [`image ${cargo.registry.host}/team/app-1:1.0`]: 'team/app-0:1.0' },
    left: [`image ${cargo.registry.host}/team/app-0:1.0`],
    tags: 'fail',
    decided: {},
    verifyFirst: false,
  });
  expect(await job(swap, hasEnded)).toMatchObject({ state: 'done' });

  const asking = await calls.jobs.start({
    desk: 'import',
    ...toTarget(bundle, target.host),
    tags: 'ask',
    decided: {},
    verifyFirst: false,
  });
  const asked = await job(asking, ({ state }) => state === 'asking');
  expect(asked.question).toMatchObject({ kind: 'tagConflict', target: first });
  await expect(
    calls.jobs.answer({ job: asking, answer: { kind: 'secret', value: 'x' } }),
  ).rejects.toMatchObject({ code: 'BAD_CALL' });
  await calls.jobs.answer({ job: asking, answer: { kind: 'tagConflict', choice: 'overwrite' } });
  expect(await job(asking, hasEnded)).toMatchObject({ state: 'done', question: null });
  await target.close();
});

it('serves bundles, tells of requests at most twice a second, and stops', async () => {
  const cargo = await makeCargo();
  const started = await startEngine();
  const { calls, heard, events } = started;
  const bundle = await packed(cargo, started);
  const input = {
    bundles: [bundle],
    address: '127.0.0.1',
    port: 0,
    writable: null,
    tlsCert: null,
    tlsKey: null,
  };
  const on = await calls.serve.start(input);
  expect(on).toMatchObject({ on: true, isPlainHttp: true, bundles: [{ name: 'cargo' }], requests: 0 });
  await expect(calls.serve.start(input)).rejects.toMatchObject({ code: 'IN_USE' });

  for (let request = 0; request < 20; request += 1) await (await fetch(`${on.url ?? ''}/v2/`)).text();
  await (await fetch(`${on.url ?? ''}/v2/none/manifests/1`)).text();
  const state = (await heard(
    'serve.changed',
    (payload) => (payload as ServeState).refused === 1,
  )) as ServeState;
  expect(state.requests).toBe(21);
  expect(state.recent[0]).toMatchObject({ method: 'GET', path: '/v2/none/manifests/1', status: 404 });
  expect(events.filter(({ name }) => name === 'serve.changed').length).toBeLessThan(6);
  expect(await calls.serve.stop(undefined)).toMatchObject({ on: false, url: null });
  await expect(fetch(on.url ?? '')).rejects.toThrow();
});

it('finds its own jobs in the history, and renders their reports', async () => {
  const cargo = await makeCargo();
  const started = await startEngine();
  const { calls, job } = started;
  const bundle = await packed(cargo, started);
  const verify = await calls.jobs.start({ desk: 'verify', bundle, deep: true, strict: false });
  await job(verify, hasEnded);
  const { rows, total } = await calls.history.list({
    text: 'app-1',
    desk: null,
    outcome: null,
    offset: 0,
    limit: 10,
  });
  expect(total).toBe(2);
  expect(rows.map(({ desk }) => desk).toSorted()).toEqual(['pack', 'verify']);
  const receiptJob = rows.find(({ desk }) => desk === 'verify')?.job ?? '';
  expect(await calls.history.receipt({ job: receiptJob })).toMatchObject({ desk: 'verify', outcome: 'done' });
  const report = await calls.reports.render({ job: verify, format: 'html' });
  expect(report.text).toContain('Every byte is what was packed.');
  expect((await calls.reports.render({ job: receiptJob, format: 'html' })).text).toBe(report.text);
  const packedJob = rows.find(({ desk }) => desk === 'pack')?.job ?? '';
  expect(JSON.parse((await calls.reports.render({ job: packedJob, format: 'json' })).text)).toMatchObject({
    receipt: 1,
    desk: 'pack',
  });
});

it('keeps the login of a window in the keyring, and one of the web station in a file', async () => {
  const registry = await startRegistry();
  const kept: unknown[] = [];
  const window = await startEngine({
    host: 'window',
    onAsk: (question) => {
      kept.push(question);
      if (question.what === 'storeLogin')
        return Promise.resolve({ what: 'storeLogin', storedIn: "this system's keyring", plainText: false });
      return Promise.resolve(
        question.what === 'login' ? { what: 'login', login: null } : { what: 'forgetLogin' },
      );
    },
  });
  const login = { host: registry.host, username: 'amy', password: 'hunter2' };
  expect(await window.calls.registries.login(login)).toEqual({
    storedIn: "this system's keyring",
    plainText: false,
  });
  expect(kept).toContainEqual({ what: 'storeLogin', ...login });
  await window.calls.registries.logout({ host: registry.host });
  expect(kept).toContainEqual({ what: 'forgetLogin', host: registry.host });

  const web = await startEngine({ environment: { DOCKER_CONFIG: '/none' } });
  expect(await web.calls.registries.login(login)).toMatchObject({ plainText: true });
  expect(await readFile(join(web.stateFolder, 'auth.json'), 'utf8')).toContain(registry.host);
  const profile = {
    host: registry.host,
    prefix: '',
    usedAs: 'target',
    plainHttp: true,
    certificate: null,
    connections: null,
  } as const;
  await web.calls.settings.save({ registries: [{ host: registry.host, to: profile }] });
  const tested = await web.calls.registries.test({
    host: registry.host,
    prefix: '',
    plainHttp: true,
    certificate: null,
    login: null,
  });
  expect(tested.error).toBeNull();
  expect((await web.calls.settings.get(undefined)).registries[0]?.lastTest).toMatchObject({ isGood: true });
  await registry.close();
});

it('tells of a job at most ten times a second, whatever happens in it', async () => {
  const { lockPath, medium } = await makeCargo({ images: 40, layerSize: 2_000 });
  const { calls, events, job } = await startEngine();
  const output = join(medium, 'cargo.airlock');
  const id = await calls.jobs.start({ desk: 'pack', lockPath, output, sealIncomplete: false });
  const { started, ended, seq } = await job(id, hasEnded);
  const most = Math.ceil(((ended ?? started) - started) / 100) + 3;
  for (const name of ['jobs.changed', 'jobs.progress', 'jobs.itemsChanged'])
    expect(events.filter((event) => event.name === name).length).toBeLessThanOrEqual(most);
  const seqs = events.flatMap(({ name, payload }) =>
    name === 'jobs.changed' ? [(payload as JobSnapshot).seq] : [],
  );
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
  expect(seqs.at(-1)).toBe(seq);
});
