// Holds the last two steps of the Import desk to what an operator is told: hosts that wait, what was there, what stayed behind.
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEW_IMPORT, useImport } from '../../../renderer/import/import-store.ts';
import { Screen } from '../../../renderer/import/Screen.tsx';
import { useJobs } from '../../../renderer/store/jobs.ts';
import type { ReceiptItem } from '../../../shared/format/receipt.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeJob as makePackJob, makeJobItem, makePackResult } from '../pack/make-pack.ts';

const TARGET = 'harbor.plant.example';
giveLayout();

beforeEach(async () => {
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useImport.setState({ ...NEW_IMPORT, importJob: 'i', step: 'run' });
  await fakeBridge({ 'jobs.items': () => [], 'jobs.result': () => null });
});
afterEach(cleanup);

function makeJob(change: Partial<JobSnapshot> = {}): JobSnapshot {
  return makePackJob('i', 'pack', {
    desk: 'import',
    stage: 'push',
    request: {
      desk: 'import',
      bundle: '/media/USB/plant.airlock',
      to: `${TARGET}/plant`,
      names: 'default',
      renamed: {},
      left: ['image quay.io/left:1'],
      tags: 'ask',
      decided: {},
      verifyFirst: false,
    },
    ...change,
  });
}

function standing(job: JobSnapshot, items: readonly JobItem[], result: JobResult | null = null): void {
  useJobs.setState({ jobs: { i: job }, items: { i: items }, results: { i: result } });
  render(<Screen />);
}

const fact = (term: string) => screen.getByText(term).nextElementSibling?.textContent;

describe('Run', () => {
  const { numbers } = makeJob();
  const hosts = [{ host: TARGET, connections: 3 }];
  const items = [
    makeJobItem('quay.io/a:1', { state: 'running' }),
    makeJobItem('quay.io/b:1'),
    makeJobItem('quay.io/c:1', { state: 'done' }),
  ];

  it('tells what was sent from what was there, and what its host is at', () => {
    standing(makeJob({ numbers: { ...numbers, presentBytes: 77_000_000, hosts } }), items);
    expect(fact('Sent')).toBe('900 MB');
    expect(fact('Already there')).toBe('77.0 MB');
    const row = within(screen.getByRole('table', { name: 'Hosts' })).getByRole('row', { name: /harbor/ });
    expect(row.textContent).toMatch(/Sending.*2 items to go.*3 connections.*no limit told.*9\.60 MB\/s/);
  });

  it('counts down for a host that asked to wait, and says so of what stands still for it', () => {
    const waits = [{ host: TARGET, until: Date.now() + 46_500, seconds: 60, why: 'It answered 429.' }];
    standing(makeJob({ numbers: { ...numbers, hosts }, waits }), items);
    const row = within(screen.getByRole('table', { name: 'Hosts' })).getByRole('row', { name: /harbor/ });
    expect(row.textContent).toMatch(/Waiting.*Goes on in 0:4[67]It answered 429\..*1[34] of 60 s/);
    const share = Number(within(row).getByRole('progressbar').getAttribute('aria-valuenow'));
    expect(share).toBeGreaterThan(20);
    expect(share).toBeLessThan(25);
    const [, moving] = within(screen.getByRole('grid')).getAllByRole('row');
    expect(moving?.textContent).toMatch(/^Waiting.*quay\.io/);
  });
});

describe('Done', () => {
  const row = (item: string, change: Partial<ReceiptItem> = {}): ReceiptItem => ({
    kind: 'image',
    item,
    source: item,
    target: `${TARGET}/plant/${item}`,
    outcome: 'carried',
    bytes: 10,
    notes: [],
    ...change,
  });

  it('says what stayed behind and why, and one time for banner and panel', () => {
    const { bundle, receipt } = makePackResult();
    if (bundle === null) throw new Error('no bundle');
    standing(makeJob({ state: 'done', ended: 4_900 }), [], {
      desk: 'import',
      bundle,
      receipt: {
        ...receipt,
        desk: 'import',
        bytesSent: 94_900_000,
        started: '2026-11-20T09:58:00Z',
        ended: '2026-11-20T09:58:04Z',
        items: [
          row('quay.io/a:1'),
          row('quay.io/web:4', { outcome: 'skipped', notes: ['the tag names something else there'] }),
          row('quay.io/left:1', { outcome: 'skipped', notes: ['left out by choice'] }),
        ],
      },
    });
    expect(
      screen.getByText(
        `1 item at ${TARGET}/plant, with the digests they left with. 1 skipped: its tag names something else there. 1 left out by choice.`,
      ),
    ).toBeDefined();
    expect(screen.getByText('The tag names something else there.')).toBeDefined();
    expect(screen.getByText('94.9 MB in 4 s')).toBeDefined();
    expect(screen.getByText('Took').nextElementSibling?.textContent).toBe('4 s');
  });
});
