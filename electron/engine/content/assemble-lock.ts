// Puts what the resolvers found into one lock: each item and each blob once, in an order that no timing changes (FORMAT §2).
import { LIMIT, ManifestSchema, MEDIA } from '../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Absent, Lock } from '../../../shared/format/lock.ts';
import type { z } from 'zod';
import { pathKey } from './file-path.ts';
import type { ListEntry, Resolved, TransferList } from './index.ts';
import { formatPosition } from './positions.ts';

/** One item and the entry that asked for it. */
export interface Found {
  readonly entry: ListEntry;
  readonly resolved: Resolved;
}

/** The first of each item, in the list's order. Equal reference and digest is one item (FORMAT §3). */
export function uniqueItems(all: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return all.filter(({ resolved: { item } }) => {
    const key = `${item.kind} ${item.reference} ${item.root?.digest ?? item.unpinned?.url ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * What two items of one list may not both be: one reference with two digests, one file path for two files, one chart name
 * and version with other bytes. REFERENCE_CONFLICT, each naming both places.
 */
export function findConflicts(items: readonly Found[]): readonly AirlockError[] {
  const named = new Map<string, Found>();
  return items.flatMap((found) => {
    const conflicts: AirlockError[] = [];
    for (const [key, what] of namesOf(found)) {
      const earlier = named.get(key);
      if (earlier === undefined) named.set(key, found);
      else if (contentOf(earlier, key) !== contentOf(found, key))
        conflicts.push(conflict(what, earlier, found));
    }
    return conflicts.slice(0, 1);
  });
}

/** Throws LIMIT_EXCEEDED beyond what a bundle may hold, MANIFEST_AMBIGUOUS where one digest is said to have two sizes. */
export function assembleLock(
  list: TransferList,
  items: readonly Found[],
  made: { readonly version: string; readonly created: string },
): Lock {
  const manifests = new Map<Digest, Uint8Array>(items.flatMap(({ resolved }) => [...resolved.manifests]));
  const blobs = mergeBlobs(items, manifests);
  if (items.length > LIMIT.items || blobs.length + manifests.size > LIMIT.blobs)
    throw new AirlockError(
      'LIMIT_EXCEEDED',
      `${list.path} comes to ${items.length} items and ${blobs.length + manifests.size} blobs; a bundle takes ${LIMIT.items} and ${LIMIT.blobs}.`,
    );
  return {
    apiVersion: 'airlock/v1',
    kind: 'Lock',
    metadata: list.metadata,
    created: made.created,
    tool: { name: 'airlock', version: made.version },
    listDigest: list.digest,
    items: items.map(({ resolved }) => resolved.item),
    blobs,
    absent: mergeAbsent(items, new Set(blobs.map(({ digest }) => digest))),
    manifests: Object.fromEntries(
      [...manifests]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([digest, bytes]) => [digest, Buffer.from(bytes).toString('base64')]),
    ),
  };
}

function mergeBlobs(items: readonly Found[], manifests: ReadonlyMap<Digest, Uint8Array>): Lock['blobs'] {
  const blobs = new Map<Digest, Lock['blobs'][number]>();
  for (const { resolved } of items)
    for (const blob of resolved.blobs) {
      if (manifests.has(blob.digest)) continue;
      const known = blobs.get(blob.digest);
      if (known !== undefined && known.size !== blob.size)
        throw new AirlockError(
          'MANIFEST_AMBIGUOUS',
          `The blob ${shortDigest(blob.digest)} is said to have ${known.size} and ${blob.size} bytes.`,
        );
      blobs.set(blob.digest, known?.from === undefined ? { ...blob } : known);
    }
  return [...blobs.values()].toSorted((one, other) => (one.digest < other.digest ? -1 : 1));
}

/** What one item leaves out and another one carries is not absent. */
function mergeAbsent(items: readonly Found[], blobs: ReadonlySet<Digest>): Lock['absent'] {
  const carried = new Set(blobs);
  for (const { resolved } of items)
    for (const digest of resolved.manifests.keys())
      if (digest !== resolved.item.original?.digest) carried.add(digest);
  const absent = new Map<string, z.infer<typeof Absent>>();
  for (const { resolved } of items)
    for (const entry of resolved.absent)
      if (!carried.has(entry.digest)) absent.set(`${entry.digest} ${entry.reason} ${entry.item}`, entry);
  return [...absent].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
}

/** The names under which an item must be alone, and how a message calls each. */
function namesOf({ resolved: { item } }: Found): readonly (readonly [key: string, what: string])[] {
  const reference = [`reference ${item.kind} ${item.reference}`, item.reference] as const;
  if (item.kind === 'file') return [[`file ${pathKey(item.reference)}`, `The path ${item.reference}`]];
  if (item.kind === 'image') return [reference];
  const chart = /(?:^|\/)([^/:@]+):([^/@]+)(?:@.*)?$/.exec(item.reference);
  if (chart?.[1] === undefined || chart[2] === undefined) return [reference];
  // A tag holds `_` where the version has `+`.
  const version = chart[2].replaceAll('+', '_');
  return [reference, [`chart ${chart[1]}:${version}`, `The chart ${chart[1]} ${chart[2]}`]];
}

/** What must be equal where a name is: for a chart's name and version the chart itself, whatever manifest carries it. */
function contentOf({ resolved }: Found, key: string): string {
  const { item, manifests } = resolved;
  const root = item.root?.digest;
  if (root === undefined) return `${item.reference} ${item.unpinned?.url ?? ''}`;
  const bytes = key.startsWith('chart ') ? manifests.get(root) : undefined;
  if (bytes === undefined) return `${key.startsWith('file ') ? item.reference : ''} ${root}`;
  const manifest = ManifestSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return manifest.data?.layers.find(({ mediaType }) => mediaType === MEDIA.helmChart)?.digest ?? root;
}

function conflict(what: string, one: Found, other: Found): AirlockError {
  const tell = ({ entry, resolved: { item } }: Found) =>
    `${item.root?.digest ?? item.unpinned?.url ?? 'unpinned'} in ${formatPosition(entry.at)}`;
  return new AirlockError(
    'REFERENCE_CONFLICT',
    `${formatPosition(other.entry.at)}: ${what} stands for two contents: ${tell(one)}, and ${tell(other)}.`,
    { details: { reference: other.resolved.item.reference } },
  );
}
