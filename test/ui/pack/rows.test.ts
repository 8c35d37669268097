// Holds the rows of the Lock and Run steps to the job and the lock that they show.
import { describe, expect, it } from 'vitest';
import { newContents, pinRow } from '../../../renderer/pack/draft.ts';
import {
  bytesLeftOut,
  comesAlong,
  countLockTabs,
  linesOf,
  lockLines,
  withMovedBefore,
} from '../../../renderer/pack/lock-rows.ts';
import { countRunTabs, groupFailures, kindsDone, runRows } from '../../../renderer/run/run-rows.ts';
import { makeError, makeItem, makeJobItem, makeLock, makeLockRow } from './make-pack.ts';

describe('the rows of the Lock step', () => {
  const draft = [makeItem('a:1'), makeItem('b:1'), makeItem('c:1')];

  it('fill as items are resolved', () => {
    const job = [
      makeJobItem('a:1', { state: 'done' }),
      makeJobItem('b:1', { state: 'failed', error: makeError() }),
    ];
    const lines = lockLines(draft, job, null);
    expect(lines.map(({ state }) => state)).toEqual(['locked', 'failed', 'queued']);
    expect(lines[1]?.error?.code).toBe('REFERENCE_NOT_FOUND');
    expect(countLockTabs(lines)).toEqual({ all: 3, locked: 1, failed: 1, moved: 0, unsigned: 0, noted: 0 });
  });

  it('are the lock’s own once there is one', () => {
    const lock = makeLock([makeLockRow('a:1', { notes: ['taken as it is'] }), makeLockRow('z:1')]);
    const lines = lockLines(draft, [], lock);
    expect(lines.map(({ reference }) => reference)).toEqual(['a:1', 'z:1']);
    expect(linesOf(lines, 'noted', '')).toHaveLength(1);
    expect(linesOf(lines, 'all', 'a1a1a1')).toHaveLength(2);
  });

  it('name what comes along, each word once', () => {
    const digest = `sha256:${'b2'.repeat(32)}` as ReturnType<typeof makeLockRow>['digest'] & string;
    const attached = ['signature', 'SBOM', 'signature'].map((what) => ({
      what,
      digest,
      bytes: 1,
      newBytes: 1,
    }));
    expect(comesAlong(makeLockRow('a:1', { attached }))).toBe('signature, SBOM');
  });
});

describe('a tag that moved', () => {
  const before = `sha256:${'c3'.repeat(32)}` as NonNullable<
    ReturnType<typeof makeLockRow>['moved']
  >['before'];
  const moved = { before, lockedAs: 'plant', lockedAt: '2026-10-02T10:00:00Z', isServed: true };

  it('has a state and a tab of its own, and stays so while the contents are locked again', () => {
    const first = makeLock([makeLockRow('a:1', { moved }), makeLockRow('b:1')]);
    const second = withMovedBefore(makeLock([makeLockRow('a:1'), makeLockRow('b:1')]), first);
    const lines = lockLines([], [], second);
    expect(lines.map(({ state }) => state)).toEqual(['moved', 'locked']);
    expect(countLockTabs(lines)).toMatchObject({ moved: 1, locked: 1 });
  });

  it('is not one once it names something else again', () => {
    const first = makeLock([makeLockRow('a:1', { moved })]);
    const second = makeLock([makeLockRow('a:1', { atSource: before })]);
    expect(withMovedBefore(second, first).rows[0]?.moved).toBeNull();
  });

  it('is kept as it was by its digest, with the platforms that its list gives', () => {
    const empty = newContents();
    const contents = { ...empty, draft: { ...empty.draft, items: [makeItem('a:1'), makeItem('b:1')] } };
    const pinned = pinRow(contents, 'image a:1', before);
    expect(pinned?.draft.items).toMatchObject([
      {
        reference: `a:1@${before}`,
        entry: { ref: `a:1@${before}`, platforms: ['linux/amd64'], index: 'child' },
      },
      { reference: 'b:1', entry: { ref: 'b:1' } },
    ]);
    expect(pinRow(contents, 'image c:1', before)).toBeNull();
  });
});

describe('what a lock leaves out', () => {
  const digest = (hex: string) =>
    `sha256:${hex.repeat(32)}` as ReturnType<typeof makeLockRow>['digest'] & string;
  const part = (hex: string, isTaken: boolean) => ({
    platform: `linux/${hex}`,
    digest: digest(hex),
    isTaken,
    bytes: isTaken ? 1 : null,
    newBytes: 0,
  });
  const whole = makeLock([makeLockRow('a:1', { parts: [part('a1', true), part('b2', true)] })], {
    bytes: 900,
  });
  const child = makeLock([makeLockRow('a:1', { parts: [part('a1', true), part('b2', false)] })], {
    bytes: 500,
  });

  it('weighs what the whole of it weighed more', () => {
    expect(bytesLeftOut(child, whole)).toBe(400);
  });

  it('has no size where the whole was not locked, or is another one by now', () => {
    expect(bytesLeftOut(child, null)).toBeNull();
    expect(bytesLeftOut(child, makeLock([makeLockRow('b:1')], { bytes: 900 }))).toBeNull();
    const moved = makeLock([makeLockRow('a:1', { parts: [part('a1', true), part('c3', true)] })]);
    expect(bytesLeftOut(child, moved)).toBeNull();
  });

  it('counts images that nobody signed', () => {
    const signed = { what: 'signature', digest: digest('d4'), bytes: 1, newBytes: 1 };
    const lock = makeLock([
      makeLockRow('a:1', { attached: [signed] }),
      makeLockRow('b:1', { attached: [{ ...signed, what: 'SBOM' }] }),
      makeLockRow('c.tgz', { kind: 'file' }),
    ]);
    const lines = lockLines([], [], lock);
    expect(countLockTabs(lines).unsigned).toBe(1);
    expect(linesOf(lines, 'unsigned', '').map(({ reference }) => reference)).toEqual(['b:1']);
  });
});

describe('the rows of the Run step', () => {
  const items = [
    makeJobItem('a:1', { state: 'done' }),
    makeJobItem('b:1', { state: 'running' }),
    makeJobItem('c:1', { state: 'queued' }),
    makeJobItem('d:1', { state: 'failed', error: makeError() }),
    makeJobItem('e.tgz', { state: 'shared', kind: 'file' }),
  ];

  it('put what failed first and what has come last, and keep their place in the job', () => {
    expect(runRows(items, 'all', '').map(({ index }) => index)).toEqual([3, 1, 2, 0, 4]);
    expect(runRows(items, 'done', 'tgz').map(({ index }) => index)).toEqual([4]);
    expect(countRunTabs(items)).toEqual({ all: 5, running: 1, failed: 1, queued: 1, done: 2 });
  });

  it('count what has come of each kind', () => {
    expect(kindsDone(items)).toEqual({
      image: { done: 1, total: 4 },
      chart: { done: 0, total: 0 },
      file: { done: 1, total: 1 },
    });
  });

  it('put failures of one code at one host on one card', () => {
    const failed = [
      makeJobItem('quay.io/a:1', { state: 'failed', error: makeError() }),
      makeJobItem('quay.io/b:1', { state: 'failed', error: makeError() }),
      makeJobItem('ghcr.io/c:1', { state: 'failed', error: makeError() }),
      makeJobItem('quay.io/d:1', { state: 'failed', error: makeError({ code: 'DIGEST_MISMATCH' }) }),
    ];
    expect(groupFailures(failed).map(({ items: members }) => members.length)).toEqual([2, 1, 1]);
  });
});
