// What a lock comes to: items, bytes, what sharing saves, what keeping indexes costs, and the pulls a registry counts.
import { IndexSchema, isIndexType, ManifestSchema } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock } from '../../../shared/format/lock.ts';
import { parsePlatform, platformMatches } from '../oci/platform.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { Found } from './assemble-lock.ts';
import type { Resolved } from './index.ts';

/** An index of which every platform is carried. */
interface WholeIndex {
  readonly item: string;
  readonly platforms: number;
  readonly bytes: number;
  /** What the list's own platforms would have come to; undefined where the list names none for this item. */
  readonly wantedBytes: number | undefined;
}

export interface LockSummary {
  readonly images: number;
  readonly charts: number;
  readonly files: number;
  readonly blobs: number;
  /** Every blob once, manifests included: what the bundle will hold. */
  readonly bytes: number;
  /** What the items come to, each on its own. */
  readonly unsharedBytes: number;
  /** Bytes that items share and that are carried once. */
  readonly sharedBytes: number;
  /** Per registry: manifests that were fetched, one an architecture, as Docker Hub counts pulls. Packing adds none. */
  readonly pulls: Readonly<Record<string, number>>;
  /** What a registry said it has left, where it said so. */
  readonly rateLimits: Readonly<
    Record<string, { readonly limit: number; readonly remaining: number; readonly windowSeconds: number }>
  >;
  readonly wholeIndexes: readonly WholeIndex[];
  /** Items whose bytes nobody but Airlock has vouched for. */
  readonly firstSeen: number;
  readonly unpinned: number;
  /** `reference: note`, in the list's order. */
  readonly notes: readonly string[];
}

/** Counts what was found. Nothing is fetched. */
export function summarise(
  items: readonly Found[],
  lock: Lock,
  rateLimits: RegistryClient['rateLimits'],
): LockSummary {
  const ofKind = (kind: string) => lock.items.filter((item) => item.kind === kind).length;
  const sizes = new Map<Digest, number>();
  let unsharedBytes = 0;
  const pulls: Record<string, number> = {};
  for (const { resolved } of items) {
    for (const [digest, size] of sizesOf(resolved)) {
      sizes.set(digest, size);
      unsharedBytes += size;
    }
    const { source } = resolved.item;
    if (source.type === 'registry')
      pulls[source.host] = (pulls[source.host] ?? 0) + Math.max(1, countManifests(resolved));
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    images: ofKind('image'),
    charts: ofKind('chart'),
    files: ofKind('file'),
    blobs: sizes.size,
    bytes,
    unsharedBytes,
    sharedBytes: unsharedBytes - bytes,
    pulls,
    rateLimits: Object.fromEntries(rateLimits),
    wholeIndexes: items.flatMap(wholeIndexOf),
    firstSeen: lock.items.filter(({ stated }) => stated?.by === 'firstSeen').length,
    unpinned: lock.items.filter(({ unpinned }) => unpinned !== undefined).length,
    notes: items.flatMap(({ resolved: { item, notes } }) =>
      notes.map((note) => (note.startsWith(item.reference) ? note : `${item.reference}: ${note}`)),
    ),
  };
}

/** Everything an item puts into a bundle; an index that only shows what was left out is not in it. */
function sizesOf({ item, manifests, blobs }: Resolved): ReadonlyMap<Digest, number> {
  const made = [...manifests].filter(([digest]) => digest !== item.original?.digest);
  return new Map([
    ...made.map(([digest, bytes]) => [digest, bytes.byteLength] as const),
    ...blobs.map(({ digest, size }) => [digest, size] as const),
  ]);
}

function countManifests({ manifests }: Resolved): number {
  return [...manifests.values()].filter((bytes) => ManifestSchema.safeParse(parse(bytes)).success).length;
}

function wholeIndexOf({ entry, resolved }: Found): WholeIndex[] {
  const { item, manifests } = resolved;
  if (item.mode !== 'keep' || item.root === undefined || !isIndexType(item.root.mediaType)) return [];
  const sizes = sizesOf(resolved);
  const sum = (digests: Iterable<Digest>) =>
    [...digests].reduce((total, digest) => total + (sizes.get(digest) ?? 0), 0);
  const wanted = entry.kind === 'image' ? entry.platforms : undefined;
  const index = IndexSchema.safeParse(parse(manifests.get(item.root.digest)));
  const matching = index.data?.manifests.filter(
    ({ platform }) =>
      platform !== undefined &&
      wanted?.some((text) => platformMatches(parsePlatform(text), platform)) === true,
  );
  return [
    {
      item: item.reference,
      platforms: item.platforms?.length ?? 0,
      bytes: sum(sizes.keys()),
      wantedBytes:
        wanted === undefined || matching === undefined
          ? undefined
          : sum(new Set(matching.flatMap((descriptor) => [...digestsBelow(descriptor, manifests)]))),
    },
  ];
}

function digestsBelow(descriptor: Descriptor, manifests: ReadonlyMap<Digest, Uint8Array>): readonly Digest[] {
  const manifest = ManifestSchema.safeParse(parse(manifests.get(descriptor.digest)));
  const below = manifest.data === undefined ? [] : [manifest.data.config, ...manifest.data.layers];
  return [descriptor.digest, ...below.map(({ digest }) => digest)];
}

function parse(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
}
