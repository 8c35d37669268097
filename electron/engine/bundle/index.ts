// The bundle room's door: plan, write, open and check a bundle (FORMAT §4).
import type { Descriptor, Index } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import type { ContentStore } from '../oci/content-store.ts';
import type { ContentNode } from './content-graph.ts';

export type { ContentNode };

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
  /**
   * Takes a file that is known to have a blob's bytes (a FetchStore hashed it): moved into a directory, copied into a tar and
   * checked. The file is gone afterwards. Throws as `ingest` and its writer do.
   */
  takeFile(descriptor: Descriptor, path: string, onBytes?: (bytes: number) => void): Promise<void>;
  /** What sealing reads once more, and reports: a tar's own sum covers every byte of it. */
  readonly sealBytes: number;
  /** Syncs, writes the front members and gives the bundle its name. Throws BUNDLE_INCOMPLETE where a blob is missing. */
  seal(options?: SealOptions): Promise<void>;
  /** Leaves finished blobs in the work folder for the next run; of a sealed bundle nothing is left but the bundle. */
  close(): Promise<void>;
}

export interface SealOptions {
  /** `--seal-incomplete`: blobs that are missing stand in `absent` as failed. Directories only. */
  readonly incomplete?: boolean;
}

/** What stands at a place: nothing, this very bundle, unfinished work that may go on, or something else. */
export type PlaceState = 'free' | 'done' | 'unfinished' | 'taken';

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
  /**
   * DESIGN §6, before the first byte leaves: throws BUNDLE_DAMAGED, BUNDLE_TRUNCATED or BUNDLE_INCOMPLETE naming each file.
   * Resolves to the manifests and indexes that it read for this, so that nobody needs to read them all again.
   */
  checkBeforeFirstByte(options?: {
    readonly signal?: AbortSignal;
  }): Promise<ReadonlyMap<Digest, ContentNode>>;
  close(): Promise<void>;
}

/** A file of a bundle that is not as it should be. `litter` was left by an operating system and harms nothing. */
export interface Finding {
  /** Within the bundle, `/` between its parts. */
  readonly path: string;
  readonly state: 'damaged' | 'missing' | 'unexpected' | 'litter';
  /** "has 12 of its 40 bytes". */
  readonly why: string;
  /** What lies there instead; undefined where nothing does, or no plain file. */
  readonly found?: FoundBytes | undefined;
}

/** Bytes on the medium, as far as they were looked at. */
export interface FoundBytes {
  readonly size: number;
  /** Hex; undefined where they were not read. */
  readonly sha256?: string;
}

/** All that can be told of a bundle without reading its layers. */
export interface Survey {
  /** By path; none: sums, metadata, manifests, presence and sizes are as they should be. */
  readonly findings: readonly Finding[];
  /** SHA256SUMS as parsed: hex by path. Empty where it could not be read. */
  readonly sums: ReadonlyMap<string, string>;
  /** Manifests and indexes that were read and hashed. */
  readonly manifests: ReadonlyMap<Digest, ContentNode>;
}

/** Where the bytes of a blob lie. */
export interface BlobSpan {
  readonly file: string;
  readonly offset: number;
  readonly size: number;
}

/** What `openBundle` gives: a bundle with what verify asks of it beyond all others. */
export interface OpenedBundle extends Bundle {
  survey(options?: { readonly signal?: AbortSignal }): Promise<Survey>;
  spanOf(digest: Digest): BlobSpan | undefined;
}

export { readNode } from './content-graph.ts';
export { createBundleWriter } from './create-bundle-writer.ts';
export { inspectPlace } from './inspect-place.ts';
export { openBundle } from './open-bundle.ts';
export { planBundle } from './plan-bundle.ts';
export { claimWorkFolder, readUnfinishedLock, workPaths } from './work-folder.ts';
