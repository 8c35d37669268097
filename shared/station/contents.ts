// The contents of a bundle while they are being gathered at the Pack desk, and what a lock of them comes to.
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';
import { WireError } from '../errors/wire.ts';

export const ItemKind = z.enum(['image', 'chart', 'file']);
export type ItemKind = z.infer<typeof ItemKind>;

export const IndexMode = z.enum(['keep', 'child', 'rewrite']);
export type IndexMode = z.infer<typeof IndexMode>;

/** One row of the contents: an entry of the transfer list (FORMAT §1) and where it came from. */
export const DraftItem = z.strictObject({
  kind: ItemKind,
  /** As shown, and as `ProgressEvent.item` names it while the list is locked. */
  reference: z.string().min(1).max(4096),
  /** The entry as it stands in the list, e.g. `{ref: 'quay.io/x:1'}` or `{path: '/a/b.tgz'}`. Paths are absolute. */
  entry: z.record(z.string(), z.json()),
  /** `typed`, `pasted`, `named in images.txt`. */
  why: z.string().max(5000),
  /** What keeps it from being locked, found without asking anybody. */
  problem: WireError.nullable(),
  /** Of a file of this machine that is there: its size (none for a folder), and what a chart is called within. */
  local: z.strictObject({ bytes: z.number().nullable(), chart: z.string().max(500).nullable() }).optional(),
});
export type DraftItem = z.infer<typeof DraftItem>;

export const Draft = z.strictObject({
  /** `metadata.name`: lower-case letters, digits, dots and dashes (FORMAT §1). */
  name: z.string().max(200),
  platforms: z.array(z.string().max(100)).max(50),
  index: IndexMode,
  items: z.array(DraftItem).max(20_000),
  /** Entries of the list that have no row of their own, kept as they stand: `sources`. */
  rest: z.record(z.string(), z.json()),
});
export type Draft = z.infer<typeof Draft>;

/** A draft on its way into the folder for lists. */
export const DraftToWrite = z.strictObject({
  draft: Draft,
  /** Rows of it that do not go, by their index. They are kept with the list, and are no part of it. */
  left: z.array(z.number().int().min(0)).max(20_000),
  /** The file that was written of this very draft before, as it was told then. No other file is ever written over. */
  own: z.strictObject({ path: z.string().min(1).max(4096), digest: z.string().max(200) }).nullable(),
});
export type DraftToWrite = z.infer<typeof DraftToWrite>;

/** What was found in pasted text, or in files that were dropped or chosen. */
export const ContentsFound = z.strictObject({
  items: z.array(DraftItem),
  /** Set where the whole is one transfer list: its own name, platforms and so on. */
  list: z
    .strictObject({
      /** The file, locked as it stands while nothing is changed in the station. Null for a list that was pasted. */
      path: z.string().nullable(),
      name: z.string(),
      platforms: z.array(z.string()),
      index: IndexMode,
      rest: z.record(z.string(), z.json()),
      /** Rows that were left out of it at the desk, each with its place among all of its rows. */
      left: z.array(z.strictObject({ row: z.number().int().min(0), item: DraftItem })),
    })
    .nullable(),
  /** A lock was given: nothing is left to gather. */
  lockPath: z.string().nullable(),
  /** A bundle was given: it belongs to Verify or Import. */
  bundlePath: z.string().nullable(),
  /** What could not be read, each with its file. */
  problems: z.array(WireError),
});
export type ContentsFound = z.infer<typeof ContentsFound>;

export const LockRow = z.strictObject({
  kind: ItemKind,
  reference: z.string(),
  digest: DigestSchema.nullable(),
  /** Of everything that it needs. */
  bytes: z.number(),
  /** Of that, what no item before it in the list brings along. */
  newBytes: z.number(),
  platforms: z.array(z.string()),
  /** What there is of an image for each platform; null where nobody had to ask how large it is. */
  parts: z.array(
    z.strictObject({
      platform: z.string(),
      digest: DigestSchema,
      isTaken: z.boolean(),
      bytes: z.number().nullable(),
      newBytes: z.number(),
    }),
  ),
  /** In words, once each: `signature`, `SBOM`, `attestation`, or an artifact type. */
  attached: z.array(
    z.strictObject({ what: z.string(), digest: DigestSchema, bytes: z.number(), newBytes: z.number() }),
  ),
  source: z.string(),
  /** What the reference names at its source: the whole index, whatever is taken of it. */
  atSource: DigestSchema.nullable(),
  /** What the tag named in the lock before this one, where that was something else. */
  moved: z
    .strictObject({
      before: DigestSchema,
      lockedAs: z.string(),
      lockedAt: z.string(),
      isServed: z.boolean(),
    })
    .nullable(),
  notes: z.array(z.string()),
});
export type LockRow = z.infer<typeof LockRow>;

export const LockView = z.strictObject({
  path: z.string(),
  name: z.string(),
  created: z.string(),
  platforms: z.array(z.string()),
  rows: z.array(LockRow),
  images: z.number(),
  charts: z.number(),
  files: z.number(),
  blobs: z.number(),
  bytes: z.number(),
  /** Bytes that items share and that are carried once. */
  sharedBytes: z.number(),
  largestBlob: z.number(),
  /** Platforms that images have and that stay behind, and of how many images. */
  leftOut: z.strictObject({ platforms: z.array(z.string()), images: z.number() }),
  /** What was asked of each host to make it, and what that host lets be asked still; empty for a lock that was opened. */
  sources: z.array(
    z.strictObject({
      host: z.string(),
      requests: z.number(),
      limit: z.strictObject({ remaining: z.number(), of: z.number() }).nullable(),
    }),
  ),
  notes: z.array(z.string()),
});
export type LockView = z.infer<typeof LockView>;
