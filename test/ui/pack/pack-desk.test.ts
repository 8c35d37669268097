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
import { fakeBridge } from './fake-bridge.ts';
import type { FakeBridge } from './fake-bridge.ts';
import { makeError, makeFound, makeItem, makeJob, makeLock, makeLockRow } from './make-pack.ts';

let station: FakeBridge;
let jobs = 0;

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  startAnew();
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  jobs = 0;
  station = await fakeBridge({
    'contents.read': () => makeFound([]),
    'contents.write': () => ({ path: '/state/lists/plant.yaml', savedAt: 1 }),
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
    expect(localStorage.getItem('airlock.pack.list')).toBe('/state/lists/plant.yaml');
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
  };

  it('is written without being asked for, without what was left out', async () => {
    const stop = keepListSaved();
    await give('a:1', 'b:1');
    setGoes(['image b:1'], false);
    expect(state().list.kind).toBe('saving');
    await saveList();
    expect(state().list).toEqual({ kind: 'saved', path: '/state/lists/plant.yaml', at: 1 });
    expect(station.callsOf('contents.write')).toMatchObject([{ items: [{ reference: 'a:1' }] }]);
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
    expect(station.callsOf('jobs.start')[1]).toMatchObject({ listPath: null, draft: { name: 'plant' } });

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

  it('that is gone leaves the desk empty', async () => {
    localStorage.setItem('airlock.pack.list', '/gone.yaml');
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
