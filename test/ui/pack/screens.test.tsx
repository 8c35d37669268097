// Holds each step of the Pack desk to what an operator sees on it and can do from it.
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usePack } from '../../../renderer/pack/pack-store.ts';
import { startAnew } from '../../../renderer/pack/saved-list.ts';
import { Screen } from '../../../renderer/pack/Screen.tsx';
import { jobChanged, useJobs } from '../../../renderer/store/jobs.ts';
import { useSession } from '../../../renderer/store/session.ts';
import type { LockRow } from '../../../shared/station/contents.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import { fakeBridge } from './fake-bridge.ts';
import type { FakeBridge } from './fake-bridge.ts';
import { giveLayout } from './give-layout.ts';
import {
  makeError,
  makeFound,
  makeItem,
  makeJob,
  makeJobItem,
  makeLock,
  makeLockRow,
  makeMedium,
  makePackResult,
} from './make-pack.ts';

let station: FakeBridge;
giveLayout();

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  startAnew();
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useSession.setState({ facts: null });
  station = await fakeBridge({
    'contents.read': () => makeFound([]),
    'contents.suggest': () => [],
    'contents.write': () => ({
      path: '/state/lists/plant.yaml',
      digest: 'sha256:1',
      savedAt: Date.parse('2026-11-19T14:02:00'),
    }),
    'files.list': () => ({ folder: '/state/lists', parent: null, entries: [] }),
    'media.list': () => [makeMedium('PLANT-07')],
    'history.list': () => ({ rows: [], total: 0 }),
    'jobs.start': () => 'started',
    'jobs.items': () => [],
    'jobs.result': () => null,
  });
});
afterEach(cleanup);

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const rowNames = () =>
  screen
    .getAllByRole('row')
    .map((row) => row.textContent)
    .filter((text) => /:\d/.test(text));

function standing(job: JobSnapshot, items: readonly JobItem[] = [], result: JobResult | null = null): void {
  station.answer('jobs.items', () => items);
  useJobs.setState({ jobs: { [job.id]: job }, items: { [job.id]: items }, results: { [job.id]: result } });
  usePack.setState({ packJob: job.id, step: 'run' });
}

describe('Contents', () => {
  const found = [
    makeItem('quay.io/plant/app:1'),
    makeItem('charts.example/plant:2', { kind: 'chart', entry: { ref: 'x' } }),
    makeItem('quay.io/Plant:3', {
      problem: makeError({ code: 'REFERENCE_INVALID', message: 'It has capitals.' }),
    }),
  ];
  const shown = async () => {
    const user = userEvent.setup();
    station.answer('contents.read', () => makeFound(found));
    render(<Screen />);
    await user.type(
      screen.getByRole('combobox', { name: 'Add to the contents' }),
      'quay.io/plant/app:1{Enter}',
    );
    await screen.findByRole('grid', { name: 'Contents of the bundle' });
    return user;
  };

  it('teach what Pack does and never does while they are empty, and offer the lists used before', async () => {
    useSession.setState({
      facts: { stateFolder: '/state' } as NonNullable<ReturnType<typeof useSession.getState>['facts']>,
    });
    station.answer('files.list', () => ({
      folder: '/state/lists',
      parent: null,
      entries: [{ name: 'plant.yaml', path: '/state/lists/plant.yaml', kind: 'file', bytes: 9 }],
    }));
    const user = userEvent.setup();
    render(<Screen />);
    expect(screen.getByText('What it never does')).toBeDefined();
    await user.click(await screen.findByRole('button', { name: 'plant.yaml' }));
    expect(station.callsOf('contents.read')).toEqual([{ text: null, paths: ['/state/lists/plant.yaml'] }]);
  });

  it('put the row that needs a look on top, with its fault and its fix in it', async () => {
    const user = await shown();
    expect(rowNames()[0]).toContain('Plant:3');
    expect(screen.getByText('It has capitals.')).toBeDefined();
    expect(screen.getByText('1 item can’t be locked as it stands.')).toBeDefined();

    station.answer('contents.read', () => makeFound([makeItem('quay.io/plant:3')]));
    const field = screen.getByRole('textbox', { name: 'Reference' });
    await user.clear(field);
    await user.type(field, 'quay.io/plant:3{Enter}');
    await waitFor(() => expect(button(/^Lock 3 items/)).toBeDefined());
  });

  it('say of local files what is known of them, and look again for one that was missing', async () => {
    const missing = makeError({ code: 'FILE_NOT_FOUND', message: '/srv/fw.bin is not there.' });
    const file = makeItem('firmware.bin', {
      kind: 'file',
      entry: { path: '/srv/fw.bin', as: 'firmware.bin', sha256: 'a1' },
      why: 'named in plant.yaml',
      problem: missing,
    });
    const chart = makeItem('/srv/c.tgz', {
      kind: 'chart',
      entry: { path: '/srv/c.tgz' },
      local: { bytes: 41_200, chart: 'coder 1.44.0' },
    });
    const user = userEvent.setup();
    station.answer('contents.read', () => makeFound([file, chart, makeItem('quay.io/a:1')]));
    render(<Screen />);
    await user.type(screen.getByRole('combobox', { name: 'Add to the contents' }), 'x{Enter}');
    expect(await screen.findByText('coder 1.44.0, typed')).toBeDefined();
    expect(screen.getByText('41.2 kB')).toBeDefined();
    expect(screen.getByText('Missing')).toBeDefined();
    expect(screen.getByRole('textbox', { name: 'Reference' })).toHaveProperty('value', '/srv/fw.bin');

    const there = makeItem('fw.bin', {
      kind: 'file',
      entry: { path: '/srv/fw.bin', as: 'fw.bin' },
      local: { bytes: 9_000_000, chart: null },
    });
    station.answer('contents.read', () => makeFound([there]));
    await user.click(button('Look again'));
    expect(await screen.findByText('9.00 MB')).toBeDefined();
    expect(usePack.getState().contents.draft.items[0]).toMatchObject({
      reference: 'firmware.bin',
      entry: { path: '/srv/fw.bin', as: 'firmware.bin', sha256: 'a1' },
      why: 'named in plant.yaml',
      problem: null,
    });
  });

  it('are worked by keys alone: Space leaves out, Del removes, Undo brings back', async () => {
    const user = await shown();
    const grid = screen.getByRole('grid');
    await user.click(button('Leave it out'));
    grid.focus();
    await user.keyboard('{Home}{Delete}');
    expect(usePack.getState().contents.draft.items).toHaveLength(2);
    await user.keyboard('{Home} ');
    await waitFor(() => expect(usePack.getState().contents.left.size).toBe(2));
    await user.click(button(/^Undo/));
    await user.click(button(/^Undo/));
    expect(usePack.getState().contents.draft.items).toHaveLength(3);
    expect(usePack.getState().contents.left.size).toBe(1);
  });

  it('show the kinds apart, with their counts, and what a filter leaves', async () => {
    const user = await shown();
    expect(screen.getByRole('tab', { name: /Images\s*2/ })).toBeDefined();
    await user.click(screen.getByRole('tab', { name: /Charts/ }));
    expect(rowNames()).toHaveLength(1);
    await user.click(screen.getByRole('tab', { name: /^All/ }));
    await user.type(screen.getByRole('searchbox', { name: 'Filter' }), 'nothing here');
    expect(await screen.findByText('No row holds that.')).toBeDefined();
  });

  it('take a paste of many lines whole', async () => {
    const user = userEvent.setup();
    render(<Screen />);
    await user.click(screen.getByRole('combobox', { name: 'Add to the contents' }));
    await user.paste('a:1\nb:1\nc:1');
    expect(station.callsOf('contents.read')).toEqual([{ text: 'a:1\nb:1\nc:1', paths: [] }]);
  });

  it('say under which name the list is kept', async () => {
    await shown();
    expect(
      await screen.findByText('Transfer list saved 14:02 as plant.yaml', {}, { timeout: 3000 }),
    ).toBeDefined();
  });

  it('ask where a bundle that was given belongs', async () => {
    usePack.setState({ bundleGiven: '/media/USB/plant.airlock' });
    render(<Screen />);
    expect(
      within(screen.getByRole('dialog')).getByRole('button', { name: 'Open it in Import' }),
    ).toBeDefined();
  });
});

describe('Lock', () => {
  const contents = {
    draft: {
      name: 'plant',
      platforms: ['linux/amd64'],
      index: 'child' as const,
      items: [makeItem('quay.io/a:1'), makeItem('quay.io/b:1')],
      rest: {},
    },
    id: 0,
    left: new Set<string>(),
  };
  const at = (job: JobSnapshot, items: readonly JobItem[], result: JobResult | null = null): void => {
    station.answer('jobs.items', () => items);
    useJobs.setState({ jobs: { [job.id]: job }, items: { [job.id]: items }, results: { [job.id]: result } });
    usePack.setState({ step: 'lock', lockJob: job.id, contents, lockedContents: contents });
    render(<Screen />);
  };

  it('fills its rows while the sources are asked', () => {
    at(makeJob('l', 'lock'), [
      makeJobItem('quay.io/a:1', { state: 'done' }),
      makeJobItem('quay.io/b:1', { state: 'running' }),
    ]);
    expect(screen.getByText('Locked', { selector: '[role=gridcell] *' })).toBeDefined();
    expect(screen.getByText(/^1 of 2 items have a digest/)).toBeDefined();
    expect(button(/^Locking/)).toHaveProperty('disabled', true);
  });

  it('shows digests, what comes along and the size, and goes on to the destination', async () => {
    const lock = makeLock([
      makeLockRow('quay.io/a:1', { attached: [] }),
      makeLockRow('quay.io/b:1', { newBytes: 1000 }),
    ]);
    at(makeJob('l', 'lock', { state: 'done', ended: 2 }), [], { desk: 'lock', lock });
    expect(await screen.findByText('2.57 GB', { selector: 'b *' })).toBeDefined();
    expect(screen.getAllByText('a1a1a1a1a1a1')).toHaveLength(2);
    await userEvent.click(button(/^Choose destination/));
    expect(await screen.findByRole('radio', { name: /^PLANT-07/ })).toBeDefined();
  });

  it('unfolds an item into its platforms, taken and left out, and what comes along, each with digest and size', async () => {
    const digest = (hex: string) => `sha256:${hex.repeat(32)}` as LockRow['digest'] & string;
    const lock = makeLock(
      [
        makeLockRow('quay.io/a:1', {
          parts: [
            {
              platform: 'linux/amd64',
              digest: digest('b1'),
              isTaken: true,
              bytes: 402_000_000,
              newBytes: 393_000_000,
            },
            { platform: 'linux/arm64', digest: digest('b2'), isTaken: false, bytes: null, newBytes: 0 },
          ],
          attached: [
            { what: 'signature', digest: digest('b3'), bytes: 1100, newBytes: 1100 },
            { what: 'SBOM', digest: digest('b4'), bytes: 90_000, newBytes: 90_000 },
          ],
        }),
        makeLockRow('quay.io/b:1'),
      ],
      {
        leftOut: { platforms: ['linux/arm64'], images: 1 },
        sources: [
          { host: 'quay.io', requests: 94, limit: null },
          { host: 'docker.io', requests: 3, limit: { remaining: 87, of: 100 } },
        ],
      },
    );
    at(makeJob('l', 'lock', { state: 'done', ended: 2 }), [], { desk: 'lock', lock });
    expect(await screen.findByText('Leaves out arm64 of 1 image')).toBeDefined();
    const plate = screen.getByText('Requests at the sources').parentElement;
    expect(plate?.textContent).toMatch(/quay\.io94docker\.io3Limit of docker\.io87 of 100 left/);
    expect(screen.getByText('signature, SBOM')).toBeDefined();
    expect(screen.getByText('unsigned')).toBeDefined();
    await userEvent.dblClick(screen.getByText('signature, SBOM'));
    const list = screen.getByText('linux/amd64, taken').closest('ul') ?? document.body;
    const held = within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent);
    expect(held).toEqual([
      expect.stringMatching(/^linux\/amd64, taken.*b1b1b1b1b1b1.*402 MB393 MB$/),
      expect.stringMatching(/^linux\/arm64, left out.*b2b2b2b2b2b2.*–0 B$/),
      expect.stringMatching(/^signature.*b3b3b3b3b3b3/),
      expect.stringMatching(/^software list \(SBOM\).*b4b4b4b4b4b4.*90\.0 kB90\.0 kB$/),
    ]);
  });

  it('says what a moved tag was, on top, and keeps the old digest on demand', async () => {
    const before = `sha256:${'c3'.repeat(32)}` as LockRow['digest'] & string;
    const moved = { before, lockedAs: 'plant-4.11', lockedAt: '2026-10-02T10:00:00Z', isServed: true };
    const lock = makeLock([
      makeLockRow('quay.io/a:1', { newBytes: 5 }),
      makeLockRow('quay.io/b:1', { newBytes: 1, moved }),
    ]);
    at(makeJob('l', 'lock', { state: 'done', ended: 2 }), [], { desk: 'lock', lock });
    expect(await screen.findByText('Moved', { selector: '[role=gridcell] *' })).toBeDefined();
    expect(rowNames()[0]).toContain('b:1');
    expect(screen.getByTitle(before).textContent).toBe(
      'Same tag, other bytes: it was c3c3c3c3c3c3 when plant-4.11 was locked on 2026-10-02. Locked to the new ones.',
    );
    await userEvent.click(button('Keep the old digest'));
    await waitFor(() => {
      expect(station.callsOf('jobs.start')).toMatchObject([
        {
          draft: { items: [{ reference: 'quay.io/a:1' }, { entry: { ref: `quay.io/b:1@${before}` } }] },
        },
      ]);
    });
  });

  it('has the item that was not found on top, with ways to mend it, and locks again', async () => {
    const error = makeError({ message: 'quay.io has no b:1.' });
    at(makeJob('l', 'lock', { state: 'failed', ended: 2, error: makeError() }), [
      makeJobItem('quay.io/a:1', { state: 'done' }),
      makeJobItem('quay.io/b:1', { state: 'failed', error }),
    ]);
    expect(rowNames()[0]).toContain('b:1');
    expect(screen.getByText('quay.io has no b:1.')).toBeDefined();
    await userEvent.click(button('Leave it out'));
    await userEvent.click(button(/^Lock 1 item again/));
    expect(station.callsOf('jobs.start')).toMatchObject([
      { draft: { items: [{ reference: 'quay.io/a:1' }] } },
    ]);
  });

  it('locks again when another mode for indexes is chosen', async () => {
    at(makeJob('l', 'lock', { state: 'done', ended: 2 }), [], { desk: 'lock', lock: makeLock([]) });
    await userEvent.click(screen.getByRole('radio', { name: 'Whole' }));
    await waitFor(() =>
      expect(station.callsOf('jobs.start')).toMatchObject([{ draft: { platforms: [], index: 'keep' } }]),
    );
  });
});

describe('Destination', () => {
  const at = (): void => {
    usePack.setState({ step: 'destination', lock: makeLock([makeLockRow('a:1')]) });
    render(<Screen />);
  };

  it('chooses the only medium by itself and says what will be written', async () => {
    at();
    await userEvent.click(await screen.findByRole('button', { name: /^Pack to PLANT-07/ }));
    expect(station.callsOf('jobs.start')).toMatchObject([{ output: '/media/PLANT-07/plant.airlock' }]);
  });

  it('says how long it will take, and where that is known from, only where something is known', async () => {
    station.answer('history.list', () => ({
      rows: [
        { bundle: 'quick', bytes: 900, seconds: 0, outcome: 'done' },
        { bundle: 'stopped', bytes: 5e9, seconds: 10, outcome: 'cancelled' },
        { bundle: 'plant-4.11', bytes: 96e6, seconds: 10, outcome: 'done' },
      ],
      total: 3,
    }));
    at();
    expect(
      await screen.findByText('Time is from 9.60 MB/s, measured when plant-4.11 was packed.'),
    ).toBeDefined();
    expect(screen.getByText('4 min 28 s')).toBeDefined();
    cleanup();
    station.answer('history.list', () => ({ rows: [], total: 0 }));
    at();
    expect(await screen.findByText('Free after')).toBeDefined();
    expect(screen.queryByText('About')).toBeNull();
  });

  it('has the medium ejected afterwards, where it is one that comes out', async () => {
    station.answer('media.list', () => [
      makeMedium('USB'),
      makeMedium('DATA', { kind: 'folder', removable: false }),
    ]);
    at();
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Eject the medium' }));
    await userEvent.click(screen.getByRole('radio', { name: /^DATA/ }));
    expect(screen.queryByRole('checkbox', { name: 'Eject the medium' })).toBeNull();
    await userEvent.click(button(/^Pack to DATA/));
    usePack.setState({ step: 'destination', place: '/media/USB' });
    await userEvent.click(await screen.findByRole('button', { name: /^Pack to USB/ }));
    const asked = station.callsOf('jobs.start');
    expect(asked[0]).not.toHaveProperty('ejectAfter');
    expect(asked[1]).toMatchObject({ output: '/media/USB/plant.airlock', ejectAfter: true });
  });

  it('tells a medium by its maker or its kind, and a folder by its path, whole on hover and to be copied', async () => {
    station.answer('media.list', () => [
      makeMedium('STICK', { device: 'SanDisk Extreme Pro, USB 3.2' }),
      makeMedium('PLAIN', { device: null }),
    ]);
    usePack.setState({ folders: ['/srv/very/long/way/to/out'] });
    at();
    expect((await screen.findByText('SanDisk Extreme Pro, USB 3.2')).title).toBe('/media/STICK');
    expect(screen.getByText('USB medium').title).toBe('/media/PLAIN');
    await userEvent.click(screen.getByRole('radio', { name: /^out: Not a medium/ }));
    expect(screen.getAllByTitle('/srv/very/long/way/to/out')).toHaveLength(2);
    expect(button('Copy the path')).toBeDefined();
  });

  it('says what is wrong with a medium, and has the remedy as its one action', async () => {
    station.answer('media.list', () => [
      makeMedium('FULL', { freeBytes: 2e9 }),
      makeMedium('CARD-2', { kind: 'card', readOnly: true }),
    ]);
    at();
    expect(await screen.findByText('Too small by 570 MB')).toBeDefined();
    expect(screen.getByText('Slide the lock on the card up and insert it again.')).toBeDefined();
    await userEvent.click(screen.getByRole('radio', { name: /^FULL/ }));
    expect(screen.getByText('FULL can’t take the bundle as it is.')).toBeDefined();
    expect(button(/^Choose a folder…/)).toBeDefined();
  });

  it('offers another name where one is taken, and the right one where it is no name', async () => {
    const bundle = {
      name: 'plant',
      form: 'directory' as const,
      bytes: 1,
      items: 1,
      created: '2026-11-19T14:05:00Z',
    };
    station.answer('media.list', () => [
      makeMedium('USB', { bundles: [{ ...bundle, path: '/media/USB/plant.airlock' }] }),
    ]);
    at();
    await userEvent.click(await screen.findByRole('button', { name: 'Name it plant-2' }));
    expect(screen.getByRole('textbox', { name: 'Bundle name' })).toHaveProperty('value', 'plant-2');
    await userEvent.type(screen.getByRole('textbox', { name: 'Bundle name' }), ' X');
    await userEvent.click(button(/^Name it plant-2-x/));
    expect(button(/^Pack to USB/)).toBeDefined();
  });
});

describe('Run', () => {
  const items = [
    makeJobItem('quay.io/a:1', { state: 'running' }),
    makeJobItem('quay.io/b:1', {
      state: 'failed',
      error: makeError({ message: 'quay.io sent other bytes.', details: { attempts: 3 } }),
    }),
    makeJobItem('quay.io/c:1', { state: 'done' }),
  ];

  it('says the figures, and under what failed, why and how often it was tried', () => {
    standing(makeJob('p', 'pack'), items);
    render(<Screen />);
    expect(screen.getByText('38 %')).toBeDefined();
    expect(screen.getByText('about 3 min')).toBeDefined();
    expect(screen.getByText('quay.io sent other bytes.')).toBeDefined();
    expect(screen.getByText(/Tried 3 times; the other items go on\./)).toBeDefined();
    expect(screen.getByRole('columnheader', { name: 'Speed' })).toBeDefined();
    expect(screen.getByRole('tab', { name: /Failed\s*1/ })).toBeDefined();
  });

  it('says what is on the medium, what will be free, and what each source does', async () => {
    const { numbers } = makeJob('p', 'pack');
    const hosts = [
      { host: 'quay.io', connections: 3 },
      { host: 'helm.example', connections: 0 },
      { host: 'slow.example', connections: 1 },
    ];
    const waits = [
      { host: 'slow.example', until: Date.now() + 46_500, seconds: 60, why: 'It answered 429.' },
    ];
    station.answer('media.list', () => [makeMedium('USB', { freeBytes: 100e9 })]);
    standing(
      makeJob('p', 'pack', { numbers: { ...numbers, blobs: { done: 96, total: 287 }, hosts }, waits }),
      items,
    );
    render(<Screen />);
    const fact = (term: string) => screen.getByText(term).nextElementSibling?.textContent;
    expect(fact('Blobs')).toBe('96 of 287');
    expect(fact('quay.io')).toBe('3 connections');
    expect(fact('helm.example')).toBe('done');
    expect(fact('slow.example')).toMatch(/^waits 0:4[67]$/);
    await waitFor(() => expect(fact('Free after')).toMatch(/^9[78]\.\d GB$/));
  });

  it('is held and goes on', async () => {
    standing(makeJob('p', 'pack'), items);
    render(<Screen />);
    await userEvent.click(button(/^Pause/));
    expect(station.callsOf('jobs.pause')).toEqual([{ job: 'p' }]);
    jobChanged(makeJob('p', 'pack', { state: 'paused', seq: 2 }));
    await userEvent.click(await screen.findByRole('button', { name: /^Go on/ }));
    expect(station.callsOf('jobs.goOn')).toEqual([{ job: 'p' }]);
  });

  it('asks before it is stopped, and says what stays', async () => {
    standing(makeJob('p', 'pack'), items);
    render(<Screen />);
    await userEvent.click(button(/^Cancel…/));
    const dialog = screen.getByRole('alertdialog', { name: 'Stop packing plant?' });
    expect(within(dialog).getByText(/^977 MB are on USB/)).toBeDefined();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Stop' }));
    expect(station.callsOf('jobs.cancel')).toEqual([{ job: 'p' }]);
  });

  it('tries what failed once more at the end, if it is told so beforehand', async () => {
    standing(makeJob('p', 'pack'), items);
    station.answer('jobs.again', () => 'next');
    render(<Screen />);
    await userEvent.click(button('Try 1 again at the end'));
    jobChanged(makeJob('p', 'pack', { state: 'partial', ended: 2, seq: 2 }));
    await waitFor(() => expect(station.callsOf('jobs.again')).toEqual([{ job: 'p' }]));
  });

  it('says that its engine is gone, and goes on by one button', async () => {
    standing(makeJob('p', 'pack', { state: 'interrupted', ended: null }), items);
    station.answer('jobs.again', () => 'next');
    render(<Screen />);
    expect(screen.getByText('Packing was interrupted')).toBeDefined();
    await userEvent.click(button(/^Go on/));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'p' }]);
  });

  it('offers another name where its place is taken', async () => {
    const error = makeError({ code: 'PLACE_TAKEN', message: 'It is there already.', side: 'machine' });
    standing(makeJob('p', 'pack', { state: 'failed', ended: 2, error }), []);
    render(<Screen />);
    await userEvent.click(button(/^Pack as plant-2/));
    expect(station.callsOf('jobs.start')).toMatchObject([{ output: '/media/USB/plant-2.airlock' }]);
  });
});

describe('Partial', () => {
  const items = [
    makeJobItem('quay.io/a:1', { state: 'done' }),
    makeJobItem('quay.io/b:1', { state: 'failed', error: makeError() }),
  ];

  it('says how many failed, why, and tries again', async () => {
    standing(makeJob('p', 'pack', { state: 'partial', ended: 2 }), items, makePackResult({ sealed: 'no' }));
    station.answer('jobs.again', () => 'next');
    render(<Screen />);
    expect(screen.getByText('1 of 2 packed, 1 failed')).toBeDefined();
    await userEvent.click(button(/^Try 1 item again/));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'p' }]);
  });

  it('seals without what failed only after it has asked', async () => {
    standing(makeJob('p', 'pack', { state: 'partial', ended: 2 }), items, makePackResult({ sealed: 'no' }));
    render(<Screen />);
    await userEvent.click(button('Leave it out and seal…'));
    expect(station.callsOf('jobs.start')).toEqual([]);
    await userEvent.click(button('Leave out and seal'));
    expect(station.callsOf('jobs.start')).toMatchObject([{ sealIncomplete: true }]);
  });
});

describe('Done', () => {
  const done = makeJob('p', 'pack', { state: 'done', ended: 282_000 });

  it('says the fingerprint and lets the medium be pulled out', async () => {
    station.answer('media.list', () => [makeMedium('USB')]);
    standing(done, [makeJobItem('quay.io/a:1', { state: 'done' })], makePackResult());
    render(<Screen />);
    expect(screen.getByText('Packed and sealed')).toBeDefined();
    expect(screen.getByText('granite')).toBeDefined();
    await userEvent.click(await screen.findByRole('button', { name: /^Eject USB/ }));
    expect(station.callsOf('media.eject')).toEqual([{ path: '/media/USB' }]);
    expect((await screen.findAllByText('USB may be pulled out.')).length).toBeGreaterThan(0);
    expect(button(/^Pack another/)).toBeDefined();
  });

  it('does not eject a folder', async () => {
    station.answer('media.list', () => [makeMedium('USB', { removable: false, kind: 'folder' })]);
    standing(done, [], makePackResult());
    render(<Screen />);
    await userEvent.click(await screen.findByRole('button', { name: /^Pack another/ }));
    expect(usePack.getState()).toMatchObject({ step: 'contents', packJob: null });
  });

  it('says at once that a medium which was ejected by itself may be pulled out', async () => {
    station.answer('media.list', () => []);
    standing(done, [], makePackResult({ ejected: { name: 'PLANT-07', error: null } }));
    render(<Screen />);
    expect((await screen.findAllByText('PLANT-07 may be pulled out.')).length).toBeGreaterThan(0);
    expect(screen.getByText('Pull out PLANT-07')).toBeDefined();
    expect(button(/^Pack another/)).toBeDefined();
    expect(station.callsOf('media.eject')).toEqual([]);
  });

  it('says why a medium could not be ejected by itself, of a bundle that is sealed all the same', async () => {
    station.answer('media.list', () => [makeMedium('USB')]);
    const error = makeError({ code: 'IN_USE', message: 'Something on USB is still open.', side: 'machine' });
    standing(done, [], makePackResult({ ejected: { name: 'USB', error } }));
    render(<Screen />);
    expect(screen.getByText('Packed and sealed')).toBeDefined();
    expect(screen.getByText('Something on USB is still open.')).toBeDefined();
    await userEvent.click(await screen.findByRole('button', { name: /^Eject USB/ }));
    expect((await screen.findAllByText('USB may be pulled out.')).length).toBeGreaterThan(0);
    expect(screen.queryByText('Something on USB is still open.')).toBeNull();
  });

  it('calls the bundle as its file, and says what it is called within', () => {
    standing({ ...done, title: 'plant-north' }, [], makePackResult());
    render(<Screen />);
    expect(screen.getAllByRole('heading', { name: 'plant-north' })).toHaveLength(2);
    expect(screen.getByText('Name in it').nextSibling?.textContent).toBe('plant');
  });

  it('says that the medium could not be ejected, and why', async () => {
    station.answer('media.list', () => [makeMedium('USB')]);
    station.answer('media.eject', () => {
      throw makeError({ code: 'IN_USE', message: 'Another program uses USB.', side: 'machine' });
    });
    standing(done, [], makePackResult());
    render(<Screen />);
    await userEvent.click(await screen.findByRole('button', { name: /^Eject USB/ }));
    expect(await screen.findByText('Another program uses USB.')).toBeDefined();
  });

  it('of a bundle without what failed is amber and says so', () => {
    standing(
      { ...done, state: 'partial' },
      [makeJobItem('a:1', { state: 'done' }), makeJobItem('b:1', { state: 'failed', error: makeError() })],
      makePackResult(),
    );
    render(<Screen />);
    expect(screen.getByText('Packed and sealed, not complete')).toBeDefined();
  });
});
