// Where everything lies in the tar form. All of it follows from sizes, so a blob can be written or read before its neighbours.
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { FRONT_FILES, SUMS } from './sums.ts';
import { TAR_END_BYTES, tarBodyBytes, tarHeadBytes } from './ustar.ts';

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

/** `frontSizes` in the order of FRONT_FILES, then that of SHA256SUMS; blobs bytewise by path. */
export function mapTar(
  frontSizes: readonly number[],
  blobs: readonly { readonly digest: Digest; readonly size: number }[],
): TarMap {
  let at = 0;
  const place = (path: string, size: number): TarMember => {
    const head = at;
    const body = head + tarHeadBytes(path);
    at = body + tarBodyBytes(size);
    return { path, size, head, body };
  };
  const front = [...FRONT_FILES, SUMS].map((path, position) => place(path, frontSizes[position] ?? 0));
  // Offsets alone are kept for blobs: a bundle may have a million.
  const heads = new Map<Digest, { readonly head: number; readonly size: number }>();
  for (const { digest, size } of blobs) heads.set(digest, { head: place(blobPath(digest), size).head, size });
  return {
    front,
    length: at + TAR_END_BYTES,
    blob(digest) {
      const known = heads.get(digest);
      if (known === undefined) return undefined;
      const path = blobPath(digest);
      return { path, size: known.size, head: known.head, body: known.head + tarHeadBytes(path) };
    },
  };
}
