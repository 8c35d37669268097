// The lock: a transfer list with every reference resolved (FORMAT §2). Written by `airlock lock`, read by `airlock pack`.
import { z } from 'zod';
import { DescriptorSchema } from '../domain/descriptor.ts';
import { DigestSchema } from '../domain/digest.ts';

export const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/** `metadata.name`: names the bundle, so it must be a name that every file system takes (FORMAT §1). */
export const BundleName = z
  .string()
  .regex(NAME, 'lower-case letters, digits, dot, underscore and dash, at most 64')
  .refine(
    (name) => !name.endsWith('.') && !WINDOWS_RESERVED.test(name),
    'a name that Windows reserves or ends in a dot',
  );

/** RFC 3339, UTC, whole seconds. */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

export const Metadata = z.strictObject({
  name: BundleName,
  description: z.string().optional(),
  stream: z.string().optional(),
  sequence: z.number().int().nonnegative().optional(),
  marking: z.string().optional(),
});
export type Metadata = z.infer<typeof Metadata>;

/** What a file's or chart's maker states about it; firstSeen means nobody stated anything but we. */
export const Stated = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('list'), sha256: z.string().optional(), sha512: z.string().optional() }),
  z.strictObject({
    by: z.literal('checksum'),
    url: z.string(),
    sha256: z.string().optional(),
    sha512: z.string().optional(),
  }),
  z.strictObject({ by: z.literal('index'), url: z.string(), sha256: z.string() }),
  z.strictObject({ by: z.literal('firstSeen') }),
]);
export type Stated = z.infer<typeof Stated>;

/**
 * Where the bytes of an item come from. `path` is as the list has it, resolved against `base` (the folder of the list
 * that named it); in airlock.json and for the id it is cut to its base name (FORMAT §4).
 */
export const LockSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('registry'), host: z.string(), repository: z.string() }),
  z.strictObject({ type: z.literal('archive'), path: z.string(), entry: z.string().optional() }),
  z.strictObject({ type: z.literal('daemon'), name: z.string() }),
  z.strictObject({
    type: z.literal('chartRepository'),
    repo: z.string(),
    url: z.string(),
    provenance: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal('url'),
    url: z.string(),
    secretQuery: z.number().int().positive().optional(),
    etag: z.string().optional(),
    provenance: z.string().nullable().optional(),
  }),
  z.strictObject({ type: z.literal('path'), path: z.string(), provenance: z.string().nullable().optional() }),
]);
export type LockSource = z.infer<typeof LockSource>;

/** Platforms of the source that are not carried, and why. */
export const Dropped = z.strictObject({
  digest: DigestSchema,
  platform: z.string(),
  reason: z.enum(['platform', 'attestation']),
});

export type Dropped = z.infer<typeof Dropped>;

/** A referrer or signature tag that travels with an item (FORMAT §2, Closure). */
export const Attached = z.strictObject({
  kind: z.enum(['referrer', 'tag']),
  /** The digest it is about; for a tag the one spelled in the tag's name. */
  subject: DigestSchema,
  /** Only for kind tag: `sha256-<hex>.sig`, `.att`, `.sbom` or nothing after it. */
  tag: z.string().optional(),
  root: DescriptorSchema,
  /** True where the subject itself stays behind: a signature of an index of which only a child or rewrite is carried. */
  subjectDropped: z.boolean().optional(),
});
export type Attached = z.infer<typeof Attached>;

/** Reserved: why discovery found this item. */
const Evidence = z.strictObject({
  chart: z.string().optional(),
  file: z.string().optional(),
  path: z.string().optional(),
  value: z.string().optional(),
  rule: z.string(),
  confidence: z.enum(['certain', 'likely', 'guess']),
});

export const LockItem = z.strictObject({
  kind: z.enum(['image', 'chart', 'file']),
  /** FORMAT §3, References: unique together with the root digest. */
  reference: z.string(),
  source: LockSource,
  /** Absent only where `unpinned` is set (`airlock lock --no-fetch`). */
  root: DescriptorSchema.optional(),
  unpinned: z
    .strictObject({ url: z.string(), size: z.number().int().nullable(), etag: z.string().nullable() })
    .optional(),
  platforms: z.array(z.string()).optional(),
  missingPlatforms: z.array(z.string()).optional(),
  mode: z.enum(['keep', 'child', 'rewrite']).optional(),
  /** The source's own index where mode is child or rewrite and it differs from root. Its bytes stand in `manifests`. */
  original: DescriptorSchema.optional(),
  dropped: z.array(Dropped).optional(),
  attached: z.array(Attached).optional(),
  /** True where Airlock made the manifest (docker-save tar, daemon, classic chart, file). */
  madeByAirlock: z.boolean().optional(),
  stated: Stated.optional(),
  executable: z.boolean().optional(),
  evidence: z.array(Evidence).optional(),
});
export type LockItem = z.infer<typeof LockItem>;

export const Absent = z.strictObject({
  digest: DigestSchema,
  reason: z.enum(['platform', 'foreign', 'base', 'failed']),
  item: z.string(),
  base: z.string().optional(),
});
export type Absent = z.infer<typeof Absent>;

export const LOCK_MAJOR = 1;

export const Lock = z.strictObject({
  apiVersion: z.literal('airlock/v1'),
  kind: z.literal('Lock'),
  metadata: Metadata,
  created: Timestamp,
  tool: z.strictObject({ name: z.literal('airlock'), version: z.string() }),
  /** sha256 of the list's bytes and of every included file's, in order: the same list finds its unfinished work again. */
  listDigest: DigestSchema,
  items: z.array(LockItem),
  /** Everything under blobs/ but what `manifests` holds and what pack derives; digest and size once per digest. */
  blobs: z.array(
    z.strictObject({
      digest: DigestSchema,
      size: z.number().int().nonnegative(),
      /**
       * Where to read it, where the walk from the items cannot tell: `archive:<offset in the uncompressed tar>:<path>`,
       * `path:<path>` or the https address of a foreign layer. Paths as in LockSource.
       */
      from: z.string().optional(),
    }),
  ),
  absent: z.array(Absent),
  /** Raw bytes, base64, of every manifest, index and config that is fetched as one or made by Airlock, by digest. */
  manifests: z.record(DigestSchema, z.string()),
  recipe: z
    .strictObject({
      name: z.string(),
      version: z.string(),
      digest: DigestSchema,
      parameters: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type Lock = z.infer<typeof Lock>;
