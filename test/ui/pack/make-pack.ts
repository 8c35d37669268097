// Rows, locks and media as the Pack desk's tests want them.
import type { WireError } from '../../../shared/errors/wire.ts';
import type { ContentsFound, DraftItem, LockRow, LockView } from '../../../shared/station/contents.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import type { Medium } from '../../../shared/station/media.ts';

const GB = 1e9;

export function makeError(change: Partial<WireError> = {}): WireError {
  return {
    code: 'REFERENCE_NOT_FOUND',
    message: 'quay.io has no plant/app:9.',
    side: 'source',
    remedy: 'Check the spelling and the tag.',
    details: {},
    causes: [],
    ...change,
  };
}

export function makeItem(reference: string, change: Partial<DraftItem> = {}): DraftItem {
  return {
    kind: 'image',
    reference,
    entry: { ref: reference },
    why: 'typed',
    problem: null,
    ...change,
  };
}

export function makeFound(items: readonly DraftItem[], change: Partial<ContentsFound> = {}): ContentsFound {
  return { items: [...items], list: null, lockPath: null, bundlePath: null, problems: [], ...change };
}

export function makeJobItem(item: string, change: Partial<JobItem> = {}): JobItem {
  return { item, kind: 'image', bytes: 1000, doneBytes: 0, state: 'queued', error: null, ...change };
}

export function makeLockRow(reference: string, change: Partial<LockRow> = {}): LockRow {
  return {
    kind: 'image',
    reference,
    digest: `sha256:${'a1'.repeat(32)}` as LockRow['digest'],
    bytes: 402_000_000,
    newBytes: 393_000_000,
    platforms: ['linux/amd64'],
    parts: [],
    attached: [],
    source: reference,
    atSource: `sha256:${'a1'.repeat(32)}` as LockRow['atSource'],
    moved: null,
    notes: [],
    ...change,
  };
}

export function makeLock(rows: readonly LockRow[], change: Partial<LockView> = {}): LockView {
  return {
    path: '/state/lists/plant.lock.json',
    name: 'plant',
    created: '2026-11-19T14:05:00Z',
    platforms: ['linux/amd64'],
    rows: [...rows],
    images: rows.length,
    charts: 0,
    files: 0,
    blobs: 12,
    bytes: 2.57 * GB,
    sharedBytes: 275_000_000,
    largestBlob: 318_000_000,
    leftOut: { platforms: [], images: 0 },
    sources: [],
    notes: [],
    ...change,
  };
}

export function makeMedium(name: string, change: Partial<Medium> = {}): Medium {
  return {
    path: `/media/${name}`,
    name,
    kind: 'usb',
    device: 'SanDisk Extreme Pro',
    fileSystem: 'exfat',
    removable: true,
    readOnly: false,
    freeBytes: 119 * GB,
    totalBytes: 128 * GB,
    bundles: [],
    ...change,
  };
}

export function makeJob(id: string, desk: 'lock' | 'pack', change: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    id,
    desk,
    title: 'plant',
    request:
      desk === 'pack'
        ? {
            desk,
            lockPath: '/state/lists/plant.lock.json',
            output: '/media/USB/plant.airlock',
            sealIncomplete: false,
          }
        : {
            desk,
            draft: { name: 'plant', platforms: [], index: 'keep', items: [], rest: {} },
            listPath: '/l.yaml',
          },
    state: 'running',
    stage: 'transfer',
    stages: [{ stage: 'transfer', at: 1_000 }],
    started: 1_000,
    ended: null,
    numbers: {
      doneBytes: 977_000_000,
      totalBytes: 2_570_000_000,
      resentBytes: 0,
      presentBytes: 0,
      blobs: null,
      hosts: [],
      doneItems: 16,
      failedItems: 1,
      totalItems: 34,
      bytesPerSecond: 9_600_000,
      secondsLeft: 170,
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

type PackResult = Extract<JobResult, { readonly desk: 'pack' }>;

export function makePackResult(change: Partial<PackResult> = {}): PackResult {
  const id = `sha256:${'b7'.repeat(32)}` as LockRow['digest'] & string;
  return {
    desk: 'pack',
    place: '/media/USB/plant.airlock',
    sealed: 'now',
    bundle: {
      path: '/media/USB/plant.airlock',
      form: 'directory',
      name: 'plant',
      id,
      fingerprint: {
        hex: 'a01d50a7'.repeat(8),
        words: 'granite orbit velvet pioneer lunar wagon cabin frost',
      },
      signed: false,
      warnings: [],
    },
    receipt: {
      receipt: 1,
      job: 'receipt-1',
      desk: 'pack',
      started: '2026-11-19T14:09:00Z',
      ended: '2026-11-19T14:13:41Z',
      host: 'packing-laptop',
      airlock: '1.0.0',
      outcome: 'done',
      exit: 0,
      bytesSent: 2_570_000_000,
      bytesResent: 0,
      items: [],
      notes: [],
      tools: [],
    },
    ...change,
  };
}
