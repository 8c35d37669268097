// An operator's pause, going on and cancel are heard within a second, also in the middle of one large blob.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, createPause, quietContext } from '../../electron/engine/index.ts';
import type { Engine, JobContext } from '../../electron/engine/index.ts';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry } from '../support/built-in-registry.ts';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { startSlowFront } from '../support/slow-front.ts';
import type { SlowFront } from '../support/slow-front.ts';

const SECOND = 1000;
/** Nothing for this long: it stands. */
const QUIET_MS = 300;
const LARGE_BYTES = 24 * 1024 * 1024;

let folder: string;
let source: BuiltInRegistry;
let target: BuiltInRegistry;
let from: SlowFront;
let to: SlowFront;
let engine: Engine;
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-pause-'));
  [source, target] = await Promise.all([startRegistry(), startRegistry()]);
  [from, to] = await Promise.all([startSlowFront(source.url), startSlowFront(target.url)]);
  engine = createEngine({
    environment: { HOME: folder },
    stateFolder: at('state'),
    version: '0.1.0',
    hosts: {},
  });
  await pushContent(source.url, 'app', makeImage({ seed: 'large', layers: 1, layerSize: LARGE_BYTES }), '1');
  await writeFile(
    at('list.yaml'),
    `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: test }\nimages: ['${from.host}/app:1']\n`,
  );
  await engine.lock({ list: at('list.yaml'), out: undefined, noFetch: false }, quietContext());
  from.hurries = true;
  await pack('whole.airlock', quietContext());
});
beforeEach(() => {
  from.hurries = false;
  to.hurries = false;
});
afterAll(async () => {
  await Promise.all([from.close(), to.close()]);
  await Promise.all([source.close(), target.close()]);
  await rm(folder, { recursive: true, force: true });
});

function pack(output: string, context: JobContext) {
  return engine.pack(
    {
      source: at('test.lock.json'),
      output: at(output),
      pin: false,
      releaseStore: false,
      sealIncomplete: false,
    },
    context,
  );
}

function importInto(prefix: string, verifyFirst: boolean, context: JobContext) {
  return engine.import(
    {
      bundle: at('whole.airlock'),
      to: `${to.host}/${prefix}`,
      map: undefined,
      tags: 'fail',
      verifyFirst,
      dryRun: false,
      noTag: false,
    },
    context,
  );
}

/** A job that an operator works: begun, and in the middle of its large blob when this resolves. */
async function begin<T>(run: (context: JobContext) => Promise<T>) {
  const cancel = new AbortController();
  const pause = createPause();
  let bytes = 0;
  let lastMoved = performance.now();
  const moving = Promise.withResolvers<undefined>();
  const moved = () => bytes;
  const context = quietContext({
    signal: cancel.signal,
    pause,
    report: (event) => {
      if (event.kind !== 'bytes') return;
      bytes += event.bytes;
      lastMoved = performance.now();
      if (bytes > 300_000) moving.resolve(undefined);
    },
  });
  const ended = run(context).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await Promise.race([moving.promise, ended]);
  return {
    pause,
    ended,
    moved,
    cancel: () => cancel.abort(new AirlockError('CANCELLED', 'Cancelled.')),
    /** How long after `since` the last byte moved, once none does. */
    async stoodStill(since: number): Promise<number> {
      while (performance.now() - Math.max(lastMoved, since) < QUIET_MS) await wait(20);
      return lastMoved - since;
    },
    async movesAgain(): Promise<void> {
      const before = moved();
      const begun = performance.now();
      while (moved() === before && performance.now() - begun < 5 * SECOND) await wait(10);
    },
  };
}

async function remove(place: string): Promise<void> {
  if (place === '') return;
  for (const path of [place, `${place}.work`]) await rm(at(path), { recursive: true, force: true });
}

async function timeOf(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

const desks: readonly (readonly [string, (context: JobContext) => Promise<unknown>, string])[] = [
  ['pack into a folder', (context) => pack('new.airlock', context), 'new.airlock'],
  ['pack into a tar', (context) => pack('new.airlock.tar', context), 'new.airlock.tar'],
  ['import', (context) => importInto('new', false, context), ''],
];

describe('in the middle of a large blob', () => {
  it.each(desks)('%s is held, goes on, and is cancelled within a second each', async (_name, run, place) => {
    const job = await begin(run);
    const held = performance.now();
    job.pause.hold();
    expect(await job.stoodStill(held)).toBeLessThan(SECOND);
    expect(job.moved()).toBeLessThan(LARGE_BYTES / 2);

    job.pause.goOn();
    expect(await timeOf(job.movesAgain())).toBeLessThan(SECOND);

    job.cancel();
    expect(await timeOf(job.ended)).toBeLessThan(SECOND);
    expect(await job.ended).toMatchObject({ value: { receipt: { outcome: 'cancelled', exit: 130 } } });
    await remove(place);
  });

  it.each(desks)('%s is cancelled within a second while it is held', async (_name, run, place) => {
    const job = await begin(run);
    job.pause.hold();
    await job.stoodStill(performance.now());
    job.cancel();
    expect(await timeOf(job.ended)).toBeLessThan(SECOND);
    expect(await job.ended).toMatchObject({ value: { receipt: { outcome: 'cancelled' } } });
    await remove(place);
  });

  it.each(desks)('%s ends well after a pause', async (_name, run, place) => {
    const job = await begin(run);
    job.pause.hold();
    await job.stoodStill(performance.now());
    [from.hurries, to.hurries] = [true, true];
    job.pause.goOn();
    expect(await job.ended).toMatchObject({ value: { receipt: { outcome: 'done', exit: 0 } } });
    await remove(place);
  });
});
