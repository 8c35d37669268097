// Holds each step of the Verify desk to what an operator sees on it and can do from it.
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Screen } from '../../../renderer/verify/Screen.tsx';
import { NEW_VERIFY, useVerify } from '../../../renderer/verify/verify-store.ts';
import { useAnnouncement } from '../../../renderer/store/announcer.ts';
import { runAction } from '../../../renderer/store/actions.ts';
import { offeredPaths } from '../../../renderer/store/drops.ts';
import { jobChanged, useJobs } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSession } from '../../../renderer/store/session.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeError, makeJobItem, makeMedium } from '../pack/make-pack.ts';
import {
  blobOf,
  digest,
  makeDamagedReport,
  makeFacts,
  makeFile,
  makeItem,
  makeJob,
  makeOpened,
  makeReport,
  makeResult,
  makeRow,
  makeSummary,
  PATH,
  sumOf,
} from './make-verify.ts';

let station: FakeBridge;
giveLayout();

beforeEach(async () => {
  sessionStorage.clear();
  useVerify.setState(NEW_VERIFY);
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useSession.setState({ facts: null });
  useNavigation.setState({ desk: 'verify', intent: null });
  station = await fakeBridge({
    'media.list': () => [makeMedium('PLANT-07', { bundles: [makeOpened().found] })],
    'bundles.inspect': () => makeOpened(),
    'history.list': () => ({ rows: [], total: 0 }),
    'jobs.start': () => 'started',
    'jobs.again': () => 'again',
    'jobs.items': () => [],
    'jobs.result': () => null,
    'reports.render': () => ({ name: 'report.html', text: '<!doctype html>' }),
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const button = (name: string | RegExp) => screen.getByRole('button', { name });

function standing(job: JobSnapshot, result: JobResult | null = null, items: readonly JobItem[] = []): void {
  station.answer('jobs.items', () => items);
  useJobs.setState({ jobs: { [job.id]: job }, items: { [job.id]: items }, results: { [job.id]: result } });
  useVerify.setState({ verifyJob: job.id });
}

const ended = (change: Partial<JobSnapshot> = {}) =>
  makeJob('job', { state: 'done', ended: 5600, ...change });

describe('Bundle', () => {
  it('tells what Verify tells and what it never does, and wants a bundle', async () => {
    render(<Screen />);
    expect(screen.getByText('What Verify tells you')).toBeTruthy();
    expect(screen.getByText('Write to the medium.')).toBeTruthy();
    expect(button('Choose a bundle')).toHaveProperty('disabled', true);
    expect(await screen.findByText('No bundle was checked on this machine yet.')).toBeTruthy();
  });

  it('says how a bundle on a medium was checked here before', async () => {
    const lastVerify = { job: 'j', at: '2026-11-18T17:30:00', outcome: 'failed' } as const;
    station.answer('bundles.inspect', () => makeOpened({ lastVerify }));
    render(<Screen />);
    expect(await screen.findByText(/damaged when checked on 2026-11-18 17:30/)).toBeTruthy();
  });

  it('lists what was checked here before, and leads to History', async () => {
    station.answer('history.list', () => ({ rows: [makeRow()], total: 1 }));
    render(<Screen />);
    const before = await screen.findByRole('region', { name: 'Checked here before' });
    expect(within(before).getByText('palette-4.0.17')).toBeTruthy();
    expect(within(before).getByText('Damaged')).toBeTruthy();
    await userEvent.setup().click(button('All in History'));
    expect(useNavigation.getState().desk).toBe('history');
  });

  it('checks the chosen bundle as strictly as it was asked to', async () => {
    const user = userEvent.setup();
    render(<Screen />);
    await user.click(await screen.findByRole('radio', { name: 'astronomer-2.1 on PLANT-07' }));
    expect(
      await screen.findByText('Checking reads all 2.57 GB of it once. Nothing is written.'),
    ).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: /Also unpack/ }));
    await user.click(screen.getByRole('checkbox', { name: /Also refuse/ }));
    await user.click(button(/^Check astronomer-2\.1/));
    expect(station.callsOf('jobs.start')).toEqual([
      { desk: 'verify', bundle: PATH, deep: true, strict: true },
    ]);
    expect(useVerify.getState().verifyJob).toBe('started');
  });

  it('takes a bundle that is dropped, or opened with the station', async () => {
    render(<Screen />);
    offeredPaths(['/srv/dropped.airlock']);
    await waitFor(() => expect(useVerify.getState().bundlePath).toBe('/srv/dropped.airlock'));
    useNavigation.getState().go('verify', { paths: ['/srv/opened.airlock'] });
    await waitFor(() => expect(useVerify.getState().bundlePath).toBe('/srv/opened.airlock'));
  });

  it('says at once that the chosen folder is no bundle, and what to do', async () => {
    station.answer('bundles.inspect', () => {
      throw makeError({ code: 'NOT_A_BUNDLE', message: '/srv/x is no bundle.', side: 'bundle' });
    });
    useVerify.setState({ bundlePath: '/srv/x' });
    render(<Screen />);
    const card = await screen.findByRole('alert');
    expect(within(card).getByText('This is no bundle')).toBeTruthy();
    expect(within(card).getByText('Choose a folder NAME.airlock or a file NAME.airlock.tar.')).toBeTruthy();
    // Reading it once more helps little: the remedy is the screen's one primary action.
    expect(button(/^Choose another…/).textContent).toContain('Ctrl');
    expect(within(card).getByRole('button', { name: 'Read it again' })).toBeTruthy();
  });

  it('offers another bundle beside the card where reading it again may help', async () => {
    station.answer('bundles.inspect', () => {
      throw makeError({ code: 'LOCAL_IO', message: 'The medium failed.', side: 'machine' });
    });
    useVerify.setState({ bundlePath: PATH });
    render(<Screen />);
    const card = await screen.findByRole('alert');
    expect(within(card).getByRole('button', { name: 'Choose another…' })).toBeTruthy();
    expect(button(/^Check astronomer-2\.1 again/).textContent).toContain('Ctrl');
  });

  it('comes back with the reason where a check could not begin, and tries again by one button', async () => {
    const error = makeError({ code: 'BUNDLE_TRUNCATED', message: 'It ends early.', side: 'bundle' });
    standing(ended({ state: 'failed', error }));
    render(<Screen />);
    expect(await screen.findByText('The bundle ends too early')).toBeTruthy();
    await userEvent.setup().click(button(/^Check astronomer-2\.1 again/));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'job' }]);
    expect(useVerify.getState().verifyJob).toBe('again');
  });
});

describe('Check', () => {
  it('shows how far it is, pauses and goes on', async () => {
    const user = userEvent.setup();
    standing(makeJob('job'), null, [makeJobItem('quay.io/astronomer/ap-base:2026.8.3')]);
    render(<Screen />);
    expect(screen.getByText('38 %')).toBeTruthy();
    expect(screen.getByText('12 of 34')).toBeTruthy();
    await user.click(button(/^Pause/));
    expect(station.callsOf('jobs.pause')).toEqual([{ job: 'job' }]);
    jobChanged(makeJob('job', { state: 'paused', seq: 2 }));
    await user.click(await screen.findByRole('button', { name: /^Go on/ }));
    expect(station.callsOf('jobs.goOn')).toEqual([{ job: 'job' }]);
  });

  it('asks before it is cancelled, and says what is known then', async () => {
    const user = userEvent.setup();
    standing(makeJob('job'));
    render(<Screen />);
    await user.click(button('Cancel…'));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText(/nothing is known of the bundle then/)).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Stop' }));
    expect(station.callsOf('jobs.cancel')).toEqual([{ job: 'job' }]);
  });

  it.each([
    ['interrupted', 'Interrupted', /^Go on/],
    ['cancelled', 'Stopped', /^Check it again/],
  ] as const)('says that it was %s, and one button reads the bundle again', async (state, title, way) => {
    standing(ended({ state, ended: state === 'interrupted' ? null : 2000 }));
    render(<Screen />);
    expect(screen.getByRole('heading', { name: title })).toBeTruthy();
    await userEvent.setup().click(button(way));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'job' }]);
  });

  it('is found again after a reload, and one that was shown here too', async () => {
    useJobs.setState({ jobs: { old: makeJob('old') } });
    render(<Screen />);
    await waitFor(() => expect(useVerify.getState().verifyJob).toBe('old'));
  });
});

describe('Findings of an intact bundle', () => {
  it('say first that nobody signed it, and why it is intact', () => {
    standing(ended(), makeResult());
    render(<Screen />);
    expect(screen.getByRole('heading', { name: 'Intact' })).toBeTruthy();
    expect(screen.getByText('Not signed: nobody vouches for it')).toBeTruthy();
    expect(screen.getByText('Checked 2.57 GB in 5 s')).toBeTruthy();
    expect(screen.getByText('2 of 2 have the digest in SHA256SUMS. None missing, none extra.')).toBeTruthy();
    expect(screen.getByText('sha256sum --check --strict --quiet SHA256SUMS')).toBeTruthy();
    expect(screen.queryByRole('tab', { name: /^Findings/ })).toBeNull();
    expect(
      within(screen.getByRole('list', { name: 'Fingerprint in eight words' })).getAllByRole('listitem'),
    ).toHaveLength(8);
  });

  it('say what was told while the check ran', () => {
    standing(ended({ notices: ['No receipt was kept. The disk is full.'] }), makeResult());
    render(<Screen />);
    expect(screen.getByText('No receipt was kept. The disk is full.')).toBeTruthy();
  });

  it('lead to Import with the bundle', async () => {
    standing(ended(), makeResult());
    render(<Screen />);
    await userEvent.setup().click(button('Import it'));
    expect(useNavigation.getState()).toMatchObject({ desk: 'import', intent: { paths: [PATH] } });
  });

  it('show files and items, which a filter narrows down', async () => {
    const user = userEvent.setup();
    const report = makeReport({
      items: [makeItem('quay.io/a:1'), makeItem('quay.io/b:1', { digest: digest('f') })],
    });
    standing(ended(), makeResult(report));
    render(<Screen />);
    await user.click(screen.getByRole('tab', { name: /^Files/ }));
    const files = screen.getByRole('grid', { name: 'Files of the bundle' });
    await user.type(screen.getByRole('searchbox', { name: 'Filter' }), 'sums');
    expect(within(files).getAllByRole('row')).toHaveLength(2);
    await user.click(screen.getByRole('tab', { name: /^Items/ }));
    const items = screen.getByRole('grid', { name: 'Items of the bundle' });
    expect(within(items).getAllByRole('row')).toHaveLength(3);
    items.focus();
    await user.keyboard('{ArrowDown}');
    expect(within(items).getByText('note of quay.io/b:1')).toBeTruthy();
  });

  it('copy a digest with C', async () => {
    const user = userEvent.setup();
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    standing(ended(), makeResult(makeReport({ files: [makeFile(blobOf('a'))] })));
    render(<Screen />);
    await user.click(screen.getByRole('tab', { name: /^Files/ }));
    screen.getByRole('grid', { name: 'Files of the bundle' }).focus();
    await user.keyboard('c');
    expect(copied).toHaveBeenCalledWith(digest('a'));
  });

  it('hold thousands of rows, of which few are in the page', async () => {
    const files = Array.from({ length: 10_000 }, (_, index) => makeFile(`blobs/file-${index}`));
    standing(ended(), makeResult(makeReport({ files })));
    render(<Screen />);
    await userEvent.setup().click(screen.getByRole('tab', { name: /^Files/ }));
    const grid = screen.getByRole('grid', { name: 'Files of the bundle' });
    expect(grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(within(grid).getAllByRole('row').length).toBeLessThan(100);
  });

  it('save a report in the form that was chosen', async () => {
    const user = userEvent.setup();
    standing(ended(), makeResult());
    render(<Screen />);
    await user.click(button(/^Save report…/));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('radio', { name: 'JSON for programs' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(station.callsOf('reports.render')).toEqual([
      { job: '20261120T095800Z-verify-0a1b2c', format: 'json' },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('keep the dialog where the one of the system was closed', async () => {
    const user = userEvent.setup();
    useSession.setState({ facts: makeFacts('window') });
    station.answer('dialogs.saveText', () => null);
    standing(ended(), makeResult());
    render(<Screen />);
    await user.click(button(/^Save report…/));
    const save = within(await screen.findByRole('dialog')).getByRole('button', { name: 'Save' });
    await user.click(save);
    await waitFor(() => expect(station.callsOf('dialogs.saveText')).toHaveLength(1));
    expect(screen.getByRole('dialog')).toBeTruthy();
    station.answer('dialogs.saveText', () => '/home/op/report.html');
    await user.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(useAnnouncement.getState().text).toBe('Saved as /home/op/report.html.');
  });

  it('say why a report could not be made, and keep the dialog', async () => {
    const user = userEvent.setup();
    station.answer('reports.render', () => {
      throw makeError({ code: 'ENGINE_GONE', message: 'The engine is gone.', side: 'airlock' });
    });
    standing(ended(), makeResult());
    render(<Screen />);
    await user.click(button(/^Save report…/));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The engine stopped')).toBeTruthy();
  });

  it('make room for another bundle; the job leaves the list', async () => {
    standing(ended(), makeResult());
    render(<Screen />);
    await userEvent.setup().click(button('Check another'));
    expect(station.callsOf('jobs.forget')).toEqual([{ job: 'job' }]);
    expect(useVerify.getState().bundlePath).toBeNull();
    expect(await screen.findByRole('button', { name: 'Browse…' })).toBeTruthy();
  });

  it('can be worked by name from the palette', async () => {
    standing(ended(), makeResult());
    render(<Screen />);
    expect(runAction('verify.tab.files')).toBe(true);
    expect(await screen.findByRole('grid', { name: 'Files of the bundle' })).toBeTruthy();
    expect(runAction('verify.copy')).toBe(false);
    expect(runAction('verify.report')).toBe(true);
    expect(await screen.findByRole('dialog')).toBeTruthy();
  });
});

describe('Findings of a damaged bundle', () => {
  const damaged = () => ended({ state: 'failed' });

  it('stand first, with the counts in one sentence, and what each file belongs to', () => {
    standing(damaged(), makeResult(makeDamagedReport()));
    render(<Screen />);
    expect(screen.getByRole('heading', { name: 'Damaged. Do not import' })).toBeTruthy();
    expect(
      screen.getByText('1 file has other bytes, 1 is missing and 1 is on the medium that was never sealed.'),
    ).toBeTruthy();
    const rows = within(screen.getByRole('grid', { name: 'What is not as it was sealed' }))
      .getAllByRole('row')
      .slice(1)
      .map(({ textContent }) => textContent);
    expect(rows[0]).toMatch(
      /^Damaged.*1\.00 kB, the length is right(?:d{12})(?:7{12})edge-k8s\.bin and 1 more$/,
    );
    expect(rows[1]).toMatch(/^Missing.*1\.00 kBe{12}nothingdisk\.ova$/);
    expect(rows[2]).toBe(
      'Unexpectedsetup.exe1.20 MB, in no listnothingnot openedno item. Airlock did not open it',
    );
    expect(screen.getAllByText('1 of 3')).toHaveLength(2);
    expect(screen.queryByRole('button', { name: 'Import it' })).toBeNull();
  });

  it('show under the chosen row why it stands there, and both sums whole', async () => {
    const user = userEvent.setup();
    standing(damaged(), makeResult(makeDamagedReport()));
    render(<Screen />);
    const [, first] = screen.getAllByRole('row');
    if (first === undefined) throw new Error('no finding is shown');
    await user.click(first);
    expect(within(first).getByText('has other bytes than its name says')).toBeTruthy();
    expect(within(first).getByText(sumOf('d'))).toBeTruthy();
    expect(within(first).getByText(`${sumOf('7')}, 1,000 bytes`)).toBeTruthy();
  });

  it('are read again, and copied as text', async () => {
    const user = userEvent.setup();
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    standing(damaged(), makeResult(makeDamagedReport()));
    render(<Screen />);
    await user.click(button('Copy findings'));
    expect(copied.mock.calls[0]?.[0]).toContain(`damaged\t${blobOf('d')}\thas other bytes`);
    await user.click(button('Read the medium again'));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'job' }]);
  });

  it('tell what a system left from what was damaged', () => {
    const files = [makeFile('SHA256SUMS'), makeFile('.DS_Store', { state: 'litter' })];
    standing(damaged(), makeResult(makeReport({ verdict: 'damaged', files })));
    render(<Screen />);
    expect(screen.getByRole('heading', { name: 'Refused for what a system left' })).toBeTruthy();
  });
});

it('calls a bundle incomplete that says itself what could not be had', () => {
  const items = [makeItem('a:1'), makeItem('b:1', { state: 'incomplete' })];
  standing(ended({ state: 'partial' }), makeResult(makeReport({ verdict: 'incomplete', items })));
  render(<Screen />);
  expect(screen.getByRole('heading', { name: 'Incomplete' })).toBeTruthy();
  expect(screen.getByText(/but 1 item could not be had whole when it was packed\.$/)).toBeTruthy();
});

describe('Differences', () => {
  const older = makeSummary({ path: '/media/OLD/astronomer-2.0.airlock', name: 'astronomer-2.0' });
  const diff = {
    changes: [
      {
        kind: 'image',
        reference: 'quay.io/ap-base:1',
        change: 'changed',
        before: digest('9'),
        after: digest('5'),
        newBytes: 28_300_000,
      },
      {
        kind: 'image',
        reference: 'quay.io/houston:2.1.21',
        was: 'quay.io/houston:2.0.32',
        change: 'changed',
        before: digest('3'),
        after: digest('4'),
        newBytes: 312_000_000,
      },
      { kind: 'image', reference: 'quay.io/new:1', change: 'added', after: digest('1') },
    ],
    same: 32,
    newBlobs: 4,
    newBytes: 1_140_000_000,
    totalBytes: 2_570_000_000,
  };

  beforeEach(() => {
    station.answer('media.list', () => [
      makeMedium('OLD', {
        bundles: [{ ...makeOpened().found, path: older.path, name: older.name }],
      }),
    ]);
    station.answer('bundles.diff', () => ({ older, newer: makeSummary(), diff }));
    standing(ended(), makeResult());
    useVerify.setState({ tab: 'differences' });
  });

  const choose = async () => {
    const user = userEvent.setup();
    render(<Screen />);
    await user.click(await screen.findByRole('button', { name: /Compared with/ }));
    await user.click(await screen.findByRole('option', { name: 'astronomer-2.0 on OLD' }));
    return user;
  };

  it('are shown with both digests, the moved tag first, and what is new', async () => {
    const user = await choose();
    expect(station.callsOf('bundles.diff')).toEqual([{ older: older.path, newer: PATH }]);
    const table = await screen.findByRole('grid', { name: 'What changed' });
    const [, first, second, third] = within(table).getAllByRole('row');
    expect(first?.textContent).toMatch(/^Same tag.*ap-base:199999999999955555555555528\.3 MB$/);
    expect(second?.textContent).toMatch(/^New.*quay\.io\/newnot there1$/);
    expect(third?.textContent).toMatch(/^Changed.*quay\.io\/houston2\.0\.322\.1\.21312 MB$/);
    expect(screen.getByText('1.14 GB')).toBeTruthy();
    table.focus();
    expect(await screen.findByText(digest('9'))).toBeTruthy();
    await user.click(screen.getByRole('tab', { name: /^New/ }));
    expect(within(table).getAllByRole('row')).toHaveLength(2);
    await user.click(screen.getByRole('tab', { name: 'Why' }));
    expect(screen.getByText('2 items changed, 1 new and 0 gone since astronomer-2.0.')).toBeTruthy();
  });

  it('say why two bundles could not be compared', async () => {
    station.answer('bundles.diff', () => {
      throw makeError({ code: 'FILE_NOT_FOUND', message: 'It is gone.', side: 'machine' });
    });
    await choose();
    expect(await screen.findByText('The path is not there')).toBeTruthy();
  });
});
