// What a bundle's manifests point to, read once before an import is planned. Holds digests and sums, no manifests.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Bundle } from '../bundle/index.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';

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

/** Reads every manifest that the given roots reach. Call after the bundle was checked: digests are known to be right. */
export async function readContents(
  bundle: Bundle,
  roots: Iterable<Descriptor>,
  signal: AbortSignal,
): Promise<BundleContents> {
  const absent = new Map(bundle.manifest.absent.map((entry) => [entry.digest, entry.reason]));
  const known = new Map<Digest, Node>();
  const read = async (descriptor: Descriptor): Promise<void> => {
    if (known.has(descriptor.digest) || absent.has(descriptor.digest)) return;
    signal.throwIfAborted();
    const bytes = await bundle.readManifest(descriptor, { signal });
    const below = childrenOf(parseManifest(bytes, descriptor.mediaType, descriptor.digest));
    const children = below.filter((child) => isManifestOrIndexType(child.mediaType));
    known.set(descriptor.digest, {
      children: children.map((child) => child.digest),
      bytes: below.reduce((sum, child) => sum + (children.includes(child) ? 0 : child.size), 0),
      whole: below.every((child) => absent.get(child.digest) !== 'failed'),
    });
    for (const child of children) await read(child);
  };
  for (const root of roots) await read(root);

  const bytesOf = (digest: Digest): number => {
    const entry = known.get(digest);
    if (entry === undefined) return 0;
    return entry.children.reduce((sum, child) => sum + bytesOf(child), entry.bytes);
  };
  const isWhole = (digest: Digest): boolean => {
    const entry = known.get(digest);
    if (entry === undefined) return absent.get(digest) !== 'failed';
    return entry.whole && entry.children.every(isWhole);
  };
  return { childrenOf: (digest) => known.get(digest)?.children ?? [], bytesOf, isWhole };
}

/** SOME_ITEMS_FAILED: nothing is damaged, and nothing can be done with this item here. */
export function notWhole(reference: string): AirlockError {
  return new AirlockError('SOME_ITEMS_FAILED', `${reference} was not whole when the bundle was sealed.`, {
    side: 'bundle',
    remedy: 'Pack it again where its source can be reached, and use that bundle.',
  });
}
