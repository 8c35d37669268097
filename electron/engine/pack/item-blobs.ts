// Which blobs each item of a lock needs, so that a blob's fate can be told as its items'.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';

export type BlobsOfItems = ReadonlyMap<LockItem, ReadonlySet<Digest>>;

/** Digests below each item, manifests and what is attached included, in the lock's order. */
export function blobsOfItems(lock: Lock): BlobsOfItems {
  const below = new Map<Digest, readonly Descriptor[]>();
  const childrenBelow = (descriptor: Descriptor): readonly Descriptor[] => {
    const known = below.get(descriptor.digest);
    if (known !== undefined) return known;
    const base64 = lock.manifests[descriptor.digest];
    const children =
      base64 === undefined || !isManifestOrIndexType(descriptor.mediaType)
        ? []
        : childrenOf(parseManifest(Buffer.from(base64, 'base64'), descriptor.mediaType, descriptor.digest));
    below.set(descriptor.digest, children);
    return children;
  };
  const walk = (descriptor: Descriptor, seen: Set<Digest>): void => {
    if (seen.has(descriptor.digest)) return;
    seen.add(descriptor.digest);
    for (const child of childrenBelow(descriptor)) walk(child, seen);
  };
  return new Map(
    lock.items.map((item) => {
      const seen = new Set<Digest>();
      if (item.root !== undefined) walk(item.root, seen);
      for (const attached of item.attached ?? []) walk(attached.root, seen);
      return [item, seen];
    }),
  );
}
