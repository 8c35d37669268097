// Counts every blob of an import once towards what the import comes to, whichever item and whichever way brought it.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { bytesMoved } from '../oci/copy-blob.ts';
import type { BundleContents } from './bundle-contents.ts';

/** Bytes that moved on behalf of one row of the receipt. What several rows need counts for the one that began it. */
export interface Account {
  bytes: number;
  /** Name of the item that the row belongs to, for progress. */
  readonly item: string;
}

export interface Tally {
  /** Its bytes are reported as they move, by whoever sends it. */
  moves(digest: Digest): void;
  /** Reports at once what had no need to move: it was there, or was mounted. */
  isThere(digests: Iterable<Digest>, account: Account): void;
  /** Reports at once what was sent in one piece. */
  came(digest: Digest, account: Account): void;
}

export function createTally(contents: Pick<BundleContents, 'bytesOf'>, report: JobContext['report']): Tally {
  const counted = new Set<Digest>();
  const bytesOfFresh = (digests: Iterable<Digest>): number => {
    const fresh: Digest[] = [];
    for (const digest of digests) {
      if (counted.has(digest)) continue;
      counted.add(digest);
      fresh.push(digest);
    }
    return contents.bytesOf(fresh);
  };
  return {
    moves: (digest) => void counted.add(digest),
    isThere(digests, { item }) {
      const bytes = bytesOfFresh(digests);
      if (bytes > 0) report({ kind: 'bytes', bytes, present: true, item });
    },
    came(digest, { item }) {
      const bytes = bytesOfFresh([digest]);
      if (bytes > 0) report(bytesMoved(bytes, item));
    },
  };
}
