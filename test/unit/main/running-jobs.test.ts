// What a desktop does about jobs: awake while one runs, a bar on the icon, a word at the end for those who look elsewhere.
import { describe, expect, it } from 'vitest';
import { createRunningJobs } from '../../../electron/main/running-jobs.ts';
import type { Desktop } from '../../../electron/main/running-jobs.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { JobNumbers, JobSnapshot } from '../../../shared/station/job.ts';

const NUMBERS: JobNumbers = {
  doneBytes: 0,
  totalBytes: 1000,
  resentBytes: 0,
  presentBytes: 0,
  blobs: null,
  hosts: [],
  doneItems: 0,
  failedItems: 0,
  totalItems: 34,
  bytesPerSecond: 0,
  secondsLeft: null,
};

function job(change: Partial<JobSnapshot>): JobSnapshot {
  return {
    id: 'j1',
    desk: 'pack',
    title: 'coder',
    request: { desk: 'pack', lockPath: '/l', output: '/o', sealIncomplete: false },
    state: 'running',
    stage: 'transfer',
    stages: [],
    started: 0,
    ended: null,
    numbers: NUMBERS,
    marks: [],
    waits: [],
    notices: [],
    question: null,
    error: null,
    seq: 1,
    ...change,
  };
}

function watch(isWatched = false) {
  const told: string[] = [];
  const desktop: Desktop = {
    stayAwake: () => told.push('awake'),
    maySleep: () => told.push('sleep'),
    showProgress: (bar) => told.push(bar === null ? 'no bar' : `${bar.mode} ${bar.share ?? '?'}`),
    isWatched: () => isWatched,
    notify: ({ title, body }) => told.push(`${title}: ${body}`),
    wantAttention: () => told.push('attention'),
  };
  const jobs = createRunningJobs(desktop);
  return { jobs, told, take: () => told.splice(0) };
}

describe('a running job', () => {
  it('keeps the machine awake until it is held, and again when it goes on', () => {
    const { jobs, take } = watch();
    jobs.changed(job({}));
    expect(take()).toEqual(['awake', 'normal 0']);
    jobs.changed(job({ state: 'paused' }));
    expect(take()).toEqual(['sleep', 'paused 0']);
    jobs.changed(job({ state: 'running' }));
    expect(take()).toEqual(['awake', 'normal 0']);
  });

  it('moves the bar by hundredths and not with each number', () => {
    const { jobs, take } = watch();
    jobs.changed(job({}));
    take();
    for (let done = 1; done <= 30; done++) jobs.progressed('j1', { ...NUMBERS, doneBytes: done });
    expect(take()).toEqual(['normal 0.01', 'normal 0.02', 'normal 0.03']);
    jobs.progressed('unknown', { ...NUMBERS, doneBytes: 900 });
    expect(take()).toEqual([]);
  });

  it('shares the bar with others by their bytes; one without a known end makes it endless', () => {
    const { jobs, take } = watch();
    jobs.changed(job({ numbers: { ...NUMBERS, doneBytes: 500 } }));
    jobs.changed(job({ id: 'j2', numbers: { ...NUMBERS, totalBytes: 9000 } }));
    expect(take()).toEqual(['awake', 'normal 0.5', 'normal 0.05']);
    jobs.changed(job({ id: 'j3', numbers: { ...NUMBERS, totalBytes: null } }));
    expect(take()).toEqual(['normal ?']);
  });

  it.each([
    ['done', {}, 'Packed coder: 34 items, all done.'],
    ['partial', { failedItems: 3 }, 'Packed coder in part: 3 of 34 items failed.'],
    ['failed', {}, 'Packing coder failed: The medium is full.'],
    [
      'interrupted',
      {},
      'Packing coder was interrupted: What is done is kept, and the job can be gone on with.',
    ],
  ] as const)('that is %s is told to whoever looks elsewhere', (state, numbers, words) => {
    const { jobs, take } = watch();
    jobs.changed(job({}));
    take();
    const error = toWire(new AirlockError('DISK_FULL', 'The medium is full.'));
    jobs.changed(
      job({ state, numbers: { ...NUMBERS, ...numbers }, error: state === 'failed' ? error : null }),
    );
    expect(take()).toEqual([words, 'attention', 'sleep', state === 'done' ? 'no bar' : 'error 1']);
    jobs.watched();
    expect(take()).toEqual(state === 'done' ? [] : ['no bar']);
  });

  it('ends without a word where its window is in front, or the operator ended it', () => {
    const watched = watch(true);
    watched.jobs.changed(job({}));
    watched.jobs.changed(job({ state: 'failed' }));
    expect(watched.take()).toEqual(['awake', 'normal 0', 'sleep', 'no bar']);
    const away = watch();
    away.jobs.changed(job({}));
    away.jobs.changed(job({ state: 'cancelled' }));
    expect(away.take()).toEqual(['awake', 'normal 0', 'sleep', 'no bar']);
  });

  it('that only looks something up for a screen says nothing at its end', () => {
    const { jobs, take } = watch();
    jobs.changed(job({ desk: 'check' }));
    take();
    jobs.changed(job({ desk: 'check', state: 'failed' }));
    expect(take()).toEqual(['sleep', 'no bar']);
  });

  it('that asks calls for its operator once', () => {
    const { jobs, take } = watch();
    const asking = job({
      state: 'asking',
      question: { kind: 'login', host: 'quay.io', why: 'it ended' },
    });
    jobs.changed(job({}));
    take();
    jobs.changed(asking);
    jobs.changed({ ...asking, seq: 2 });
    expect(take()).toEqual([
      'Packing coder waits for an answer: quay.io asks for a login.',
      'attention',
      'paused 0',
    ]);
  });

  it('counts as under way unless it is held, and no more once its engine is gone', () => {
    const { jobs, take } = watch();
    jobs.changed(job({}));
    jobs.changed(job({ id: 'j2', state: 'paused' }));
    expect(jobs.underWay().map(({ id }) => id)).toEqual(['j1']);
    take();
    jobs.engineChanged('running');
    expect(take()).toEqual([]);
    jobs.engineChanged('starting');
    expect(jobs.underWay()).toEqual([]);
    expect(take()).toContain('sleep');
  });

  it('from before this start is not told of when it is listed as ended', () => {
    const { jobs, take } = watch();
    jobs.changed(job({ state: 'interrupted' }));
    expect(take()).toEqual([]);
  });
});
