// Holds what the History desk finds out to itself: words for ends, days, pages, and what can be done once more.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadHistory, lookForNew, readReceipt, search } from '../../../renderer/history/history-actions.ts';
import { NEW_HISTORY, useHistory } from '../../../renderer/history/history-store.ts';
import { dayOf, folderOf, linesOf, rowOf, subjectOf } from '../../../renderer/history/lines.ts';
import {
  countReceipt,
  failureGroups,
  failureOf,
  outcomesInWords,
  receiptRows,
} from '../../../renderer/history/receipt-rows.ts';
import { findWay } from '../../../renderer/history/ways-again.ts';
import { tookInWords } from '../../../renderer/run/took.ts';
import { useJobs } from '../../../renderer/store/jobs.ts';
import { outcomeWord, resultOf } from '../../../renderer/texts/history.ts';
import type { WireError } from '../../../shared/errors/wire.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { BUNDLE_ID, makeJob, makeReceipt, makeReceiptItem, makeRow, makeRows } from './make-history.ts';

const MISMATCH: WireError = {
  code: 'DIGEST_MISMATCH',
  message: 'quay.io sent other bytes.',
  side: 'source',
  remedy: 'Fetch it again.',
  details: {},
  causes: [],
};

describe('the word for how a job ended', () => {
  it.each([
    [{}, 'Sealed', 'sealed'],
    [{ desk: 'lock' }, 'Locked', 'locked'],
    [{ desk: 'verify' }, 'Intact', 'intact'],
    [{ desk: 'import' }, 'Imported', 'imported'],
    [{ desk: 'verify', outcome: 'failed' }, 'Damaged', 'damaged'],
    [{ desk: 'verify', outcome: 'partial' }, 'Incomplete', 'incomplete'],
    [{ outcome: 'cancelled', totalItems: 0, doneItems: 0 }, 'Cancelled', 'cancelled'],
    [{ outcome: 'partial', doneItems: 33, totalItems: 34 }, '1 item failed', 'failed'],
    [{ outcome: 'partial', doneItems: 30, totalItems: 34 }, '4 items failed', 'failed'],
    [{ outcome: 'failed', totalItems: 0, firstNote: 'DISK_FULL: No room.' }, 'Disk full', 'failed'],
    [{ outcome: 'failed', totalItems: 0, firstNote: 'STALLED: x' }, 'No byte came for too long', 'failed'],
    [{ outcome: 'failed', totalItems: 0, firstNote: 'something else' }, 'Failed', 'failed'],
  ] as const)('of %j is %s', (change, word, state) => {
    expect(resultOf(makeRow({ doneItems: 2, totalItems: 2, ...change }))).toEqual({ state, word });
  });

  it('calls what a check found as it was intact, and what a pack had already there', () => {
    expect(outcomeWord('present', 'verify')).toBe('intact');
    expect(outcomeWord('failed', 'verify')).toBe('damaged');
    expect(outcomeWord('present', 'pack')).toBe('present');
    expect(outcomeWord('carried', 'import')).toBe('done');
  });
});

describe('the lines of the list', () => {
  const now = new Date(2026, 10, 20, 12).getTime();
  const dayOfRow = (started: Date) =>
    dayOf({ kind: 'receipt', key: 'k', row: makeRow({ started: started.toISOString() }) }, now).title;

  it('stand under the day their job began, in this machine’s time', () => {
    expect(dayOfRow(new Date(2026, 10, 20, 0, 5))).toBe('Today, 2026-11-20');
    expect(dayOfRow(new Date(2026, 10, 19, 23, 55))).toBe('Yesterday, 2026-11-19');
    expect(dayOfRow(new Date(2026, 10, 18, 8))).toBe('Wednesday, 2026-11-18');
    expect(dayOfRow(new Date(2026, 9, 2, 8))).toBe('Friday, 2026-10-02');
  });

  it('begin with what is not finished, newest first, and leave out what leaves no receipt', () => {
    const jobs = [
      makeJob('old', { started: 1, state: 'interrupted' }),
      makeJob('new', { started: 2 }),
      makeJob('ended', { state: 'done', ended: 3 }),
      makeJob('check', {
        desk: 'check',
        state: 'running',
        request: { desk: 'check', bundle: '/media/USB/a.airlock' },
      }),
    ];
    const lines = linesOf(jobs, [makeRow()], NEW_HISTORY.query);
    expect(lines.map(({ key }) => key)).toEqual(['job new', 'job old', `receipt ${makeRow().job}`]);
  });

  it('hold unfinished jobs to what is looked for', () => {
    const jobs = [makeJob('eck'), makeJob('coder', { title: 'coder-1.28' })];
    const keys = (query: Partial<typeof NEW_HISTORY.query>) =>
      linesOf(jobs, [], { ...NEW_HISTORY.query, ...query }).map(({ key }) => key);
    expect(keys({ text: 'CODER' })).toEqual(['job coder']);
    expect(keys({ desk: 'import' })).toEqual([]);
    expect(keys({ outcome: 'done' })).toEqual([]);
  });

  it('name a job after its bundle, else after the file it wrote', () => {
    expect(subjectOf(makeRow())).toBe('plant-1.0');
    expect(subjectOf(makeRow({ bundle: null, place: '/lists/plant.lock.json' }))).toBe('plant');
    expect(subjectOf(makeRow({ bundle: null, place: null }))).toBeNull();
    expect(folderOf('/media/PLANT-07/plant-1.0.airlock')).toBe('PLANT-07');
    expect(folderOf('E:\\plant-1.0.airlock.tar')).toBe('E:');
    expect(folderOf(null)).toBeNull();
  });
});

describe('a receipt', () => {
  const receipt = makeReceipt({
    outcome: 'partial',
    items: [
      makeReceiptItem('quay.io/a:1'),
      makeReceiptItem('quay.io/b:1', { outcome: 'failed', error: MISMATCH }),
      makeReceiptItem('quay.io/c:1', { outcome: 'failed', error: MISMATCH }),
      makeReceiptItem('quay.io/a:1', { outcome: 'present', attachedTo: BUNDLE_ID }),
      makeReceiptItem('quay.io/d:1', { outcome: 'cancelled', target: 'harbor.example/team/d:1' }),
    ],
    notes: ['one'],
  });

  it('counts its rows by how they ended', () => {
    expect(countReceipt(receipt)).toEqual({ all: 5, failed: 3, done: 2, notes: 1 });
    expect(outcomesInWords(receipt)).toBe('1 done, 2 failed, 1 cancelled');
    expect(rowOf(receipt)).toMatchObject({ doneItems: 1, totalItems: 4, seconds: 281 });
  });

  it('is narrowed down by tab and by words of name, target and digest', () => {
    const names = (tab: 'all' | 'failed' | 'done', filter: string) =>
      receiptRows(receipt, tab, filter).map(({ item }) => item.item);
    expect(names('failed', '')).toEqual(['quay.io/b:1', 'quay.io/c:1', 'quay.io/d:1']);
    expect(names('all', 'HARBOR team')).toEqual(['quay.io/d:1']);
    expect(names('done', 'a1a1a1')).toEqual(['quay.io/a:1', 'quay.io/a:1']);
  });

  it('has one card for all that failed in one way', () => {
    expect(failureGroups(receipt)).toEqual([{ error: MISMATCH, items: ['quay.io/b:1', 'quay.io/c:1'] }]);
  });

  it('says why a job failed as a whole, with its side and what to do', () => {
    const failed = makeReceipt({ outcome: 'failed', items: [], notes: ['DISK_FULL: No room on USB.'] });
    expect(failureOf(failed)).toMatchObject({
      code: 'DISK_FULL',
      message: 'No room on USB.',
      side: 'machine',
      remedy: expect.stringContaining('another medium'),
    });
    expect(failureOf(receipt)).toBeNull();
  });

  it('tells times as it knows them, in whole seconds', () => {
    expect([0, 4, 22, 281].map(tookInWords)).toEqual(['under 1 s', '4 s', '22 s', '4 min 41 s']);
  });
});

describe('what the desk asks for', () => {
  let station: FakeBridge;
  let rows = makeRows(0);
  beforeEach(async () => {
    useHistory.setState(NEW_HISTORY, true);
    useJobs.setState({ jobs: {} });
    rows = makeRows(3);
    station = await fakeBridge({
      'history.list': ({ offset, limit }: { offset: number; limit: number }) => ({
        rows: rows.slice(offset, offset + limit),
        total: rows.length,
      }),
    });
  });
  afterEach(() => vi.useRealTimers());

  it('comes a page at a time, the first of them small', async () => {
    rows = makeRows(2500);
    await loadHistory();
    expect(useHistory.getState().rows).toHaveLength(2500);
    expect(station.callsOf('history.list')).toMatchObject([
      { offset: 0, limit: 200 },
      { offset: 200, limit: 1000 },
      { offset: 1200, limit: 1000 },
      { offset: 2200, limit: 1000 },
    ]);
  });

  it('looks for words once the typing rests, and drops answers to older questions', async () => {
    vi.useFakeTimers();
    const slow = loadHistory();
    search({ text: 'p' });
    search({ text: ' plant ' });
    await vi.advanceTimersByTimeAsync(250);
    await slow;
    expect(station.callsOf('history.list')).toMatchObject([{ text: '' }, { text: 'plant' }]);
    search({ desk: 'pack' });
    await vi.advanceTimersByTimeAsync(0);
    expect(station.callsOf('history.list').at(-1)).toMatchObject({ text: 'plant', desk: 'pack' });
  });

  it('notices that another host ended a job, and asks for nothing more where none did', async () => {
    await loadHistory();
    await lookForNew();
    expect(station.callsOf('history.list')).toHaveLength(2);
    rows = [makeRow({ job: 'by the command' }), ...rows];
    await lookForNew();
    expect(useHistory.getState().rows.map(({ job }) => job)).toEqual([
      'by the command',
      'job-0',
      'job-1',
      'job-2',
    ]);
  });

  it('keeps why the history could not be read until it can be', async () => {
    station.answer('history.list', () => {
      throw { ...MISMATCH, code: 'LOCAL_IO' } as unknown as Error;
    });
    await loadHistory();
    expect(useHistory.getState().error?.code).toBe('LOCAL_IO');
    station.answer('history.list', () => ({ rows: [], total: 0 }));
    await loadHistory();
    expect(useHistory.getState().error).toBeNull();
  });

  it('reads a receipt once, and one that could not be read again', async () => {
    station.answer('history.receipt', () => {
      throw { ...MISMATCH, code: 'FILE_NOT_FOUND' } as unknown as Error;
    });
    await readReceipt('a');
    station.answer('history.receipt', () => makeReceipt({ job: 'a' }));
    await readReceipt('a');
    await readReceipt('a');
    expect(station.callsOf('history.receipt')).toHaveLength(2);
    expect(useHistory.getState().receipts['a']).toMatchObject({ job: 'a' });
  });

  describe('of a job that may be done again', () => {
    const onMedium = (id: string) => {
      station.answer('media.list', () => [
        { bundles: [{ name: 'plant-1.0', path: '/media/NEW/plant-1.0.airlock' }] },
      ]);
      station.answer('bundles.inspect', ({ bundle }: { bundle: string }) => {
        if (!bundle.startsWith('/media/NEW/')) throw MISMATCH as unknown as Error;
        return { bundle: { id } };
      });
    };

    it('opens the lock that a lock job wrote', async () => {
      const receipt = makeReceipt({ desk: 'lock', place: '/lists/plant.lock.json' });
      expect(await findWay(receipt)).toEqual({ desk: 'pack', path: '/lists/plant.lock.json' });
    });

    it('opens the lock that a job of this station packed', async () => {
      const receipt = makeReceipt({ place: '/media/USB/eck-3.6.airlock', started: '1970-01-01T00:00:01Z' });
      useJobs.setState({ jobs: { p: makeJob('p', { state: 'done', ended: 5_000 }) } });
      expect(await findWay(receipt)).toEqual({ desk: 'pack', path: '/state/lists/eck-3.6.lock.json' });
    });

    it('finds the lock of the same name in the history', async () => {
      rows = [makeRow({ desk: 'lock', bundle: null, place: '/lists/plant-1.0.lock.json' })];
      expect(await findWay(makeReceipt())).toEqual({ desk: 'pack', path: '/lists/plant-1.0.lock.json' });
      rows = [makeRow({ desk: 'lock', bundle: null, place: '/lists/other.lock.json' })];
      expect(await findWay(makeReceipt())).toBeUndefined();
    });

    it('finds the same bundle wherever it lies by now', async () => {
      onMedium(BUNDLE_ID);
      expect(await findWay(makeReceipt({ desk: 'verify' }))).toEqual({
        desk: 'verify',
        path: '/media/NEW/plant-1.0.airlock',
      });
      expect(await findWay(makeReceipt({ desk: 'import' }))).toMatchObject({ desk: 'import' });
    });

    it('takes no other bundle of the same name for it', async () => {
      onMedium('sha256:other');
      expect(await findWay(makeReceipt({ desk: 'verify' }))).toBeUndefined();
    });
  });
});
