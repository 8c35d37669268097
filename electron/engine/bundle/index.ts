// The bundle room's door: plan, write, open and check a bundle (FORMAT §4).
import type { Index } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import type { ContentStore } from '../oci/content-store.ts';

export type BundleForm = 'directory' | 'tar';

/** All that follows from a lock alone: every byte of metadata, every blob's digest and size. Pure. */
export interface BundlePlan {
  readonly manifest: BundleManifest;
  readonly index: Index;
  /** Front members in their order but SHA256SUMS, which needs the sha256 of sha512 blobs. Path to bytes. */
  readonly front: ReadonlyMap<string, Uint8Array>;
  /** Every blob of the bundle, bytewise by path. */
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[];
  /** Bytes of the blobs that need no fetching: manifests of the lock and derived indexes. */
  readonly made: ReadonlyMap<Digest, Uint8Array>;
  readonly totalBytes: number;
}

/** A bundle being written. `ingest` takes blobs in any order, several at once. */
export interface BundleWriter extends ContentStore {
  readonly place: string;
  /** Bytes of blobs that an earlier, unfinished run had left finished and checked. */
  readonly keptBytes: number;
  /** Syncs, writes the front members and gives the bundle its name. Throws BUNDLE_INCOMPLETE where a blob is missing. */
  seal(): Promise<void>;
  /** Leaves finished blobs in the work folder for the next run. */
  close(): Promise<void>;
}

export interface Fingerprint {
  readonly hex: string;
  /** Eight words, FORMAT §6. */
  readonly words: string;
}

/** A sealed bundle opened in place, directory or tar. */
export interface Bundle extends ContentStore {
  readonly path: string;
  readonly form: BundleForm;
  readonly manifest: BundleManifest;
  readonly index: Index;
  readonly fingerprint: Fingerprint;
  /** Unknown fields of a higher minor version, unfinished seals: what every verb says first. */
  readonly warnings: readonly string[];
  /** Bytes of a manifest, index or config: at most 4 MiB, digest checked. Throws BUNDLE_DAMAGED or BLOB_MISSING. */
  readManifest(descriptor: Descriptor, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /** DESIGN §6, before the first byte leaves: throws BUNDLE_DAMAGED, BUNDLE_TRUNCATED or BUNDLE_INCOMPLETE naming each file. */
  checkBeforeFirstByte(options?: { readonly signal?: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}
