// Receipts, rows and jobs as the History desk's tests want them.
import { rowOf } from '../../../renderer/history/lines.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Receipt, ReceiptItem } from '../../../shared/format/receipt.ts';
import type { HistoryRow } from '../../../shared/ipc/schemas.ts';
import type { JobSnapshot } from '../../../shared/station/job.ts';

export const BUNDLE_ID = `sha256:${'b7'.repeat(32)}` as Digest;

export function makeReceiptItem(item: string, change: Partial<ReceiptItem> = {}): ReceiptItem {
  return {
    kind: 'image',
    item,
    source: item,
    digest: `sha256:${'a1'.repeat(32)}` as Digest,
    outcome: 'carried',
    bytes: 1_000_000,
    notes: [],
    ...change,
  };
}

export function makeReceipt(change: Partial<Receipt> = {}): Receipt {
  return {
    receipt: 1,
    job: '20261119T140900Z-pack-0a1b2c',
    desk: 'pack',
    started: '2026-11-19T14:09:00Z',
    ended: '2026-11-19T14:13:41Z',
    host: 'packing-laptop',
    airlock: '1.0.0',
    bundle: {
      name: 'plant-1.0',
      id: BUNDLE_ID,
      fingerprint: 'a01d50a7'.repeat(8),
      words: 'granite orbit velvet pioneer lunar wagon cabin frost',
      signed: false,
    },
    place: '/media/PLANT-07/plant-1.0.airlock',
    outcome: 'done',
    exit: 0,
    bytesSent: 2_570_000_000,
    bytesResent: 0,
    items: [makeReceiptItem('quay.io/a:1'), makeReceiptItem('quay.io/b:1', { outcome: 'present' })],
    notes: [],
    tools: [],
    ...change,
  };
}

export function makeRow(change: Partial<HistoryRow> = {}): HistoryRow {
  return { ...rowOf(makeReceipt()), ...change };
}

/** Newest first, one an hour. */
export function makeRows(count: number): readonly HistoryRow[] {
  const newest = Date.parse('2026-11-20T12:00:00Z');
  return Array.from({ length: count }, (_, index) =>
    makeRow({
      job: `job-${index}`,
      bundle: `fleet-${index}`,
      started: new Date(newest - index * 3_600_000).toISOString(),
    }),
  );
}

export function makeJob(id: string, change: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    id,
    desk: 'pack',
    title: 'eck-3.6',
    request: {
      desk: 'pack',
      lockPath: '/state/lists/eck-3.6.lock.json',
      output: '/media/USB/eck-3.6.airlock',
      sealIncomplete: false,
    },
    state: 'paused',
    stage: 'transfer',
    stages: [{ stage: 'transfer', at: 1_000 }],
    started: 1_000,
    ended: null,
    numbers: {
      doneBytes: 440,
      totalBytes: 1000,
      resentBytes: 0,
      presentBytes: 0,
      blobs: null,
      hosts: [],
      doneItems: 3,
      failedItems: 0,
      totalItems: 7,
      bytesPerSecond: 0,
      secondsLeft: null,
    },
    marks: [],
    waits: [],
    notices: [],
    question: null,
    error: null,
    seq: 1,
    ...change,
  };
}
