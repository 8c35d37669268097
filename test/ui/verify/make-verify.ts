// Reports, jobs and bundles as the Verify desk's tests want them.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleSummary, Inspection, VerifyReport } from '../../../shared/format/results.ts';
import type { HistoryRow, StationFacts } from '../../../shared/ipc/schemas.ts';
import type { JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import type { OpenedBundle } from '../../../renderer/verify/verify-store.ts';

type VerifyResult = Extract<JobResult, { readonly desk: 'verify' }>;
type File = VerifyReport['files'][number];
type Item = VerifyReport['items'][number];

export const PATH = '/media/PLANT-07/astronomer-2.1.airlock';
export const WORDS = 'granite orbit velvet pioneer lunar wagon cabin frost';

/** `sha256:a1a1…`, another for each letter or digit. */
export function digest(sign: string): Digest {
  return `sha256:${sign.repeat(64).slice(0, 64)}` as Digest;
}

export function blobOf(sign: string): string {
  return `blobs/sha256/${digest(sign).slice('sha256:'.length)}`;
}

/** Hex alone, as SHA256SUMS has it. */
export function sumOf(sign: string): string {
  return digest(sign).slice('sha256:'.length);
}

export function makeSummary(change: Partial<BundleSummary> = {}): BundleSummary {
  return {
    path: PATH,
    form: 'directory',
    name: 'astronomer-2.1',
    id: digest('b7'),
    fingerprint: { hex: 'ab'.repeat(32), words: WORDS },
    signed: false,
    warnings: [],
    ...change,
  };
}

export function makeInspection(items: readonly Item[], change: Partial<Inspection> = {}): Inspection {
  return {
    created: '2026-11-19T14:13:00Z',
    items: items.map(({ kind, reference }, index) => ({
      kind,
      reference,
      refName: reference,
      digest: digest(String(index)),
      source: reference,
      platforms: ['linux/amd64'],
      attached: index === 0 ? 2 : 0,
      notes: [`note of ${reference}`],
    })),
    blobs: 287,
    bytes: 2_570_000_000,
    absent: {},
    ...change,
  };
}

export function makeFile(path: string, change: Partial<File> = {}): File {
  return { path, size: 1000, state: 'ok', ...change };
}

export function makeItem(reference: string, change: Partial<Item> = {}): Item {
  return { kind: 'image', reference, digest: digest('c'), state: 'ok', files: [], ...change };
}

/** Counts are taken from the files; a verdict follows from them unless it is given. */
export function makeReport(change: Partial<VerifyReport> = {}): VerifyReport {
  const files = change.files ?? [makeFile('SHA256SUMS'), makeFile(blobOf('a'))];
  const totals = { ok: 0, damaged: 0, missing: 0, unexpected: 0, litter: 0, bytes: 2_570_000_000 };
  for (const { state } of files) totals[state] += 1;
  return {
    verdict: totals.damaged + totals.missing + totals.unexpected > 0 ? 'damaged' : 'whole',
    files,
    items: [makeItem('quay.io/astronomer/ap-base:2026.8.3')],
    totals,
    layersUnpacked: 0,
    notes: [],
    ...change,
  };
}

/** One file of each finding, with what belongs to it. */
export function makeDamagedReport(): VerifyReport {
  return makeReport({
    files: [
      makeFile('SHA256SUMS'),
      makeFile(blobOf('d'), {
        state: 'damaged',
        why: 'has other bytes than its name says',
        sha256: sumOf('d'),
        foundSize: 1000,
        foundSha256: sumOf('7'),
      }),
      makeFile(blobOf('e'), { state: 'missing', why: 'is missing', sha256: sumOf('e') }),
      { path: 'setup.exe', state: 'unexpected', why: 'is not named by SHA256SUMS', foundSize: 1_200_000 },
    ],
    items: [
      makeItem('quay.io/astronomer/ap-base:2026.8.3'),
      makeItem('edge-k8s.bin', { kind: 'file', state: 'damaged', files: [blobOf('d')] }),
      makeItem('disk.ova', { kind: 'file', state: 'damaged', files: [blobOf('e'), blobOf('d')] }),
    ],
  });
}

export function makeResult(report = makeReport(), change: Partial<VerifyResult> = {}): VerifyResult {
  return {
    desk: 'verify',
    bundle: makeSummary(),
    inspection: makeInspection(report.items),
    report,
    receipt: {
      receipt: 1,
      job: '20261120T095800Z-verify-0a1b2c',
      desk: 'verify',
      started: '2026-11-20T09:58:00Z',
      ended: '2026-11-20T09:58:05Z',
      host: 'jump',
      airlock: '0.1.0',
      outcome: 'done',
      exit: 0,
      bytesSent: 0,
      bytesResent: 0,
      items: [],
      notes: [],
      tools: [],
    },
    ...change,
  };
}

export function makeJob(id: string, change: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    id,
    desk: 'verify',
    title: 'astronomer-2.1',
    request: { desk: 'verify', bundle: PATH, deep: false, strict: false },
    state: 'running',
    stage: 'verify',
    stages: [{ stage: 'verify', at: 1000 }],
    started: 1000,
    ended: null,
    numbers: {
      doneBytes: 1_000_000_000,
      totalBytes: 2_570_000_000,
      resentBytes: 0,
      presentBytes: 0,
      blobs: null,
      hosts: [],
      doneItems: 12,
      failedItems: 0,
      totalItems: 34,
      bytesPerSecond: 280_000_000,
      secondsLeft: 5,
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

export function makeOpened(change: Partial<OpenedBundle> = {}): OpenedBundle {
  const bundle = makeSummary();
  return {
    bundle,
    inspection: makeInspection([makeItem('quay.io/astronomer/ap-base:2026.8.3')]),
    found: {
      path: bundle.path,
      name: bundle.name,
      form: 'directory',
      bytes: 2_570_000_000,
      items: 34,
      created: '2026-11-19T14:13:00Z',
    },
    lastVerify: null,
    ...change,
  };
}

export function makeRow(change: Partial<HistoryRow> = {}): HistoryRow {
  return {
    job: '20261118T173000Z-verify-0a1b2c',
    desk: 'verify',
    started: '2026-11-18T17:30:00Z',
    seconds: 113,
    bundle: 'palette-4.0.17',
    words: WORDS,
    place: null,
    outcome: 'failed',
    doneItems: 59,
    totalItems: 61,
    bytes: 0,
    firstNote: '410 files ok, 41800000000 bytes',
    host: 'jump',
    ...change,
  };
}

export function makeFacts(host: StationFacts['host']): StationFacts {
  return {
    host,
    platform: 'linux',
    version: '0.1.0',
    stateFolder: '/state',
    homeFolder: '/home/op',
    keepsLogins: 'keyring',
    opened: [],
    route: { leadsOutside: false, fact: 'no route leads out' },
    engine: 'running',
  };
}
