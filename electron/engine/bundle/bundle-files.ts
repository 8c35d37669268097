// The files of a sealed bundle, wherever they lie: in a folder or in a tar.
import type { BlobSpan, BundleForm, Finding } from './index.ts';
import type { Blob } from './blob-shelf.ts';
import type { BlobTable } from './blob-table.ts';

/** A blob opened for reading. */
export interface OpenedBlob {
  readonly fd: number;
  /** Offset of its first byte. */
  readonly start: number;
  close(): Promise<void>;
}

export interface BundleFiles {
  readonly form: BundleForm;
  /**
   * A file beside the blobs, whole. Throws BUNDLE_INCOMPLETE where it is missing, BUNDLE_DAMAGED where it is no plain file or
   * has more than `limit` bytes.
   */
  front(path: string, limit: number): Promise<Buffer>;
  /** A file beside the blobs, hashed and not kept. Hex. Throws as `front` does. */
  sha256OfFront(path: string, limit: number): Promise<string>;
  /** Tells where the blobs are, once airlock.json is known. Throws BUNDLE_TRUNCATED, BUNDLE_DAMAGED for a tar of another length. */
  settle(blobs: BlobTable): Promise<void>;
  spanOf(blob: Blob): BlobSpan;
  /** Throws BLOB_MISSING or BUNDLE_DAMAGED where no plain file of the blob's size is at its place. */
  openBlob(blob: Blob): Promise<OpenedBlob>;
  /** Presence and size of every blob, and what lies there besides `expected` (paths). Reads no content. */
  audit(
    blobs: BlobTable,
    expected: (path: string) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Finding[]>;
  /** Signatures or custody records are there, which nobody checks yet. */
  hasSignatures(): Promise<boolean>;
  close(): Promise<void>;
}
