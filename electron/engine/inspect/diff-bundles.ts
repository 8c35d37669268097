// What is new from one bundle to the next: items by reference, and the bytes that the older one does not have.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import type { Bundle } from '../bundle/index.ts';

export interface ItemChange {
  readonly kind: BundleItem['kind'];
  readonly reference: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: Digest | undefined;
  readonly after: Digest | undefined;
}

export interface BundleDiff {
  /** By kind and reference. What is the same in both is not listed. */
  readonly changes: readonly ItemChange[];
  readonly same: number;
  /** Of the newer bundle, what the older one does not have. */
  readonly newBlobs: number;
  readonly newBytes: number;
  readonly totalBytes: number;
}

/** Compares by airlock.json; no blob is read. */
export function diffBundles(older: Bundle, newer: Bundle): BundleDiff {
  const before = byKey(older);
  const after = byKey(newer);
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes = keys.flatMap((key): ItemChange[] => {
    const one = before.get(key);
    const other = after.get(key);
    const item = other ?? one;
    if (item === undefined || one?.digest === other?.digest) return [];
    const change = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed';
    return [
      { kind: item.kind, reference: item.reference, change, before: one?.digest, after: other?.digest },
    ];
  });
  const had = new Set(older.manifest.blobs.map(({ digest }) => digest));
  const fresh = newer.manifest.blobs.filter(({ digest }) => !had.has(digest));
  const sum = (blobs: readonly { readonly size: number }[]) =>
    blobs.reduce((total, { size }) => total + size, 0);
  return {
    changes,
    same: keys.filter((key) => before.get(key)?.digest === after.get(key)?.digest).length,
    newBlobs: fresh.length,
    newBytes: sum(fresh),
    totalBytes: sum(newer.manifest.blobs),
  };
}

function byKey(bundle: Bundle): ReadonlyMap<string, BundleItem> {
  return new Map(bundle.manifest.items.map((item) => [`${item.kind} ${item.reference}`, item]));
}
