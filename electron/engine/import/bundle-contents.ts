// What a bundle's manifests point to, for the plan of an import. Holds digests and sums, no manifests.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import type { ContentNode } from '../bundle/index.ts';

export interface BundleContents {
  /** Manifests and indexes that an index points to; none for a manifest or for what the bundle does not hold. */
  childrenOf(digest: Digest): readonly Digest[];
  /** Bytes of blobs, children's included, that a manifest or index needs. A blob that two children share counts twice. */
  bytesOf(digest: Digest): number;
  /** False where `--seal-incomplete` sealed the bundle without something that it needs (FORMAT §4). */
  isWhole(digest: Digest): boolean;
}

interface Node {
  readonly children: readonly Digest[];
  readonly bytes: number;
  readonly whole: boolean;
}

/** `manifests` as `checkBeforeFirstByte` read them. */
export function contentsOf(
  { absent }: Pick<BundleManifest, 'absent'>,
  manifests: ReadonlyMap<Digest, ContentNode>,
): BundleContents {
  const failed = new Set(absent.filter(({ reason }) => reason === 'failed').map(({ digest }) => digest));
  const known = new Map<Digest, Node>();
  for (const [digest, { children }] of manifests)
    known.set(digest, {
      children: children
        .filter((child) => isManifestOrIndexType(child.mediaType))
        .map((child) => child.digest),
      bytes: children
        .filter((child) => !isManifestOrIndexType(child.mediaType))
        .reduce((sum, child) => sum + child.size, 0),
      whole: !children.some((child) => failed.has(child.digest)),
    });

  const bytesOf = (digest: Digest): number => {
    const entry = known.get(digest);
    if (entry === undefined) return 0;
    return entry.children.reduce((sum, child) => sum + bytesOf(child), entry.bytes);
  };
  const isWhole = (digest: Digest): boolean => {
    const entry = known.get(digest);
    if (entry === undefined) return !failed.has(digest);
    return entry.whole && entry.children.every(isWhole);
  };
  return { childrenOf: (digest) => known.get(digest)?.children ?? [], bytesOf, isWhole };
}
