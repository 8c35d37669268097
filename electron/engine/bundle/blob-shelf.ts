// Where the blobs of an unfinished bundle stand: a folder of files, or their places in a tar.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ByteSource } from '../oci/content-store.ts';

export interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

/** One blob on its way onto a shelf. */
export interface ShelfSlot {
  /** The file that takes the blob, and where in it the blob's first byte goes. */
  readonly fd: number;
  readonly base: number;
  /** Resolves when the chunk's memory is free again. `position` counts from the blob's first byte. */
  write(chunk: Uint8Array, position: number): Promise<void>;
  /** Gives the blob its name: its hash agreed. */
  name(): Promise<void>;
  /** Never throws. */
  drop(): Promise<void>;
}

export interface BlobShelf {
  /** True where a blob stands there by name with its size. Says nothing about its bytes. */
  has(blob: Blob): Promise<boolean>;
  begin(blob: Blob): Promise<ShelfSlot>;
  read(blob: Blob, start: number, length: number, signal: AbortSignal | undefined): ByteSource;
  /** Moves a finished file in, where the shelf can; false where its bytes must be written. */
  adopt(blob: Blob, path: string): Promise<boolean>;
  /** Takes a name away again. */
  discard(blob: Blob): Promise<void>;
  /** Resolves when these blobs and their names are on the medium. */
  sync(blobs: readonly Blob[]): Promise<void>;
  /** Writes the front members and SHA256SUMS, syncs them, and gives the bundle of these blobs its name. */
  seal(
    front: ReadonlyMap<string, Uint8Array>,
    blobs: readonly Blob[],
    context: Pick<JobContext, 'signal' | 'pause' | 'report'>,
  ): Promise<void>;
  /** Bytes that `seal` reads and reports. */
  readonly sealBytes: number;
  close(): Promise<void>;
}
