// Every manifest of all opened bundles, once: what it points to, what it is attached to, and which bundle has it.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { AbsentReason } from '../oci/content-store.ts';
import { childrenOf, parseManifest, referrerDescriptor, subjectOf } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
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

const READS_AT_ONCE = 8;

/** Reads every manifest that the bundles' indexes reach. The bundles were checked before (DESIGN §6). */
export async function readBundleGraph(
  bundles: readonly ServableBundle[],
  signal: AbortSignal | undefined,
): Promise<BundleGraph> {
  const nodes = new Map<Digest, ManifestNode>();
  const bySubject = new Map<Digest, ManifestNode[]>();
  const absent = new Map<Digest, AbsentReason>();
  const entries = createInterning();
  for (const bundle of bundles) {
    const missing = new Set<Digest>();
    for (const { digest, reason } of bundle.manifest.absent) {
      missing.add(digest);
      absent.set(digest, reason);
    }
    const waiting: Descriptor[] = [...bundle.index.manifests];
    const claimed = new Set<Digest>();
    const readOn = async () => {
      for (let descriptor = waiting.pop(); descriptor !== undefined; descriptor = waiting.pop()) {
        const { digest, mediaType } = descriptor;
        if (!isManifestOrIndexType(mediaType) || missing.has(digest)) continue;
        if (nodes.has(digest) || claimed.has(digest)) continue;
        claimed.add(digest);
        const bytes = await bundle.readManifest(descriptor, signal === undefined ? {} : { signal });
        const parsed = parseManifest(bytes, mediaType, `manifest ${digest} of ${bundle.label}`);
        const node = nodeOf(bundle, entries(descriptor), parsed, entries);
        nodes.set(digest, node);
        if (node.subject !== undefined)
          bySubject.set(node.subject, [...(bySubject.get(node.subject) ?? []), node]);
        if (parsed.kind === 'index') waiting.push(...parsed.index.manifests);
      }
    };
    // A reader that finds the list empty may be followed by one that adds to it, so rounds go on until none is left.
    while (waiting.length > 0) await Promise.all(Array.from({ length: READS_AT_ONCE }, readOn));
  }
  return {
    bundles,
    node: (digest) => nodes.get(digest),
    referrersOf: (subject) => bySubject.get(subject) ?? [],
    absence: (digest) => absent.get(digest),
  };
}

function nodeOf(
  bundle: ServableBundle,
  entry: Entry,
  parsed: ParsedManifest,
  intern: (descriptor: Entry) => Entry,
): ManifestNode {
  const subject = subjectOf(parsed)?.digest;
  const children = childrenOf(parsed).map(intern);
  const isIndex = parsed.kind === 'index';
  return {
    bundle,
    entry,
    subject,
    referrer: subject === undefined ? undefined : referrerDescriptor(entry, parsed),
    config: isIndex ? undefined : children[0],
    children: isIndex ? children : children.slice(1),
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
