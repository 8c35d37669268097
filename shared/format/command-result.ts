// The one document that a verb prints with --json: what it did, or why it did not.
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';
import { WireError } from '../errors/wire.ts';
import { Receipt } from './receipt.ts';

const Exit = z.number().int();
const Kind = z.enum(['image', 'chart', 'file']);

const Summary = z.strictObject({
  path: z.string(),
  form: z.enum(['directory', 'tar']),
  name: z.string(),
  id: DigestSchema,
  marking: z.string().optional(),
  fingerprint: z.strictObject({ hex: z.string(), words: z.string() }),
  /** No bundle of this version is signed. */
  signed: z.literal(false),
  warnings: z.array(z.string()),
});

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
    bundle: Summary.optional(),
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('verify'),
    exit: Exit,
    bundle: Summary,
    verdict: z.enum(['whole', 'incomplete', 'damaged']),
    files: z.array(
      z.strictObject({
        path: z.string(),
        size: z.number().int().optional(),
        state: z.enum(['ok', 'damaged', 'missing', 'unexpected', 'litter']),
        why: z.string().optional(),
      }),
    ),
    items: z.array(
      z.strictObject({
        kind: Kind,
        reference: z.string(),
        digest: z.string(),
        state: z.enum(['ok', 'damaged', 'incomplete']),
        files: z.array(z.string()),
      }),
    ),
    totals: z.strictObject({
      ok: z.number().int(),
      damaged: z.number().int(),
      missing: z.number().int(),
      unexpected: z.number().int(),
      litter: z.number().int(),
      bytes: z.number().int(),
    }),
    layersUnpacked: z.number().int(),
    notes: z.array(z.string()),
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('import'),
    exit: Exit,
    bundle: Summary,
    /** Only for a dry run. */
    rows: z.array(
      z.strictObject({
        kind: Kind,
        item: z.string(),
        attachedTo: DigestSchema.optional(),
        target: z.string(),
        digest: DigestSchema,
        there: z.enum(['nothing', 'same', 'other']),
        conflict: z.array(z.string()).optional(),
      }),
    ),
    receipt: Receipt,
  }),
  z.strictObject({
    verb: z.literal('export'),
    exit: Exit,
    bundle: Summary,
    place: z.string(),
    receipt: Receipt,
  }),
  /** Printed when the port is open; nothing follows. */
  z.strictObject({
    verb: z.literal('serve'),
    url: z.string(),
    addresses: z.array(z.string()),
    bundles: z.array(Summary),
  }),
  z.strictObject({
    verb: z.literal('inspect'),
    exit: Exit,
    bundle: Summary,
    inspection: z.strictObject({
      description: z.string().optional(),
      created: z.string(),
      stream: z.string().optional(),
      sequence: z.number().int().optional(),
      items: z.array(
        z.strictObject({
          kind: Kind,
          reference: z.string(),
          refName: z.string(),
          digest: DigestSchema,
          source: z.string(),
          platforms: z.array(z.string()),
          attached: z.number().int(),
          notes: z.array(z.string()),
        }),
      ),
      blobs: z.number().int(),
      bytes: z.number().int(),
      absent: z.record(z.string(), z.number().int()),
    }),
  }),
  z.strictObject({
    verb: z.literal('diff'),
    exit: Exit,
    older: Summary,
    newer: Summary,
    diff: z.strictObject({
      changes: z.array(
        z.strictObject({
          kind: Kind,
          reference: z.string(),
          change: z.enum(['added', 'removed', 'changed']),
          before: DigestSchema.optional(),
          after: DigestSchema.optional(),
        }),
      ),
      same: z.number().int(),
      newBlobs: z.number().int(),
      newBytes: z.number().int(),
      totalBytes: z.number().int(),
    }),
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
