// What a bundle's manifests point to, for the plan of an import. Holds digests and sizes, no manifests.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import type { ContentNode } from '../bundle/index.ts';

export interface BundleContents {
  /** Manifests and indexes that an index points to; none for a manifest or for what the bundle does not hold. */
  childrenOf(digest: Digest): readonly Digest[];
  /** The roots and all that they need, each once, as far as the bundle holds it. */
  below(roots: readonly Digest[]): ReadonlySet<Digest>;
  /** Bytes of blobs, each once, as far as the bundle holds them. */
  bytesOf(digests: Iterable<Digest>): number;
  /** False where `--seal-incomplete` sealed the bundle without something that it needs (FORMAT §4). */
  isWhole(digest: Digest): boolean;
}

interface Node {
  readonly children: readonly Digest[];
  readonly blobs: readonly Digest[];
  readonly whole: boolean;
}

/** `manifests` as `checkBeforeFirstByte` read them. */
export function contentsOf(
  { absent, blobs }: Pick<BundleManifest, 'absent' | 'blobs'>,
  manifests: ReadonlyMap<Digest, ContentNode>,
): BundleContents {
  const failed = new Set(absent.filter(({ reason }) => reason === 'failed').map(({ digest }) => digest));
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  const known = new Map<Digest, Node>();
  for (const [digest, { children }] of manifests) {
    const isChild = ({ mediaType }: (typeof children)[number]) => isManifestOrIndexType(mediaType);
    known.set(digest, {
      children: children.filter(isChild).map((child) => child.digest),
      blobs: children.filter((child) => !isChild(child)).map((child) => child.digest),
      whole: !children.some((child) => failed.has(child.digest)),
    });
  }

  const isWhole = (digest: Digest): boolean => {
    const entry = known.get(digest);
    if (entry === undefined) return !failed.has(digest);
    return entry.whole && entry.children.every(isWhole);
  };
  return {
    childrenOf: (digest) => known.get(digest)?.children ?? [],
    below(roots) {
      const found = new Set<Digest>();
      const visit = (digest: Digest): void => {
        if (found.has(digest) || !sizes.has(digest)) return;
        found.add(digest);
        const entry = known.get(digest);
        entry?.children.forEach(visit);
        entry?.blobs.forEach(visit);
      };
      roots.forEach(visit);
      return found;
    },
    bytesOf(digests) {
      let bytes = 0;
      for (const digest of digests) bytes += sizes.get(digest) ?? 0;
      return bytes;
    },
    isWhole,
  };
}
