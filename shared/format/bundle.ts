// airlock.json, the bundle manifest (FORMAT §4), and oci-layout. RFC 8785 on disk.
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';
import { Absent, BundleName, Lock, Timestamp } from './lock.ts';

export const FORMAT_MAJOR = 1;
export const FORMAT_MINOR = 0;

/** The lock without `manifests` and `blobs`, local sources cut to their base names. */
export const CarriedLock = Lock.omit({ manifests: true, blobs: true });

export const BundleItem = z.strictObject({
  kind: z.enum(['image', 'chart', 'file']),
  reference: z.string(),
  refName: z.string(),
  digest: DigestSchema,
});
export type BundleItem = z.infer<typeof BundleItem>;

export const BundleManifest = z.strictObject({
  format: z.strictObject({ major: z.literal(FORMAT_MAJOR), minor: z.number().int().nonnegative() }),
  features: z.array(z.string()),
  id: DigestSchema,
  name: BundleName,
  created: Timestamp,
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  stream: z.string().optional(),
  sequence: z.number().int().nonnegative().optional(),
  marking: z.string().optional(),
  lock: CarriedLock,
  items: z.array(BundleItem),
  blobs: z.array(
    z.strictObject({
      digest: DigestSchema,
      size: z.number().int().nonnegative(),
      volumes: z.array(z.number().int()).optional(),
    }),
  ),
  absent: z.array(Absent),
  set: z
    .strictObject({ id: z.string(), volumes: z.array(z.strictObject({ bytes: z.number().int() })) })
    .optional(),
});
export type BundleManifest = z.infer<typeof BundleManifest>;
