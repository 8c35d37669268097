// A bundle's blobs by digest, without a second copy of them: the list is sorted, so it is searched.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Blob } from './blob-shelf.ts';

export interface BlobTable {
  readonly list: readonly Blob[];
  /** Place in the list; -1 for a digest that is not in it. */
  indexOf(digest: Digest): number;
  /** Undefined for a digest that is not in it. */
  sizeOf(digest: Digest): number | undefined;
  has(digest: Digest): boolean;
}

/** A map of 150,000 digests takes 40 MB and most of the time of opening. `list` is in bytewise order, each digest once. */
export function createBlobTable(list: readonly Blob[]): BlobTable {
  const indexOf = (digest: Digest): number => {
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = list[middle]?.digest ?? digest;
      if (found === digest) return middle;
      if (found < digest) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  return {
    list,
    indexOf,
    sizeOf: (digest) => list[indexOf(digest)]?.size,
    has: (digest) => indexOf(digest) >= 0,
  };
}
