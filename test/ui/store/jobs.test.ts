// Holds the store of jobs to the truth while snapshots and rows come late, twice or from an engine that came back.
import { act, renderHook, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { followJobs, loadJobs, useJobItems, useJobs, useResult } from '../../../renderer/store/jobs.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { makeJob, makeJobItem } from '../pack/make-pack.ts';

let station: FakeBridge;
let answerItems: (rows: readonly unknown[]) => void;

beforeEach(async () => {
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  station = await fakeBridge({
    'jobs.list': () => [],
    'jobs.items': () =>
      new Promise((resolve) => {
        answerItems = resolve;
      }),
  });
  followJobs();
});

const stateOf = (id: string) => useJobs.getState().jobs[id]?.state;

describe('Snapshots', () => {
  it('that are older than what is known are dropped', () => {
    station.tell('jobs.changed', makeJob('j', 'pack', { seq: 5, state: 'paused' }));
    station.tell('jobs.changed', makeJob('j', 'pack', { seq: 4, state: 'running' }));
    expect(stateOf('j')).toBe('paused');
    station.tell('jobs.changed', makeJob('j', 'pack', { seq: 6, state: 'done' }));
    expect(stateOf('j')).toBe('done');
  });

  it('of an engine that came back count, though it numbers them anew', async () => {
    station.tell('jobs.changed', makeJob('j', 'pack', { seq: 90 }));
    station.tell('jobs.changed', makeJob('gone', 'pack', { seq: 91 }));
    station.answer('jobs.list', () => [makeJob('j', 'pack', { seq: 1, state: 'interrupted' })]);
    await loadJobs();
    expect(stateOf('j')).toBe('interrupted');
    expect(stateOf('gone')).toBeUndefined();
  });

  it('that were told while the list was on its way are kept', async () => {
    let answer: (list: readonly unknown[]) => void = () => undefined;
    station.answer('jobs.list', () => new Promise((resolve) => (answer = resolve)));
    const loaded = loadJobs();
    station.tell('jobs.changed', makeJob('new', 'pack', { seq: 3, state: 'done' }));
    answer([makeJob('new', 'pack', { seq: 2 }), makeJob('old', 'pack', { seq: 1 })]);
    await loaded;
    expect(stateOf('new')).toBe('done');
    expect(stateOf('old')).toBe('running');
  });
});

describe('Rows', () => {
  const change = (index: number, state: 'running' | 'done' | 'failed') => ({
    job: 'j',
    items: [{ index, item: makeJobItem(`item-${index}`, { state }) }],
  });

  it('are asked for once a screen wants them, and changed one by one', async () => {
    station.tell('jobs.itemsChanged', change(0, 'done'));
    const { result } = renderHook(() => useJobItems('j'));
    renderHook(() => useJobItems('j'));
    expect(result.current).toEqual([]);
    answerItems([makeJobItem('item-0'), makeJobItem('item-1')]);
    await waitFor(() => expect(result.current).toHaveLength(2));
    const [first] = result.current;
    act(() => station.tell('jobs.itemsChanged', change(1, 'failed')));
    expect(result.current.map(({ state }) => state)).toEqual(['queued', 'failed']);
    expect(result.current[0]).toBe(first);
    expect(station.callsOf('jobs.items')).toHaveLength(1);
  });

  it('never have holes, nor begin anew when a change overtook them', async () => {
    const { result } = renderHook(() => useJobItems('j'));
    act(() => {
      station.tell('jobs.itemsChanged', change(2, 'failed'));
      station.tell('jobs.itemsChanged', change(0, 'running'));
    });
    expect(result.current).toEqual([]);
    answerItems([makeJobItem('item-0', { state: 'done' }), makeJobItem('item-1'), makeJobItem('item-2')]);
    await waitFor(() => expect(result.current).toHaveLength(3));
    expect(result.current.map(({ state }) => state)).toEqual(['done', 'queued', 'failed']);
  });

  it('are asked for again when the jobs are', async () => {
    const { result } = renderHook(() => useJobItems('j'));
    answerItems([makeJobItem('item-0')]);
    await waitFor(() => expect(result.current).toHaveLength(1));
    station.answer('jobs.list', () => [makeJob('j', 'pack')]);
    station.answer('jobs.items', () => [makeJobItem('item-0', { state: 'done' })]);
    await act(loadJobs);
    expect(result.current[0]?.state).toBe('done');
  });
});

describe('A result', () => {
  it('is asked for when the job has ended, and once', async () => {
    station.answer('jobs.result', () => null);
    station.tell('jobs.changed', makeJob('j', 'pack', { seq: 1 }));
    const { result } = renderHook(() => useResult('j'));
    expect(station.callsOf('jobs.result')).toEqual([]);
    act(() => station.tell('jobs.changed', makeJob('j', 'pack', { seq: 2, state: 'failed', ended: 9 })));
    await waitFor(() => expect(result.current).toBeNull());
    act(() => station.tell('jobs.changed', makeJob('j', 'pack', { seq: 3, state: 'failed', ended: 9 })));
    expect(station.callsOf('jobs.result')).toHaveLength(1);
  });
});

describe('Again', () => {
  it('takes the old job off and gives the new one', async () => {
    station.tell('jobs.changed', makeJob('j', 'pack', { state: 'interrupted' }));
    station.answer('jobs.again', () => 'j2');
    expect(await useJobs.getState().again('j')).toBe('j2');
    expect(stateOf('j')).toBeUndefined();
  });
});
