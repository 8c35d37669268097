// Holds what the Pack desk does to what it asks of the station, and to what it keeps.
import { beforeEach, describe, expect, it } from 'vitest';
import { adoptJobs } from '../../../renderer/pack/adopt-jobs.ts';
import {
  choosePlatforms,
  clear,
  correct,
  givePaths,
  giveText,
  remove,
  rename,
  setGoes,
  undo,
} from '../../../renderer/pack/contents-actions.ts';
import { startLock, takeLock } from '../../../renderer/pack/lock-actions.ts';
import { packAgain, packAnother, sealWithout, startPack } from '../../../renderer/pack/pack-actions.ts';
import { isLockCurrent, newPack, usePack } from '../../../renderer/pack/pack-store.ts';
import { keepListSaved, restoreList, saveList, startAnew } from '../../../renderer/pack/saved-list.ts';
import { useJobs } from '../../../renderer/store/jobs.ts';
import type { DraftToWrite } from '../../../shared/station/contents.ts';
import { fakeBridge } from './fake-bridge.ts';
import type { FakeBridge } from './fake-bridge.ts';
import { makeError, makeFound, makeItem, makeJob, makeLock, makeLockRow } from './make-pack.ts';

let station: FakeBridge;
let jobs = 0;
let writes = 0;

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  startAnew();
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  jobs = 0;
  writes = 0;
  station = await fakeBridge({
    'contents.read': () => makeFound([]),
    'contents.write': () => ({
      path: '/state/lists/plant.yaml',
      digest: `sha256:${(writes += 1)}`,
      savedAt: 1,
    }),
    'jobs.start': () => `job-${(jobs += 1)}`,
    'jobs.again': () => `job-${(jobs += 1)}`,
  });
});

const give = async (...references: string[]): Promise<void> => {
  station.answer('contents.read', () => makeFound(references.map((each) => makeItem(each))));
  await giveText(references.join('\n'));
};
const state = () => usePack.getState();
const references = () => state().contents.draft.items.map(({ reference }) => reference);

describe('giving contents', () => {
  it('reads pasted text whole, and says what was there already', async () => {
    await give('a:1', 'b:1');
    expect(station.callsOf('contents.read')).toEqual([{ text: 'a:1\nb:1', paths: [] }]);
    await give('b:1', 'c:1');
    expect(references()).toEqual(['a:1', 'b:1', 'c:1']);
    expect(state().lastAdded).toEqual({ count: 1, known: 1 });
  });

  it('keeps what could not be read before the operator, once each', async () => {
    station.answer('contents.read', () =>
      makeFound([], { problems: [makeError({ message: 'x.bin is empty.' })] }),
    );
    await givePaths(['/x.bin']);
    await givePaths(['/x.bin']);
    expect(state().problems).toHaveLength(1);
  });

  it('sends a bundle to other desks, and opens a lock at once', async () => {
    station.answer('contents.read', () => makeFound([], { bundlePath: '/media/USB/plant.airlock' }));
    await givePaths(['/media/USB/plant.airlock']);
    expect(state().bundleGiven).toBe('/media/USB/plant.airlock');
    station.answer('contents.read', () => makeFound([], { lockPath: '/plant.lock.json' }));
    await givePaths(['/plant.lock.json']);
    expect(state()).toMatchObject({ step: 'lock', lockJob: 'job-1', lockedContents: null });
    expect(station.callsOf('jobs.start')).toMatchObject([{ desk: 'lock', listPath: '/plant.lock.json' }]);
  });

  it('puts back what was removed, left out or corrected, step by step', async () => {
    await give('a:1', 'b:1');
    remove(['image a:1']);
    setGoes(['image b:1'], false);
    undo();
    expect(state().contents.left.size).toBe(0);
    undo();
    expect(references()).toEqual(['a:1', 'b:1']);
    station.answer('contents.read', () => makeFound([makeItem('c:1')]));
    expect(await correct('image a:1', 'c:1')).toBe(true);
    expect(references()).toEqual(['c:1', 'b:1']);
    undo();
    expect(references()).toEqual(['a:1', 'b:1']);
  });

  it('brings all of it back after it was started anew, and the list that holds it', async () => {
    const stop = keepListSaved();
    await give('a:1', 'b:1');
    await saveList();
    clear();
    expect(references()).toEqual([]);
    expect(localStorage.getItem('airlock.pack.list')).toBeNull();
    undo();
    expect(references()).toEqual(['a:1', 'b:1']);
    expect(state().list.kind).toBe('saved');
    expect(localStorage.getItem('airlock.pack.list')).toContain('/state/lists/plant.yaml');
    remove(['image a:1']);
    await saveList();
    expect(station.callsOf('contents.write').at(-1)).toMatchObject({
      own: { path: '/state/lists/plant.yaml', digest: 'sha256:1' },
    });
    stop();
  });

  it('leaves a row alone whose correction names nothing', async () => {
    await give('a:1');
    station.answer('contents.read', () => makeFound([]));
    expect(await correct('image a:1', '???')).toBe(false);
    expect(references()).toEqual(['a:1']);
  });
});

describe('the saved list', () => {
  const list = {
    path: '/home/plant.yaml',
    name: 'plant',
    platforms: ['linux/amd64'],
    index: 'child' as const,
    rest: {},
    left: [],
  };

  it('is written without being asked for, with what was left out beside it', async () => {
    const stop = keepListSaved();
    await give('a:1', 'b:1');
    setGoes(['image b:1'], false);
    expect(state().list.kind).toBe('saving');
    await saveList();
    expect(state().list).toEqual({ kind: 'saved', path: '/state/lists/plant.yaml', at: 1 });
    expect(station.callsOf('contents.write')).toMatchObject([
      { draft: { items: [{ reference: 'a:1' }, { reference: 'b:1' }] }, left: [1], own: null },
    ]);
    stop();
  });

  it('says that it could not be kept, and why', async () => {
    await give('a:1');
    station.answer('contents.write', () => {
      throw makeError({ code: 'DISK_FULL' });
    });
    await saveList();
    expect(state().list).toMatchObject({ kind: 'unsaved', error: { code: 'DISK_FULL' } });
  });

  it('is the very file that was opened while nothing is changed, and another once something is', async () => {
    const stop = keepListSaved();
    station.answer('contents.read', () => makeFound([makeItem('a:1'), makeItem('b:1')], { list }));
    await givePaths(['/home/plant.yaml']);
    expect(state().list).toEqual({ kind: 'opened', path: '/home/plant.yaml' });
    await startLock();
    expect(station.callsOf('contents.write')).toEqual([]);
    expect(station.callsOf('jobs.start')).toMatchObject([{ listPath: '/home/plant.yaml' }]);

    remove(['image a:1']);
    await startLock();
    expect(station.callsOf('contents.write')).toHaveLength(1);
    expect(station.callsOf('contents.write')).toMatchObject([{ own: null }]);
    expect(station.callsOf('jobs.start')[1]).toMatchObject({
      listPath: '/state/lists/plant.yaml',
      draft: { name: 'plant' },
    });

    undo();
    undo();
    expect(state().list.kind).not.toBe('saved');
    stop();
  });

  it('is found again after a reload', async () => {
    await give('a:1');
    await saveList();
    usePack.setState(newPack());
    station.answer('contents.read', () => makeFound([makeItem('a:1')], { list }));
    await restoreList();
    expect(station.callsOf('contents.read').at(-1)).toEqual({
      text: null,
      paths: ['/state/lists/plant.yaml'],
    });
    expect(references()).toEqual(['a:1']);
  });

  it('is written over by its own draft alone', async () => {
    const stop = keepListSaved();
    const owns = () => station.callsOf('contents.write').map((given) => (given as DraftToWrite).own);
    await give('a:1');
    await saveList();
    await give('b:1');
    await saveList();
    clear();
    await give('c:1');
    await saveList();
    const path = '/state/lists/plant.yaml';
    expect(owns()).toEqual([null, { path, digest: 'sha256:1' }, null]);
    station.answer('contents.read', () => makeFound([makeItem('d:1')], { list }));
    clear();
    await givePaths(['/home/plant.yaml']);
    setGoes(['image d:1'], false);
    await saveList();
    expect(owns().at(-1)).toBeNull();
    stop();
  });

  it('is found again after a reload with the rows that were left out, in their places', async () => {
    station.answer('contents.read', () =>
      makeFound([makeItem('a:1'), makeItem('c:1')], {
        list: {
          ...list,
          left: [
            { row: 1, item: makeItem('b:1') },
            { row: 9, item: makeItem('d:1') },
          ],
        },
      }),
    );
    const stop = keepListSaved();
    localStorage.setItem('airlock.pack.list', JSON.stringify({ path: '/p.yaml', digest: 'sha256:7' }));
    await restoreList();
    expect(references()).toEqual(['a:1', 'b:1', 'c:1', 'd:1']);
    expect([...state().contents.left]).toEqual(['image b:1', 'image d:1']);
    setGoes(['image b:1'], true);
    await saveList();
    expect(station.callsOf('contents.write')).toMatchObject([
      { left: [3], own: { path: '/p.yaml', digest: 'sha256:7' } },
    ]);
    stop();
  });

  it('is kept also while everything is left out of it', async () => {
    const stop = keepListSaved();
    await give('a:1');
    setGoes(['image a:1'], false);
    await saveList();
    expect(station.callsOf('contents.write')).toMatchObject([{ left: [0] }]);
    expect(localStorage.getItem('airlock.pack.list')).toContain('/state/lists/plant.yaml');
    stop();
  });

  it('that a closed page had not written yet is written by the next one', async () => {
    const stop = keepListSaved();
    await give('a:1', 'b:1');
    window.dispatchEvent(new Event('pagehide'));
    const unsaved = localStorage.getItem('airlock.pack.unsaved');
    usePack.setState(newPack());
    stop();
    expect(JSON.parse(unsaved ?? '')).toMatchObject({ draft: { items: [{}, {}] }, left: [], own: null });
    localStorage.setItem('airlock.pack.unsaved', unsaved ?? '');
    station.answer('contents.read', () => makeFound([makeItem('a:1'), makeItem('b:1')], { list }));
    await restoreList();
    expect(station.callsOf('contents.write').at(-1)).toEqual(JSON.parse(unsaved ?? ''));
    expect(references()).toEqual(['a:1', 'b:1']);
    expect(localStorage.getItem('airlock.pack.unsaved')).toBeNull();
  });

  it('that is gone leaves the desk empty', async () => {
    localStorage.setItem('airlock.pack.list', JSON.stringify({ path: '/gone.yaml', digest: null }));
    station.answer('contents.read', () => makeFound([], { problems: [makeError()] }));
    await restoreList();
    expect(state().contents.draft.items).toEqual([]);
  });
});

describe('the lock', () => {
  it('is of the contents only until they change', async () => {
    await give('a:1');
    await startLock();
    takeLock('job-1', { desk: 'lock', lock: makeLock([makeLockRow('a:1')]) });
    expect(isLockCurrent(state())).toBe(true);
    choosePlatforms(['linux/arm64']);
    expect(isLockCurrent(state())).toBe(false);
    undo();
    expect(isLockCurrent(state())).toBe(true);
  });

  it('of an earlier job is not taken for that of a later one', async () => {
    await give('a:1');
    await startLock();
    await startLock();
    takeLock('job-1', { desk: 'lock', lock: makeLock([]) });
    expect(state().lock).toBeNull();
    expect(state().lockJob).toBe('job-2');
  });

  it('that can’t be started says why and stays at the contents', async () => {
    await give('a:1');
    station.answer('jobs.start', () => {
      throw makeError({ code: 'ENGINE_GONE', message: 'The engine is gone.' });
    });
    await startLock();
    expect(state()).toMatchObject({ step: 'contents', problems: [{ code: 'ENGINE_GONE' }] });
  });
});

describe('the pack', () => {
  const ready = async (): Promise<void> => {
    await give('a:1');
    await startLock();
    takeLock('job-1', { desk: 'lock', lock: makeLock([makeLockRow('a:1')]) });
    usePack.setState({ place: '/media/USB', step: 'destination' });
  };

  it('goes straight below the medium, under the list’s name or another, as a folder or one file', async () => {
    await ready();
    await startPack();
    usePack.setState({ fileName: 'plant-2', form: 'tar' });
    await startPack();
    expect(station.callsOf('jobs.start').slice(1)).toEqual([
      {
        desk: 'pack',
        lockPath: '/state/lists/plant.lock.json',
        output: '/media/USB/plant.airlock',
        sealIncomplete: false,
      },
      expect.objectContaining({ output: '/media/USB/plant-2.airlock.tar' }),
    ]);
  });

  it('goes on as a new job that takes the place of the old one', async () => {
    await ready();
    await startPack();
    await packAgain('job-2');
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'job-2' }]);
    expect(state()).toMatchObject({ packJob: 'job-3', step: 'run' });
  });

  it('is sealed without what failed only by a request of its own', async () => {
    const job = makeJob('job-9', 'pack', { state: 'partial', ended: 2 });
    useJobs.setState({ jobs: { 'job-9': job } });
    await sealWithout(job);
    expect(station.callsOf('jobs.start')).toMatchObject([{ desk: 'pack', sealIncomplete: true }]);
    expect(station.callsOf('jobs.forget')).toEqual([{ job: 'job-9' }]);
  });

  it('that is over makes room for another, whose contents are empty', async () => {
    await ready();
    await startPack();
    useJobs.setState({ jobs: { 'job-2': makeJob('job-2', 'pack', { state: 'done', ended: 2 }) } });
    await packAnother();
    expect(station.callsOf('jobs.forget')).toEqual([{ job: 'job-2' }]);
    expect(state()).toMatchObject({ step: 'contents', packJob: null, lock: null });
    expect(localStorage.getItem('airlock.pack.list')).toBeNull();
  });
});

describe('after a reload', () => {
  it.each(['running', 'paused', 'asking', 'interrupted'] as const)(
    'a pack that is %s is shown again',
    (standing) => {
      adoptJobs([makeJob('old', 'pack', { state: standing })]);
      expect(state()).toMatchObject({ packJob: 'old', step: 'run' });
    },
  );

  it('a pack that has ended is shown by the screens that showed it, and by no others', () => {
    adoptJobs([makeJob('old', 'pack', { state: 'partial', ended: 2 })]);
    expect(state().packJob).toBeNull();
    sessionStorage.setItem('airlock.pack.job', 'old');
    adoptJobs([makeJob('old', 'pack', { state: 'partial', ended: 2 })]);
    expect(state().packJob).toBe('old');
  });

  it('nothing takes the place of what the operator has begun since', async () => {
    usePack.setState({ step: 'lock', lockJob: 'mine' });
    adoptJobs([makeJob('old', 'pack', { state: 'running' })]);
    expect(state().packJob).toBeNull();
  });
});

it('gives the bundle the name that the operator gives it', async () => {
  await give('a:1');
  rename('plant-7');
  await startLock();
  expect(station.callsOf('jobs.start')).toMatchObject([{ draft: { name: 'plant-7' } }]);
});
