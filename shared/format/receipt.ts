// The account of a job, kept in the state folder and printed by --json (DESIGN §5, FORMAT §7).
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';
import { WireError } from '../errors/wire.ts';
import { Timestamp } from './lock.ts';

export const ReceiptItem = z.strictObject({
  kind: z.enum(['image', 'chart', 'file']),
  /** The item's reference in the list. */
  item: z.string(),
  /** For a referrer or a signature tag: what it is attached to. */
  attachedTo: DigestSchema.optional(),
  source: z.string(),
  target: z.string().optional(),
  digest: DigestSchema.optional(),
  /** carried: bytes moved now. present: it was there already. skipped: the tag rule left it. */
  outcome: z.enum(['carried', 'present', 'skipped', 'failed', 'cancelled']),
  /** Bytes moved for this item in this run; a blob that several items share counts for the one that moved it. */
  bytes: z.number().int().nonnegative(),
  notes: z.array(z.string()),
  error: WireError.optional(),
});
export type ReceiptItem = z.infer<typeof ReceiptItem>;

export const Receipt = z.strictObject({
  receipt: z.literal(1),
  job: z.string(),
  desk: z.enum(['lock', 'pack', 'verify', 'import', 'export']),
  started: Timestamp,
  ended: Timestamp,
  host: z.string(),
  airlock: z.string(),
  bundle: z
    .strictObject({
      name: z.string(),
      id: DigestSchema,
      fingerprint: z.string(),
      words: z.string(),
      signed: z.literal(false),
    })
    .optional(),
  /** What was written, or what was read: a lock, a bundle, a registry. */
  place: z.string().optional(),
  outcome: z.enum(['done', 'partial', 'failed', 'cancelled']),
  exit: z.number().int(),
  /** Moved; of a verify, read. */
  bytesSent: z.number().int().nonnegative(),
  bytesResent: z.number().int().nonnegative(),
  items: z.array(ReceiptItem),
  notes: z.array(z.string()),
  tools: z.array(z.strictObject({ name: z.string(), version: z.string(), path: z.string() })),
});
export type Receipt = z.infer<typeof Receipt>;
