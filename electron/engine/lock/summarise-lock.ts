// What a lock comes to: items, bytes, what sharing saves, and the pulls that a rate-limited registry counts.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';

export interface LockSummary {
  readonly images: number;
  readonly charts: number;
  readonly files: number;
  /** Every blob once, manifests included: what the bundle will hold. */
  readonly blobs: number;
  readonly bytes: number;
  /** Bytes that items share and that are carried once. */
  readonly sharedBytes: number;
  /** Manifests and indexes that were fetched, per registry: each is a pull to a registry that counts them. */
  readonly pulls: Readonly<Record<string, number>>;
  /** Files and charts whose bytes nobody but Airlock has vouched for. */
  readonly firstSeen: number;
  readonly unpinned: number;
}

/** Counts over a lock as `airlock lock` wrote it. */
export function summariseLock(lock: Lock): LockSummary {
  const sizes = new Map<Digest, number>(lock.blobs.map((blob) => [blob.digest, blob.size]));
  for (const [digest, base64] of Object.entries(lock.manifests))
    sizes.set(digest as Digest, Buffer.byteLength(base64, 'base64'));
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);

  const pulled = new Map<string, Set<Digest>>();
  const holders = new Map<Digest, number>();
  for (const item of lock.items) {
    const roots = [item.root, item.original, ...(item.attached ?? []).map((each) => each.root)];
    const seen = new Set<Digest>();
    for (const root of roots) if (root !== undefined) walk(lock, root, seen);
    for (const digest of seen) holders.set(digest, (holders.get(digest) ?? 0) + 1);
    if (item.source.type !== 'registry') continue;
    const ofHost = pulled.get(item.source.host) ?? new Set<Digest>();
    for (const root of roots) if (root !== undefined) walkManifests(lock, root, ofHost);
    pulled.set(item.source.host, ofHost);
  }
  const sharedBytes = [...holders].reduce(
    (sum, [digest, number]) => sum + (number - 1) * (sizes.get(digest) ?? 0),
    0,
  );
  const ofKind = (kind: string) => lock.items.filter((item) => item.kind === kind).length;
  return {
    images: ofKind('image'),
    charts: ofKind('chart'),
    files: ofKind('file'),
    blobs: sizes.size,
    bytes,
    sharedBytes,
    pulls: Object.fromEntries([...pulled].map(([host, digests]) => [host, digests.size])),
    firstSeen: lock.items.filter((item) => item.stated?.by === 'firstSeen').length,
    unpinned: lock.items.filter((item) => item.unpinned !== undefined).length,
  };
}

/** Every digest below a root that the lock knows the bytes or the size of. */
function walk(lock: Lock, descriptor: Descriptor, seen: Set<Digest>): void {
  if (seen.has(descriptor.digest)) return;
  seen.add(descriptor.digest);
  for (const child of below(lock, descriptor)) walk(lock, child, seen);
}

function walkManifests(lock: Lock, descriptor: Descriptor, seen: Set<Digest>): void {
  if (!isManifestOrIndexType(descriptor.mediaType) || lock.manifests[descriptor.digest] === undefined) return;
  if (seen.has(descriptor.digest)) return;
  seen.add(descriptor.digest);
  for (const child of below(lock, descriptor)) walkManifests(lock, child, seen);
}

function below(lock: Lock, descriptor: Descriptor): readonly Descriptor[] {
  const base64 = lock.manifests[descriptor.digest];
  if (base64 === undefined || !isManifestOrIndexType(descriptor.mediaType)) return [];
  return childrenOf(parseManifest(Buffer.from(base64, 'base64'), descriptor.mediaType, descriptor.digest));
}
