// Which blobs each item of a lock needs, so that a blob's fate can be told as its items'.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';

export type BlobsOfItems = ReadonlyMap<LockItem, ReadonlySet<Digest>>;

/** Digests below each item, manifests and what is attached included, in the lock's order. */
export function blobsOfItems(lock: Lock): BlobsOfItems {
  const digestsBelow = createDigestsBelow(lock);
  return new Map(lock.items.map((item) => [item, digestsBelow(rootsOf(item))]));
}

/** What an item carries into a bundle, each with all that is below it: its own manifest, and what is attached. */
export function rootsOf(item: LockItem): readonly Descriptor[] {
  return [
    ...(item.root === undefined ? [] : [item.root]),
    ...(item.attached ?? []).map((attached) => attached.root),
  ];
}

/** Finds the digests of some roots and of all that is below them. A manifest is parsed once, however often it is asked about. */
export function createDigestsBelow(lock: Lock): (roots: readonly Descriptor[]) => ReadonlySet<Digest> {
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
  return (roots) => {
    const seen = new Set<Digest>();
    for (const root of roots) walk(root, seen);
    return seen;
  };
}
