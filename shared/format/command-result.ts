// The one document that a verb prints with --json: what it did, or why it did not.
import { z } from 'zod';
import { WireError } from '../errors/wire.ts';
import { Receipt } from './receipt.ts';
import { BundleDiff, BundleSummary, Inspection, MappingRow, VerifyReport } from './results.ts';

const Exit = z.number().int();

const LockSummary = z.strictObject({
  images: z.number().int(),
  charts: z.number().int(),
  files: z.number().int(),
  blobs: z.number().int(),
  bytes: z.number().int(),
  unsharedBytes: z.number().int(),
  sharedBytes: z.number().int(),
  pulls: z.record(z.string(), z.number().int()),
  rateLimits: z.record(
    z.string(),
    z.strictObject({ limit: z.number(), remaining: z.number(), windowSeconds: z.number() }),
  ),
  wholeIndexes: z.array(
    z.strictObject({
      item: z.string(),
      platforms: z.number().int(),
      bytes: z.number().int(),
      wantedBytes: z.number().int().optional(),
    }),
  ),
  firstSeen: z.number().int(),
  unpinned: z.number().int(),
  notes: z.array(z.string()),
});

const Done = z.discriminatedUnion('verb', [
  z.strictObject({
    verb: z.literal('lock'),
    exit: Exit,
    lock: z.string(),
    summary: LockSummary,
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('pack'),
    exit: Exit,
    place: z.string(),
    sealed: z.enum(['now', 'already', 'no']),
    /** Absent where nothing was sealed. */
    bundle: BundleSummary.optional(),
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('verify'),
    exit: Exit,
    bundle: BundleSummary,
    ...VerifyReport.shape,
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('import'),
    exit: Exit,
    bundle: BundleSummary,
    /** Only for a dry run. */
    rows: z.array(MappingRow),
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('export'),
    exit: Exit,
    bundle: BundleSummary,
    place: z.string(),
    receipt: Receipt,
  }),
  /** Printed when the port is open; nothing follows. */
  z.strictObject({
    verb: z.literal('serve'),
    url: z.string(),
    addresses: z.array(z.string()),
    bundles: z.array(BundleSummary),
  }),
  z.strictObject({
    verb: z.literal('inspect'),
    exit: Exit,
    bundle: BundleSummary,
    inspection: Inspection,
  }),
  z.strictObject({
    verb: z.literal('diff'),
    exit: Exit,
    older: BundleSummary,
    newer: BundleSummary,
    diff: BundleDiff,
  }),
  z.strictObject({
    verb: z.literal('login'),
    exit: Exit,
    host: z.string(),
    username: z.string(),
    storedIn: z.string(),
    plainText: z.boolean(),
  }),
  z.strictObject({
    verb: z.literal('logout'),
    exit: Exit,
    host: z.string(),
    removedFrom: z.array(z.string()),
    stillIn: z.string().optional(),
  }),
  z.strictObject({
    verb: z.literal('history'),
    exit: Exit,
    receipts: z.array(Receipt).optional(),
    receipt: Receipt.optional(),
  }),
]);

/** `error` where the verb could not do its work at all; what befell single items stands in `receipt.items`. */
const Failed = z.strictObject({ verb: z.string(), exit: Exit, error: WireError });

export const CommandResult = z.union([Done, Failed]);
export type CommandResult = z.infer<typeof CommandResult>;
