import { expect, it } from 'vitest';
import { createProgressMeter } from '../../../electron/engine/jobs/progress-meter.ts';
import type { ProgressSnapshot } from '../../../electron/engine/jobs/progress-meter.ts';

function meterAt() {
  let now = 0;
  const told: ProgressSnapshot[] = [];
  const meter = createProgressMeter({ now: () => now }, (snapshot) => told.push(snapshot));
  return { meter, told, wait: (milliseconds: number) => (now += milliseconds) };
}

it('tells at most ten times a second and loses no byte', () => {
  const { meter, told, wait } = meterAt();
  meter.report({ kind: 'stage', stage: 'transfer', totalBytes: 10_000 });
  for (let each = 0; each < 1000; each += 1) {
    wait(1);
    meter.report({ kind: 'bytes', bytes: 10 });
  }
  expect(told.length).toBeLessThanOrEqual(11);
  expect(meter.snapshot()).toMatchObject({ doneBytes: 10_000, totalBytes: 10_000 });
});

it('tells a new stage at once and counts it from nothing', () => {
  const { meter, told } = meterAt();
  meter.report({ kind: 'stage', stage: 'transfer', totalBytes: 10 });
  meter.report({ kind: 'bytes', bytes: 10 });
  meter.report({ kind: 'stage', stage: 'seal' });
  expect(told.map((snapshot) => snapshot.stage)).toEqual(['transfer', 'seal']);
  expect(told.at(-1)).toMatchObject({ doneBytes: 0, totalBytes: undefined });
});

it('gives the rate of the last five seconds, and the time left from it', () => {
  const { meter, wait } = meterAt();
  meter.report({ kind: 'stage', stage: 'transfer', totalBytes: 20_000 });
  for (let second = 0; second < 10; second += 1) {
    wait(1000);
    meter.report({ kind: 'bytes', bytes: second < 5 ? 100 : 1000 });
  }
  const snapshot = meter.snapshot();
  expect(snapshot.bytesPerSecond).toBeCloseTo(1000, 0);
  expect(snapshot.secondsLeft).toBeCloseTo(14.5, 0);
});

it('counts bytes that moved twice apart from progress, and items by how they ended', () => {
  const { meter } = meterAt();
  meter.report({ kind: 'stage', stage: 'push', totalItems: 3 });
  meter.report({ kind: 'bytes', bytes: 7, resent: true });
  meter.report({ kind: 'item', item: 'a', state: 'done' });
  meter.report({ kind: 'item', item: 'b', state: 'running' });
  meter.report({ kind: 'item', item: 'c', state: 'failed' });
  expect(meter.snapshot()).toMatchObject({
    doneBytes: 0,
    resentBytes: 7,
    doneItems: 1,
    failedItems: 1,
    totalItems: 3,
  });
});

it('counts what had no need to move as done, and not as speed', () => {
  const { meter, wait } = meterAt();
  meter.report({ kind: 'stage', stage: 'push', totalBytes: 20_000 });
  wait(1000);
  meter.report({ kind: 'bytes', bytes: 10_000, present: true });
  meter.report({ kind: 'bytes', bytes: 500 });
  expect(meter.snapshot()).toMatchObject({ doneBytes: 10_500, presentBytes: 10_000, bytesPerSecond: 500 });
});

it('makes no speed of the first pieces, which come at once', () => {
  const { meter, wait } = meterAt();
  meter.report({ kind: 'stage', stage: 'transfer', totalBytes: 1_000_000 });
  wait(1);
  meter.report({ kind: 'bytes', bytes: 64_000 });
  expect(meter.snapshot().bytesPerSecond).toBe(128_000);
});
