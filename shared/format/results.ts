// What the desks find out, as every host shows it: the command's --json and the stations' screens.
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Kind = z.enum(['image', 'chart', 'file']);

/** What is said first of a bundle. */
export const BundleSummary = z.strictObject({
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
export type BundleSummary = z.infer<typeof BundleSummary>;

export const VerifyReport = z.strictObject({
  verdict: z.enum(['whole', 'incomplete', 'damaged']),
  files: z.array(
    z.strictObject({
      path: z.string(),
      size: z.number().int().optional(),
      state: z.enum(['ok', 'damaged', 'missing', 'unexpected', 'litter']),
      why: z.string().optional(),
      /** What was sealed, of a file that is not ok: none where no list names it. */
      sha256: Sha256Hex.optional(),
      /** What lies there instead: none where nothing does, or no plain file. */
      foundSize: z.number().int().nonnegative().optional(),
      /** None where it was not read: a file of another length, or one that was never sealed. */
      foundSha256: Sha256Hex.optional(),
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
});
export type VerifyReport = z.infer<typeof VerifyReport>;

/** One name at the target: what an import would put there, and what it stands for today. */
export const MappingRow = z.strictObject({
  kind: Kind,
  item: z.string(),
  /** For a referrer or a signature tag: its subject. */
  attachedTo: DigestSchema.optional(),
  target: z.string(),
  digest: DigestSchema,
  there: z.enum(['nothing', 'same', 'other']),
  /** What the name stands for today, where that is something else. */
  thereDigest: DigestSchema.optional(),
  conflict: z.array(z.string()).optional(),
});
export type MappingRow = z.infer<typeof MappingRow>;

export const Inspection = z.strictObject({
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
});
export type Inspection = z.infer<typeof Inspection>;

export const BundleDiff = z.strictObject({
  changes: z.array(
    z.strictObject({
      kind: Kind,
      reference: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      /** In the older bundle, where the same repository had another tag there. */
      was: z.string().optional(),
      before: DigestSchema.optional(),
      after: DigestSchema.optional(),
      /** Of its blobs, what the older bundle does not have; what changes share counts for the first. */
      newBytes: z.number().int().nonnegative().optional(),
    }),
  ),
  same: z.number().int(),
  newBlobs: z.number().int(),
  newBytes: z.number().int(),
  totalBytes: z.number().int(),
});
export type BundleDiff = z.infer<typeof BundleDiff>;
