// What a screen is told of each desk's job: the items beforehand, then whose bytes move, and no more of them than were planned.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, quietContext } from '../../electron/engine/index.ts';
import type { Engine, ImportChoice } from '../../electron/engine/index.ts';
import type { ProgressEvent } from '../../shared/job/progress.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry } from '../support/built-in-registry.ts';
import { makeImage, makeLayer } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';

let folder: string;
let source: BuiltInRegistry;
let target: BuiltInRegistry;
let engine: Engine;
const at = (...parts: readonly string[]) => join(folder, ...parts);
const bundle = () => at('test.airlock');

const base = [makeLayer({ seed: 'base', size: 300_000 })];
const one = makeImage({ seed: 'one', base });
const two = makeImage({ seed: 'two', base });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-progress-'));
  [source, target] = await Promise.all([startRegistry(), startRegistry()]);
  engine = createEngine({
    environment: { HOME: folder },
    stateFolder: at('state'),
    version: '0.1.0',
    hosts: {},
  });
  await pushContent(source.url, 'app/one', one, '1');
  await pushContent(source.url, 'app/two', two, '2');
  await writeFile(at('notes.txt'), 'notes'.repeat(1000));
  await writeFile(
    at('list.yaml'),
    [
      'apiVersion: airlock/v1',
      'kind: TransferList',
      'metadata: { name: test }',
      `images: [${source.host}/app/one:1, ${source.host}/app/two:2]`,
      'files: [{ path: notes.txt, as: notes.txt }]',
      '',
    ].join('\n'),
  );
});
afterAll(async () => {
  await source.close();
  await target.close();
  await rm(folder, { recursive: true, force: true });
});

function watch() {
  const events: ProgressEvent[] = [];
  const of = <K extends ProgressEvent['kind']>(kind: K) =>
    events.filter((event): event is ProgressEvent & { readonly kind: K } => event.kind === kind);
  return {
    context: quietContext({ report: (event) => events.push(event) }),
    events,
    /** The one plan, which came before the first byte. */
    plan(): readonly { readonly item: string; readonly itemKind: string; readonly bytes: number }[] {
      const plans = of('plan');
      expect(plans).toHaveLength(1);
      const first = events.findIndex((event) => event.kind === 'bytes');
      expect(first < 0 || events.findIndex((event) => event.kind === 'plan') < first).toBe(true);
      return plans[0]?.items ?? [];
    },
    /** Bytes of each item; of none under ''. */
    moved(): Record<string, number> {
      const sums: Record<string, number> = {};
      for (const { item = '', bytes } of of('bytes')) sums[item] = (sums[item] ?? 0) + bytes;
      return sums;
    },
    total: () => of('stage').reduce((last, { totalBytes }) => totalBytes ?? last, 0),
    ends: (): Record<string, string> =>
      Object.fromEntries(of('item').map(({ item, state }) => [item, state])),
    begins: () =>
      of('item')
        .filter(({ state }) => state === 'running')
        .map(({ item }) => item),
  };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
const bytesOf = (blobs: ReadonlyMap<string, Uint8Array>) =>
  sum([...blobs.values()].map((blob) => blob.byteLength));
const ONE = () => `${source.host}/app/one:1`;
const TWO = () => `${source.host}/app/two:2`;
const FILE = () => 'notes.txt';

const choice = (): ImportChoice => ({
  bundle: bundle(),
  to: `${target.host}/team`,
  map: undefined,
  tags: 'fail',
  verifyFirst: false,
  dryRun: false,
  noTag: false,
});

describe('the desks one after the other', () => {
  it('lock names its entries before it asks for any', async () => {
    const told = watch();
    await engine.lock({ list: at('list.yaml'), out: undefined, noFetch: false }, told.context);
    expect(told.plan()).toEqual([
      { item: ONE(), itemKind: 'image', bytes: 0 },
      { item: TWO(), itemKind: 'image', bytes: 0 },
      { item: FILE(), itemKind: 'file', bytes: 0 },
    ]);
    expect(told.ends()).toEqual({ [ONE()]: 'done', [TWO()]: 'done', [FILE()]: 'done' });
  });

  it('pack tells what each item needs, and counts what they share for the one that moves it', async () => {
    const told = watch();
    const request = { source: at('test.lock.json'), output: bundle(), pin: false, releaseStore: false };
    await engine.pack({ ...request, sealIncomplete: false }, told.context);
    const plan = Object.fromEntries(told.plan().map(({ item, bytes }) => [item, bytes]));
    expect(plan).toMatchObject({ [ONE()]: bytesOf(one.blobs), [TWO()]: bytesOf(two.blobs) });
    const moved = told.moved();
    expect(sum(Object.values(moved))).toBe(told.total());
    expect(moved[TWO()]).toBeLessThan(100_000);
    expect(moved[ONE()]).toBeGreaterThan(300_000);
    expect(moved[FILE()]).toBe(5000);
    expect(told.begins().toSorted()).toEqual([FILE(), ONE(), TWO()].toSorted());
    expect(told.ends()).toEqual({ [ONE()]: 'done', [TWO()]: 'done', [FILE()]: 'done' });

    const again = watch();
    await engine.pack({ ...request, sealIncomplete: false }, again.context);
    expect(again.plan()).toHaveLength(3);
    expect(again.ends()).toEqual({ [ONE()]: 'present', [TWO()]: 'present', [FILE()]: 'present' });
  });

  it('verify tells whose bytes it reads', async () => {
    const told = watch();
    await engine.verify({ bundle: bundle(), deep: false, strict: false }, told.context);
    expect(Object.fromEntries(told.plan().map(({ item, bytes }) => [item, bytes]))).toMatchObject({
      [ONE()]: bytesOf(one.blobs),
      [TWO()]: bytesOf(two.blobs),
    });
    const moved = told.moved();
    expect(sum(Object.values(moved))).toBe(told.total());
    expect(Object.keys(moved).toSorted()).toEqual([ONE(), TWO(), FILE()].toSorted());
    expect(moved[ONE()]).toBe(bytesOf(one.blobs));
    expect(told.ends()).toEqual({ [ONE()]: 'done', [TWO()]: 'done', [FILE()]: 'done' });
  });

  it('a plan and a check leave no receipt', async () => {
    const before = await readdir(at('state', 'receipts'));
    const told = watch();
    const plan = await engine.plan(choice(), told.context);
    expect(plan.bundle.name).toBe('test');
    expect(plan.rows.map(({ there }) => there)).toEqual(['nothing', 'nothing', 'nothing']);
    const checked = watch();
    const { inspection } = await engine.check(bundle(), checked.context);
    expect(inspection.items).toHaveLength(3);
    expect(checked.events).toEqual([{ kind: 'stage', stage: 'check' }]);
    expect(await readdir(at('state', 'receipts'))).toEqual(before);
    expect(target.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('a plan that is cancelled has no rows to show', async () => {
    const context = quietContext({ signal: AbortSignal.abort(new Error('cancelled')) });
    await expect(engine.plan(choice(), context)).rejects.toThrow('cancelled');
  });

  it('import comes to all that it told, shared layers once', async () => {
    const told = watch();
    await engine.import(choice(), told.context);
    expect(Object.fromEntries(told.plan().map(({ item, bytes }) => [item, bytes]))).toMatchObject({
      [ONE()]: bytesOf(one.blobs),
      [TWO()]: bytesOf(two.blobs),
    });
    const moved = told.moved();
    expect(sum(Object.values(moved))).toBe(told.total());
    expect(Object.keys(moved).toSorted()).toEqual([ONE(), TWO(), FILE()].toSorted());
    expect(told.ends()).toEqual({ [ONE()]: 'done', [TWO()]: 'done', [FILE()]: 'done' });

    const again = watch();
    await engine.import({ ...choice(), left: [`image ${ONE()}`] }, again.context);
    expect(again.plan().map(({ item }) => item)).toEqual([TWO(), FILE()]);
    expect(sum(Object.values(again.moved()))).toBe(again.total());
    expect(Object.values(again.ends())).toEqual(['present', 'present']);
  });
});
