// Tells the fate of blobs as the fate of the items that need them, for the receipt.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import type { ReceiptItem } from '../../../shared/format/receipt.ts';
import { describeSource, itemNotes } from '../jobs/item-account.ts';
import type { BlobsOfItems } from './item-blobs.ts';

export interface BlobFates {
  /** Blobs whose bytes moved in this run. */
  readonly moved: ReadonlySet<Digest>;
  readonly failures: ReadonlyMap<Digest, AirlockError>;
  /** Blobs that nobody came to, because the job was cancelled. */
  readonly left: ReadonlySet<Digest>;
}

/** A row for each item, in the list's order. A blob that several items share counts for the first of them. */
export function accountForItems(
  items: BlobsOfItems,
  blobs: Lock['blobs'],
  fates: BlobFates,
): readonly ReceiptItem[] {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  const counted = new Set<Digest>();
  return [...items].map(([item, digests]) => {
    const moved = [...digests].filter((digest) => fates.moved.has(digest));
    const bytes = moved
      .filter((digest) => !counted.has(digest))
      .reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
    for (const digest of moved) counted.add(digest);
    const row = {
      kind: item.kind,
      item: item.reference,
      source: describeSource(item.source),
      ...(item.root === undefined ? {} : { digest: item.root.digest }),
      bytes,
    };
    const failed = [...digests].find((digest) => fates.failures.has(digest));
    const error = failed === undefined ? undefined : fates.failures.get(failed);
    if (error !== undefined) return { ...row, outcome: 'failed', notes: [], error: toWire(error) };
    if ([...digests].some((digest) => fates.left.has(digest)))
      return { ...row, outcome: 'cancelled', notes: [] };
    return { ...row, outcome: moved.length > 0 ? 'carried' : 'present', notes: itemNotes(item) };
  });
}
