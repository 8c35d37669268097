// A job as the stations' screens follow it: what was asked for, how far it is, what came of it.
import { z } from 'zod';
import { WireError } from '../errors/wire.ts';
import { Receipt } from '../format/receipt.ts';
import { BundleSummary, Inspection, MappingRow, VerifyReport } from '../format/results.ts';
import { Draft, ItemKind, LockView } from './contents.ts';

export const JobId = z.string().min(1).max(100);
export type JobId = z.infer<typeof JobId>;

const Path = z.string().min(1).max(4096);

/** What an import shall do where a tag names something else. */
export const TagPolicy = z.enum(['ask', 'skip', 'fail', 'overwrite']);
export type TagPolicy = z.infer<typeof TagPolicy>;

/** `<kind> <reference>`. */
const RowKey = z.string().max(5000);

const ImportNames = {
  bundle: Path,
  /** `registry[/prefix]`. */
  to: z.string().min(1).max(700),
  /** default: the host is left out. keepHost: it becomes the first part of the path. */
  names: z.enum(['default', 'keepHost']),
  /** Names under the target that the operator gave by hand, by `<kind> <reference>`: `team/app:1.0`. */
  renamed: z.record(RowKey, z.string().max(700)),
  /** Rows that stay out, by `<kind> <reference>`. */
  left: z.array(RowKey).max(100_000),
};

/** Everything a job needs to be run, and to be run again: kept until it has ended well. No secret is in it. */
export const JobRequest = z.discriminatedUnion('desk', [
  /** Resolves a draft, or the list at `listPath` as it stands. The lock goes beside the list in the folder for lists. */
  z.strictObject({ desk: z.literal('lock'), draft: Draft, listPath: Path.nullable() }),
  z.strictObject({
    desk: z.literal('pack'),
    lockPath: Path,
    /** The bundle's own path: ends in `.airlock` or `.airlock.tar`. */
    output: Path,
    sealIncomplete: z.boolean(),
    /** The medium is ejected once the bundle is sealed. */
    ejectAfter: z.boolean().optional(),
  }),
  z.strictObject({ desk: z.literal('verify'), bundle: Path, deep: z.boolean(), strict: z.boolean() }),
  /** What DESIGN §6 asks for before the first byte; leaves no receipt. */
  z.strictObject({ desk: z.literal('check'), bundle: Path }),
  /** Looks every name up at the target; sends nothing. Leaves no receipt. */
  z.strictObject({ desk: z.literal('plan'), ...ImportNames }),
  z.strictObject({
    desk: z.literal('import'),
    ...ImportNames,
    tags: TagPolicy,
    /** Rows whose tag may be moved, or is left, whatever `tags` says; by `<kind> <reference>`. */
    decided: z.record(RowKey, z.enum(['skip', 'overwrite'])),
    verifyFirst: z.boolean(),
  }),
]);
export type JobRequest = z.infer<typeof JobRequest>;
export type JobDesk = JobRequest['desk'];

export const JobState = z.enum([
  'running',
  'paused',
  /** The operator was asked something. */
  'asking',
  'done',
  'partial',
  'failed',
  'cancelled',
  /** Its engine is gone: killed, crashed, or the machine went down. `again` goes on. */
  'interrupted',
]);
export type JobState = z.infer<typeof JobState>;

export const Stage = z.enum([
  'resolve',
  'check',
  'transfer',
  'seal',
  'verify',
  'probe',
  'push',
  'export',
  'serve',
]);

export const Question = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('login'),
    host: z.string(),
    why: z.string(),
    /** The user of a login that was refused. */
    refused: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('tagConflict'),
    target: z.string(),
    there: z.string(),
    ours: z.string(),
  }),
  z.strictObject({ kind: z.literal('secret'), name: z.string(), why: z.string() }),
]);

export const Answer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('login'),
    username: z.string().min(1).max(1000),
    password: z.string().max(100_000),
  }),
  z.strictObject({ kind: z.literal('tagConflict'), choice: z.enum(['skip', 'overwrite', 'fail']) }),
  z.strictObject({ kind: z.literal('secret'), value: z.string().max(100_000) }),
  z.strictObject({ kind: z.literal('none') }),
]);

/** Of one moment; told at most ten times a second. */
export const JobNumbers = z.strictObject({
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  resentBytes: z.number(),
  /** Of the done ones: those that had no need to move. */
  presentBytes: z.number(),
  /** Where they belong, of all of the bundle; null where the job does not count them. */
  blobs: z.strictObject({ done: z.number(), total: z.number() }).nullable(),
  /** Hosts that were asked, and how many requests are under way at each. */
  hosts: z.array(z.strictObject({ host: z.string(), connections: z.number() })),
  doneItems: z.number(),
  failedItems: z.number(),
  totalItems: z.number().nullable(),
  bytesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
});
export type JobNumbers = z.infer<typeof JobNumbers>;

export const JobSnapshot = z.strictObject({
  id: JobId,
  desk: z.enum(['lock', 'pack', 'verify', 'check', 'plan', 'import']),
  /** What it is about: the bundle's or the list's name. */
  title: z.string(),
  request: JobRequest,
  state: JobState,
  stage: Stage.nullable(),
  /** Stages in the order they came, with when (ms since the epoch). */
  stages: z.array(z.strictObject({ stage: Stage, at: z.number() })),
  /** Milliseconds since the epoch. */
  started: z.number(),
  ended: z.number().nullable(),
  numbers: JobNumbers,
  /** What happened on the way, for the plot: `quay.io answered 503, waited 4 s`. The newest 200. */
  marks: z.array(z.strictObject({ at: z.number(), text: z.string() })),
  /** Hosts that asked to wait: until when (ms since the epoch), and how long in all. */
  waits: z.array(
    z.strictObject({ host: z.string(), until: z.number(), seconds: z.number(), why: z.string() }),
  ),
  notices: z.array(z.string()),
  question: Question.nullable(),
  /** Why it failed as a whole; what befell single items stands with them. */
  error: WireError.nullable(),
  /** Rises with every change. */
  seq: z.number(),
});
export type JobSnapshot = z.infer<typeof JobSnapshot>;

export const ItemState = z.enum([
  'queued',
  'running',
  'shared',
  'present',
  'waiting',
  'done',
  'failed',
  'skipped',
  'cancelled',
]);

/** One row of a running job. Its place in the job's list of items never changes. */
export const JobItem = z.strictObject({
  item: z.string(),
  kind: ItemKind.nullable(),
  bytes: z.number().nullable(),
  doneBytes: z.number(),
  state: ItemState,
  error: WireError.nullable(),
});
export type JobItem = z.infer<typeof JobItem>;

/** What came of ejecting the medium of a sealed bundle. */
export const Ejected = z.strictObject({
  name: z.string(),
  /** Null where it may be pulled out. */
  error: WireError.nullable(),
});
export type Ejected = z.infer<typeof Ejected>;

/** What a job that ended left; null in `jobs.result` where it failed as a whole. */
export const JobResult = z.discriminatedUnion('desk', [
  z.strictObject({ desk: z.literal('lock'), lock: LockView }),
  z.strictObject({
    desk: z.literal('pack'),
    place: z.string(),
    sealed: z.enum(['now', 'already', 'no']),
    bundle: BundleSummary.nullable(),
    receipt: Receipt,
    /** Null where it was not to be ejected, or lies on nothing that comes out. */
    ejected: Ejected.nullable().optional(),
  }),
  z.strictObject({
    desk: z.literal('verify'),
    bundle: BundleSummary,
    inspection: Inspection,
    report: VerifyReport,
    receipt: Receipt,
  }),
  z.strictObject({ desk: z.literal('check'), bundle: BundleSummary, inspection: Inspection }),
  z.strictObject({ desk: z.literal('plan'), bundle: BundleSummary, rows: z.array(MappingRow) }),
  z.strictObject({ desk: z.literal('import'), bundle: BundleSummary, receipt: Receipt }),
]);
export type JobResult = z.infer<typeof JobResult>;
