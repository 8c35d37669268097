// Holds the History desk to what an operator sees on it and can do from it.
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEW_HISTORY, useHistory } from '../../../renderer/history/history-store.ts';
import { Screen } from '../../../renderer/history/Screen.tsx';
import { runAction } from '../../../renderer/store/actions.ts';
import { useJobs } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import type { HistoryRow } from '../../../shared/ipc/schemas.ts';
import { rowOf } from '../../../renderer/history/lines.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeJob, makeReceipt, makeReceiptItem } from './make-history.ts';

giveLayout();

const sealed = makeReceipt();
const failed = makeReceipt({
  job: '20261119T135100Z-pack-0a1b2d',
  started: '2026-11-19T13:51:00Z',
  ended: '2026-11-19T13:56:12Z',
  outcome: 'partial',
  items: [
    makeReceiptItem('quay.io/a:1'),
    makeReceiptItem('quay.io/b:1', {
      outcome: 'failed',
      error: {
        code: 'DIGEST_MISMATCH',
        message: 'quay.io sent other bytes.',
        side: 'source',
        remedy: 'Fetch it again.',
        details: {},
        causes: [],
      },
    }),
  ],
  notes: ['waited 4 s for quay.io'],
});

let station: FakeBridge;
let receipts: readonly Receipt[] = [];

beforeEach(async () => {
  receipts = [sealed, failed];
  useHistory.setState(NEW_HISTORY, true);
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useNavigation.setState({ desk: 'history', intent: null });
  const rows = (): readonly HistoryRow[] => receipts.map(rowOf);
  station = await fakeBridge({
    'history.list': ({ text, desk }: { text: string; desk: string | null }) => {
      const found = rows().filter(
        (row) => (desk === null || row.desk === desk) && JSON.stringify(row).includes(text),
      );
      return { rows: found, total: found.length };
    },
    'history.receipt': ({ job }: { job: string }) => receipts.find((receipt) => receipt.job === job),
    'media.list': () => [],
    'jobs.again': () => 'next',
  });
});

afterEach(cleanup);

const button = (name: RegExp | string) => screen.getByRole('button', { name });
const rowNames = () =>
  screen
    .getAllByRole('row')
    .filter((row) => row.hasAttribute('aria-selected'))
    .map(({ textContent }) => textContent);

async function shown() {
  const user = userEvent.setup();
  render(<Screen />);
  await waitFor(() => expect(useHistory.getState().total).not.toBeNull());
  return user;
}

describe('The list', () => {
  it('has a line a job with its end in a word, and the receipt of the first beside it', async () => {
    await shown();
    expect(rowNames()[0]).toContain('Sealed');
    expect(rowNames()[1]).toContain('1 item failed');
    expect(rowNames()[1]).toContain('1 of 2');
    const panel = screen.getByRole('complementary');
    expect(within(panel).getByText('pack on packing-laptop')).toBeDefined();
    expect(within(panel).getByText('granite')).toBeDefined();
    expect(await within(panel).findByText('b7b7b7b7b7b7')).toBeDefined();
    expect(screen.getByText('Kept on this machine. 2 receipts.')).toBeDefined();
  });

  it('teaches where no job has run yet', async () => {
    receipts = [];
    useSettings.setState(({ settings }) => ({ settings: { ...settings, side: 'disconnected' } }));
    const user = await shown();
    expect(screen.getByText('No job has run on this machine yet')).toBeDefined();
    await user.click(button('Go to Verify'));
    expect(useNavigation.getState().desk).toBe('verify');
  });

  it('is looked through by the station, word by word, desk by desk', async () => {
    const user = await shown();
    await user.type(screen.getByRole('searchbox'), '13:51');
    await waitFor(() => expect(rowNames()).toHaveLength(1));
    // The receipt in the panel looks for its lock meanwhile, which may be asked for later.
    expect(station.callsOf('history.list')).toContainEqual(
      expect.objectContaining({ text: '13:51', desk: null }),
    );
    expect(screen.getByText('1 receipt found.')).toBeDefined();
    await user.click(button(/All desks/));
    await user.click(screen.getByRole('option', { name: 'Verify' }));
    expect(
      await screen.findByText('No job holds that. Change the words, the desk or the result.'),
    ).toBeDefined();
    runAction('history.clear');
    await waitFor(() => expect(rowNames()).toHaveLength(2));
  });

  it('has what is not finished on top, and goes on with it by one button', async () => {
    useJobs.setState({ jobs: { p: makeJob('p', { state: 'interrupted' }) } });
    const user = await shown();
    expect(rowNames()[0]).toContain('eck-3.6');
    expect(rowNames()[0]).toContain('Not finished');
    expect(rowNames()[0]).toContain('3 of 7');
    await user.click(button(/^Go on/));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'p' }]);
    await waitFor(() =>
      expect(useNavigation.getState()).toMatchObject({ desk: 'pack', intent: { job: 'next' } }),
    );
  });

  it('says how far a held job is, and shows it at its desk', async () => {
    useJobs.setState({ jobs: { p: makeJob('p') } });
    const user = await shown();
    expect(rowNames()[0]).toContain('Paused at 44 %');
    await user.click(button(/^Show it/));
    expect(useNavigation.getState()).toMatchObject({ desk: 'pack', intent: { job: 'p' } });
  });

  it('says that an unfinished job could not be gone on with', async () => {
    useJobs.setState({ jobs: { p: makeJob('p', { state: 'interrupted' }) } });
    station.answer('jobs.again', () => {
      throw { ...failed.items[1]?.error, code: 'FILE_NOT_FOUND', message: 'The lock is gone.' };
    });
    const user = await shown();
    await user.click(button(/^Go on/));
    expect(await screen.findByText('The lock is gone.')).toBeDefined();
  });

  it('opens what another desk sends here', async () => {
    useNavigation.setState({ intent: { job: failed.job } });
    await shown();
    expect(await screen.findByRole('heading', { name: 'Pack of plant-1.0' })).toBeDefined();
  });

  it('packs again what a lock is at hand for', async () => {
    receipts = [sealed, makeReceipt({ job: 'l', desk: 'lock', place: '/lists/plant-1.0.lock.json' })];
    const user = await shown();
    await user.click(await screen.findByRole('button', { name: 'Pack this again' }));
    expect(useNavigation.getState()).toMatchObject({
      desk: 'pack',
      intent: { paths: ['/lists/plant-1.0.lock.json'] },
    });
  });
});

describe('A receipt', () => {
  async function opened() {
    const user = await shown();
    screen.getByRole('grid').focus();
    await user.keyboard('{End}{Enter}');
    await screen.findByRole('heading', { name: 'Pack of plant-1.0' });
    return user;
  }

  it('is opened by Enter, says how the job ended and why, failed items first', async () => {
    await opened();
    expect(screen.getByRole('heading', { name: '1 item failed', level: 2 })).toBeDefined();
    expect(screen.getByText('2 items: 1 done, 1 failed.')).toBeDefined();
    expect(screen.getByText('Other bytes came than the digest names')).toBeDefined();
    expect(screen.getByRole('tab', { name: /Failed\s*1/ }).getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement?.getAttribute('role')).toBe('grid');
  });

  it('has its notes in a tab of their own', async () => {
    const user = await opened();
    await user.click(screen.getByRole('tab', { name: /Notes/ }));
    expect(screen.getByText('waited 4 s for quay.io')).toBeDefined();
  });

  it('goes back to its row in the list, with the focus there', async () => {
    const user = await opened();
    await user.click(button(/^Back to all jobs/));
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Jobs'));
    expect(screen.getByRole('row', { selected: true }).textContent).toContain('1 item failed');
  });

  it('is saved in the form that was chosen', async () => {
    station.answer('reports.render', () => ({ name: 'receipt.json', text: '{}' }));
    const user = await opened();
    await user.click(button(/^Save receipt…/));
    const dialog = screen.getByRole('dialog');
    await user.click(within(dialog).getByRole('radio', { name: /JSON/ }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(station.callsOf('reports.render')).toEqual([{ job: failed.job, format: 'json' }]);
  });

  it('that cannot be read says so, with a way back', async () => {
    station.answer('history.receipt', () => {
      throw { ...failed.items[1]?.error, code: 'FILE_NOT_FOUND', message: 'The receipt is gone.' };
    });
    useHistory.setState({ open: 'gone' });
    const user = await shown();
    expect(await screen.findByText('The receipt is gone.')).toBeDefined();
    await user.click(button(/^Back to all jobs/));
    expect(screen.getByRole('grid', { name: 'Jobs' })).toBeDefined();
  });
});
