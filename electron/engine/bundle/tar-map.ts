// Where everything lies in the tar form. All of it follows from sizes, so a blob can be written or read before its neighbours.
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BlobTable } from './blob-table.ts';
import { FRONT_FILES, SUMS } from './sums.ts';
import { TAR_END_BYTES, tarBodyBytes, tarHeadBytes } from '../disk/ustar.ts';

export interface TarMember {
  readonly path: string;
  readonly size: number;
  /** Offset of the header. */
  readonly head: number;
  /** Offset of the first byte of content. */
  readonly body: number;
}

export interface TarMap {
  readonly front: readonly TarMember[];
  /** Undefined for a digest that the bundle does not hold. */
  blob(digest: Digest): TarMember | undefined;
  /** Bytes of the whole tar. */
  readonly length: number;
}

/** `frontSizes` in the order of FRONT_FILES, then that of SHA256SUMS. */
export function mapTar(frontSizes: readonly number[], blobs: BlobTable): TarMap {
  let at = 0;
  const place = (path: string, size: number): TarMember => {
    const head = at;
    const body = head + tarHeadBytes(path);
    at = body + tarBodyBytes(size);
    return { path, size, head, body };
  };
  const front = [...FRONT_FILES, SUMS].map((path, position) => place(path, frontSizes[position] ?? 0));
  // Offsets alone are kept for blobs: a bundle may have a million.
  const heads = new Float64Array(blobs.list.length);
  blobs.list.forEach(({ digest, size }, number) => {
    heads[number] = place(blobPath(digest), size).head;
  });
  return {
    front,
    length: at + TAR_END_BYTES,
    blob(digest) {
      const number = blobs.indexOf(digest);
      const size = blobs.list[number]?.size;
      const head = heads[number];
      if (size === undefined || head === undefined) return undefined;
      const path = blobPath(digest);
      return { path, size, head, body: head + tarHeadBytes(path) };
    },
  };
}
