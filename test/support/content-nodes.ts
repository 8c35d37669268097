// What a bundle's checks read of its manifests, for bundles in memory.
import { isManifestOrIndexType } from '../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../shared/domain/descriptor.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { readNode } from '../../electron/engine/bundle/content-graph.ts';
import type { ContentNode } from '../../electron/engine/bundle/index.ts';

/** Every manifest and index that the roots lead to and that `blobs` holds. */
export function contentNodes(
  roots: readonly Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[],
  blobs: ReadonlyMap<Digest, Uint8Array>,
): ReadonlyMap<Digest, ContentNode> {
  const nodes = new Map<Digest, ContentNode>();
  const waiting = [...roots];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const bytes = blobs.get(next.digest);
    if (bytes === undefined || nodes.has(next.digest) || !isManifestOrIndexType(next.mediaType)) continue;
    const node = readNode(bytes, next, next.digest);
    nodes.set(next.digest, node);
    waiting.push(...node.children);
  }
  return nodes;
}
