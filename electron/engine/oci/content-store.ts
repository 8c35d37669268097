// The interface that pack, verify, import, serve and export are written against: content by digest, wherever it lies.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';

export type AbsentReason = 'platform' | 'foreign' | 'base' | 'failed' | 'unknown';

export type BlobState =
  | { readonly state: 'held'; readonly size: number }
  | { readonly state: 'absent'; readonly reason: AbsentReason }
  | { readonly state: 'volume'; readonly volumes: readonly number[] };

export interface OpenOptions {
  /** First byte wanted, default 0. */
  readonly offset?: number;
  /** Bytes wanted, default to the end. */
  readonly length?: number;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of one blob. A chunk is lent: it is valid until the next one is asked for, then its memory is used again.
 * Whoever keeps it longer copies it. Bytes are as the store has them; the taker hashes (a BlobWriter does).
 */
export type ByteSource = AsyncIterable<Uint8Array>;

/** Of an upload or an answer, held back until the hash agrees: without them nobody takes it for whole (DESIGN §6). */
export const HELD_BACK_BYTES = 64 * 1024;

/** One blob on its way into a store. Exactly one of commit and abort ends it. */
export interface BlobWriter {
  /** Chunks are best no larger than this, where the writer takes its time over each. May change on the way. */
  readonly pieceBytes?: number | undefined;
  /** Resolves when the store no longer needs the chunk's memory. Throws SIZE_MISMATCH on a byte too many. */
  write(chunk: Uint8Array): Promise<void>;
  /** Checks size and digest, then gives the blob its final name. Throws DIGEST_MISMATCH or SIZE_MISMATCH and keeps nothing. */
  commit(): Promise<void>;
  /** Drops what was written. Never throws, may be called after a failed commit. */
  abort(): Promise<void>;
}

export interface IngestOptions {
  readonly signal?: AbortSignal;
  /** Go on after bytes that an earlier run left; no store offers it yet, all start at 0. */
  readonly resume?: boolean;
}

/** A root: what a person can ask a store for by name. */
export interface Root {
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
}

/**
 * Takes descriptors rather than bare digests where DESIGN §3 says digest: a registry serves manifests and blobs under
 * different paths and only the media type tells which. Manifests and indexes are content like any other.
 */
export interface ContentStore {
  /** For messages: "registry.example/app", "bundle coder-1.44". */
  readonly label: string;
  stat(descriptor: Descriptor, options?: { readonly signal?: AbortSignal }): Promise<BlobState>;
  /** Throws BLOB_MISSING where a bundle does not hold it, CONTENT_NOT_FOUND where a source does not. */
  open(descriptor: Descriptor, options?: OpenOptions): ByteSource;
  /** Null where the store came by the blob without its bytes (mounted, or another writer was faster). */
  ingest(descriptor: Descriptor, options?: IngestOptions): Promise<BlobWriter | null>;
  roots(): Promise<readonly Root[]>;
}
