// What a station tells of its job's hosts: how long each asks to wait, and what is under way at it.
import { expect, it } from 'vitest';
import { createStationJob } from '../../../electron/host/jobs/station-job.ts';
import type { JobSnapshot } from '../../../shared/station/job.ts';

const HOST = 'harbor.plant.example';

function jobAt() {
  let now = 1_000_000;
  const job = createStationJob({
    id: 'j',
    title: 'plant',
    request: { desk: 'check', bundle: '/media/USB/plant.airlock' },
    clock: { now: () => now, sleep: () => Promise.resolve() },
    events: { changed: () => undefined, itemsChanged: () => undefined, progress: () => undefined },
  });
  return { job, pass: (milliseconds: number) => (now += milliseconds) };
}

it('of several requests that a host has wait, the longest is the wait of the host, and is marked once', async () => {
  const { job, pass } = jobAt();
  const seen: JobSnapshot[] = [];
  await job.run(
    ({ report }) => {
      report({ kind: 'waiting', host: HOST, seconds: 60, why: 'It answered 429.' });
      report({ kind: 'waiting', host: HOST, seconds: 60, why: 'It answered 429.' });
      report({ kind: 'waiting', host: HOST, seconds: 1, why: 'It answered 503.' });
      seen.push(job.snapshot());
      pass(60_001);
      report({ kind: 'waiting', host: HOST, seconds: 2, why: 'It answered 503.' });
      seen.push(job.snapshot());
      return Promise.reject(new Error('enough'));
    },
    () => Promise.resolve(),
  );
  expect(seen.map(({ waits }) => waits)).toEqual([
    [{ host: HOST, until: 1_060_000, seconds: 60, why: 'It answered 429.' }],
    [{ host: HOST, until: 1_062_001, seconds: 2, why: 'It answered 503.' }],
  ]);
  expect(seen.at(-1)?.marks.map(({ text }) => text)).toEqual([
    'It answered 429, waited 60 s',
    'It answered 503, waited 2 s',
  ]);
});

it('counts blobs where they belong, and requests under way at each host', async () => {
  const { job } = jobAt();
  let numbers: JobSnapshot['numbers'] | undefined;
  await job.run(
    ({ report }) => {
      report({ kind: 'blobs', done: 3, total: 97 });
      report({ kind: 'connections', host: HOST, open: 2 });
      report({ kind: 'connections', host: HOST, open: 1 });
      numbers = job.snapshot().numbers;
      return Promise.reject(new Error('enough'));
    },
    () => Promise.resolve(),
  );
  expect(numbers).toMatchObject({
    blobs: { done: 3, total: 97 },
    hosts: [{ host: HOST, connections: 1 }],
  });
});
