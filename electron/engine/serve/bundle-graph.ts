// Every manifest of all opened bundles, once: what it points to, what it is attached to, and which bundle has it.
import { isIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { ContentNode } from '../bundle/index.ts';
import type { AbsentReason } from '../oci/content-store.ts';
import type { ServableBundle } from './served.ts';

/** What serving needs of a descriptor; ten thousand images have a hundred thousand of them. */
export interface Entry {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface ManifestNode {
  readonly bundle: ServableBundle;
  readonly entry: Entry;
  readonly subject: Digest | undefined;
  /** As the referrers API lists it; kept for manifests that have a subject. */
  readonly referrer: Descriptor | undefined;
  /** Undefined for an index. */
  readonly config: Entry | undefined;
  /** Layers, or an index's manifests. */
  readonly children: readonly Entry[];
}

export interface BundleGraph {
  readonly bundles: readonly ServableBundle[];
  node(digest: Digest): ManifestNode | undefined;
  referrersOf(subject: Digest): readonly ManifestNode[];
  /** Why a bundle left it out, where one says so. */
  absence(digest: Digest): AbsentReason | undefined;
}

/** A bundle with the manifests that its checks read (DESIGN §6). */
export interface CheckedBundle {
  readonly bundle: ServableBundle;
  readonly manifests: ReadonlyMap<Digest, ContentNode>;
}

/** Follows the bundles' indexes; what several of them hold is taken from the first. */
export function createBundleGraph(checked: readonly CheckedBundle[]): BundleGraph {
  const nodes = new Map<Digest, ManifestNode>();
  const bySubject = new Map<Digest, ManifestNode[]>();
  const absent = new Map<Digest, AbsentReason>();
  const intern = createInterning();
  for (const { bundle, manifests } of checked) {
    for (const { digest, reason } of bundle.manifest.absent) absent.set(digest, reason);
    const waiting: Entry[] = [...bundle.index.manifests];
    const seen = new Set<Digest>();
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      const content = manifests.get(entry.digest);
      if (content === undefined || seen.has(entry.digest)) continue;
      seen.add(entry.digest);
      waiting.push(...content.children);
      if (nodes.has(entry.digest)) continue;
      const node = nodeOf(bundle, intern(entry), content, intern);
      nodes.set(entry.digest, node);
      if (node.subject === undefined) continue;
      const siblings = bySubject.get(node.subject);
      if (siblings === undefined) bySubject.set(node.subject, [node]);
      else siblings.push(node);
    }
  }
  return {
    bundles: checked.map(({ bundle }) => bundle),
    node: (digest) => nodes.get(digest),
    referrersOf: (subject) => bySubject.get(subject) ?? [],
    absence: (digest) => absent.get(digest),
  };
}

function nodeOf(
  bundle: ServableBundle,
  entry: Entry,
  { subject, referrer, children }: ContentNode,
  intern: (descriptor: Entry) => Entry,
): ManifestNode {
  const entries = children.map(intern);
  const isIndex = isIndexType(entry.mediaType);
  return {
    bundle,
    entry,
    subject,
    referrer,
    config: isIndex ? undefined : entries[0],
    children: isIndex ? entries : entries.slice(1),
  };
}

/** One object for each digest and type: images share layers, and the strings are most of the memory. */
function createInterning(): (descriptor: Entry) => Entry {
  const known = new Map<Digest, Entry>();
  return ({ mediaType, digest, size }) => {
    const first = known.get(digest);
    if (first !== undefined && first.mediaType === mediaType && first.size === size) return first;
    const entry = { mediaType, digest, size };
    if (first === undefined) known.set(digest, entry);
    return entry;
  };
}
