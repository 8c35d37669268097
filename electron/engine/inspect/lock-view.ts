// A lock as the desk shows it: what each item weighs, what it adds to those before it, and what is attached to it.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Attached, Dropped, Lock, LockItem } from '../../../shared/format/lock.ts';
import type { LockRow, LockView } from '../../../shared/station/contents.ts';
import { readLock } from '../content/lock-file.ts';
import { describeSource, itemNotes } from '../jobs/item-account.ts';
import { digestAtSource } from '../lock/find-moved.ts';
import type { MovedTag } from '../lock/find-moved.ts';
import type { LockDone } from '../lock/run-lock.ts';
import { childrenOf } from '../oci/manifest.ts';
import { createDigestsBelow, rootsOf } from '../pack/item-blobs.ts';
import { whatIsAttached } from './attached-words.ts';
import { manifestsOf, partsOf } from './item-parts.ts';
import type { ReadManifest } from './item-parts.ts';

/** What only the job knows that made the lock. */
export type ToldOfLock = Pick<LockDone, 'moved' | 'sources'>;

const NOTHING_TOLD: ToldOfLock = { moved: [], sources: [] };

/** Reads a lock and adds it up. Throws what `readLock` throws, and LOCK_INVALID where one of its manifests is none. */
export async function viewLock(path: string, told: ToldOfLock = NOTHING_TOLD): Promise<LockView> {
  return lockView(path, await readLock(path), told);
}

/** Adds a lock up: rows in its order, each byte new where it is first needed. Nothing is read. */
export function lockView(path: string, lock: Lock, { moved, sources }: ToldOfLock = NOTHING_TOLD): LockView {
  const movedTags = new Map(moved.map((tag) => [`${tag.kind} ${tag.reference}`, tag]));
  const digestsBelow = createDigestsBelow(lock);
  const sizes = sizesOf(lock);
  const bytesOf = (digests: Iterable<Digest>) => {
    let bytes = 0;
    for (const digest of digests) bytes += sizes.get(digest) ?? 0;
    return bytes;
  };
  const read = manifestsOf(lock);
  const counted = new Set<Digest>();
  const rows = lock.items.map((item): LockRow => {
    // What the lock names and does not hold (a platform left out, a foreign layer) is no part of the bundle.
    const needed = [...digestsBelow(rootsOf(item))].filter((digest) => sizes.has(digest));
    const fresh = needed.filter((digest) => !counted.has(digest));
    for (const digest of fresh) counted.add(digest);
    const unpinned = item.unpinned?.size ?? 0;
    const newBytes = bytesOf(fresh) + unpinned;
    // Among what one item holds too, a byte is new where it is first needed.
    const untold = new Set(fresh);
    const weigh = (root: Descriptor) => {
      const below = [...digestsBelow([root])];
      return { bytes: bytesOf(below), newBytes: bytesOf(below.filter((digest) => untold.delete(digest))) };
    };
    const { parts, attestations } = partsOf(item, read);
    return {
      kind: item.kind,
      reference: item.reference,
      digest: item.root?.digest ?? null,
      bytes: bytesOf(needed) + unpinned,
      newBytes,
      platforms: item.platforms ?? [],
      parts: [
        ...parts.map(({ platform, root }) => ({
          platform,
          digest: root.digest,
          isTaken: true,
          ...weigh(root),
        })),
        ...leftParts(item, read),
      ],
      attached: attachedTo(item, attestations, read, weigh),
      source: describeSource(item.source),
      atSource: digestAtSource(item) ?? null,
      moved: movedOf(movedTags.get(`${item.kind} ${item.reference}`)),
      notes: rowNotes(item),
    };
  });
  const ofKind = (kind: LockItem['kind']) => rows.filter((row) => row.kind === kind).length;
  const bytes = sumOf(rows, ({ newBytes }) => newBytes);
  return {
    path,
    name: lock.metadata.name,
    created: lock.created,
    platforms: [...new Set(rows.flatMap(({ platforms }) => platforms))],
    rows,
    images: ofKind('image'),
    charts: ofKind('chart'),
    files: ofKind('file'),
    blobs: counted.size,
    bytes,
    sharedBytes: sumOf(rows, (row) => row.bytes) - bytes,
    largestBlob: [...counted].reduce((largest, digest) => Math.max(largest, sizes.get(digest) ?? 0), 0),
    leftOut: leftOutOf(lock),
    sources: [...sources],
    notes: lockNotes(lock),
  };
}

/** The platforms of an item that stay. Their size is known where another item brings the same manifest. */
function leftParts({ original, dropped = [] }: LockItem, read: ReadManifest): LockRow['parts'] {
  const index = original === undefined ? undefined : read(original);
  const listed = index?.kind === 'index' ? index.index.manifests : [];
  return dropped.filter(isOfAPlatform).map(({ digest, platform }) => {
    const descriptor = listed.find((one) => one.digest === digest);
    const manifest = descriptor === undefined ? undefined : read(descriptor);
    const bytes =
      descriptor === undefined || manifest?.kind !== 'manifest'
        ? null
        : sumOf([descriptor, ...childrenOf(manifest)], ({ size }) => size);
    return { platform, digest, isTaken: false, bytes, newBytes: 0 };
  });
}

/** BuildKit lists attestations as images of an unknown platform. */
function isOfAPlatform({ reason, platform }: Dropped): boolean {
  return reason === 'platform' && platform !== 'unknown/unknown';
}

/** What one item leaves out and another one carries goes across. */
function leftOutOf({ items, absent }: Lock): LockView['leftOut'] {
  const stays = new Set(absent.filter(({ reason }) => reason === 'platform').map(({ digest }) => digest));
  const left = items
    .map(({ dropped = [] }) => dropped.filter((one) => isOfAPlatform(one) && stays.has(one.digest)))
    .filter((dropped) => dropped.length > 0);
  const platforms = left.flat().map(({ platform }) => platform);
  return { platforms: [...new Set(platforms)], images: left.length };
}

/** Every blob of the lock and every manifest in it, with its size. */
function sizesOf({ blobs, manifests }: Lock): ReadonlyMap<Digest, number> {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  for (const [digest, base64] of Object.entries(manifests))
    sizes.set(digest as Digest, Buffer.byteLength(base64, 'base64'));
  return sizes;
}

function attachedTo(
  { attached = [] }: LockItem,
  attestations: readonly Descriptor[],
  read: ReadManifest,
  weigh: (root: Descriptor) => { readonly bytes: number; readonly newBytes: number },
): LockRow['attached'] {
  const listed = attestations.map((root): Attached => ({ kind: 'referrer', subject: root.digest, root }));
  const once = new Map([...attached, ...listed].map((one) => [one.root.digest, one]));
  return [...once.values()].map((one) => {
    const manifest = read(one.root);
    return {
      what: whatIsAttached(one, manifest?.kind === 'manifest' ? manifest.manifest : undefined),
      digest: one.root.digest,
      ...weigh(one.root),
    };
  });
}

function movedOf(tag: MovedTag | undefined): LockRow['moved'] {
  if (tag === undefined) return null;
  const { before, lockedAs, lockedAt, isServed } = tag;
  return { before, lockedAs, lockedAt, isServed };
}

function rowNotes(item: LockItem): string[] {
  const left = (item.dropped ?? []).filter(isOfAPlatform).map(({ platform }) => platform);
  return [
    ...itemNotes(item),
    ...(left.length === 0 ? [] : [`left out: ${left.join(', ')}`]),
    ...(item.unpinned === undefined ? [] : ['not downloaded yet, so it has no digest']),
  ];
}

/** What holds for the lock as a whole. */
function lockNotes({ items, absent }: Lock): string[] {
  const unpinned = items.filter(({ unpinned: pin }) => pin !== undefined).length;
  const foreign = absent.filter(({ reason }) => reason === 'foreign').length;
  return [
    ...(unpinned === 0
      ? []
      : [
          unpinned === 1
            ? `1 of ${items.length} items has no digest yet: packing has to pin it`
            : `${unpinned} of ${items.length} items have no digest yet: packing has to pin them`,
        ]),
    ...(foreign === 0
      ? []
      : [
          foreign === 1
            ? '1 foreign layer stays behind: its maker lets nobody else hand it on'
            : `${foreign} foreign layers stay behind: their makers let nobody else hand them on`,
        ]),
  ];
}

function sumOf<T>(all: readonly T[], numberOf: (one: T) => number): number {
  return all.reduce((sum, one) => sum + numberOf(one), 0);
}
