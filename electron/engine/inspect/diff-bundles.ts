// What is new from one bundle to the next: items by reference, and the bytes that the older one does not have.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { readNode } from '../bundle/index.ts';
import type { Bundle } from '../bundle/index.ts';

export interface ItemChange {
  readonly kind: BundleItem['kind'];
  /** In the newer bundle, where it is there. */
  readonly reference: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** In the older bundle, where the same repository had another tag there. */
  readonly was?: string;
  readonly before: Digest | undefined;
  readonly after: Digest | undefined;
  /** Of its blobs, what the older bundle does not have; what changes share counts for the first. Undefined where its manifests cannot be read. */
  readonly newBytes?: number;
}

export interface BundleDiff {
  /** By kind and reference. What is the same in both is not listed. */
  readonly changes: readonly ItemChange[];
  readonly same: number;
  /** Of the newer bundle, what the older one does not have. */
  readonly newBlobs: number;
  readonly newBytes: number;
  readonly totalBytes: number;
}

/** Compares by airlock.json; of the newer bundle the manifests of what changed are read, and no layer. */
export async function diffBundles(
  older: Bundle,
  newer: Bundle,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<BundleDiff> {
  const before = byKey(older);
  const after = byKey(newer);
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes = keys.flatMap((key): ItemChange[] => {
    const one = before.get(key);
    const other = after.get(key);
    const item = other ?? one;
    if (item === undefined || one?.digest === other?.digest) return [];
    const change = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed';
    return [
      { kind: item.kind, reference: item.reference, change, before: one?.digest, after: other?.digest },
    ];
  });
  const had = new Set(older.manifest.blobs.map(({ digest }) => digest));
  const fresh = newer.manifest.blobs.filter(({ digest }) => !had.has(digest));
  const sum = (blobs: readonly { readonly size: number }[]) =>
    blobs.reduce((total, { size }) => total + size, 0);
  return {
    changes: await withNewBytes(
      pairTags(changes),
      newer,
      new Map(fresh.map(({ digest, size }) => [digest, size])),
      signal,
    ),
    same: keys.filter((key) => before.get(key)?.digest === after.get(key)?.digest).length,
    newBlobs: fresh.length,
    newBytes: sum(fresh),
    totalBytes: sum(newer.manifest.blobs),
  };
}

function byKey(bundle: Bundle): ReadonlyMap<string, BundleItem> {
  return new Map(bundle.manifest.items.map((item) => [keyOf(item), item]));
}

function keyOf({ kind, reference }: Pick<BundleItem, 'kind' | 'reference'>): string {
  return `${kind} ${reference}`;
}

const TAGS = new Intl.Collator('en', { numeric: true });

/**
 * A repository of which as many tags are gone as are new got other tags: 2.0.4 became 2.1.0, the lowest the lowest. With other
 * counts nobody knows which became which, and they stay gone and new.
 */
function pairTags(changes: readonly ItemChange[]): readonly ItemChange[] {
  const repositories = new Map<string, { readonly gone: ItemChange[]; readonly fresh: ItemChange[] }>();
  for (const change of changes) {
    // The path of a file is all of its name.
    if (change.kind === 'file' || change.change === 'changed') continue;
    const name = `${change.kind} ${repositoryOf(change.reference)}`;
    const known = repositories.get(name) ?? { gone: [], fresh: [] };
    repositories.set(name, known);
    (change.change === 'removed' ? known.gone : known.fresh).push(change);
  }
  const gone = new Set<ItemChange>();
  const paired = new Map<ItemChange, ItemChange>();
  for (const { gone: left, fresh } of repositories.values()) {
    if (left.length !== fresh.length) continue;
    const [olds, news] = [left, fresh].map((some) =>
      some.toSorted((one, other) => TAGS.compare(one.reference, other.reference)),
    );
    olds?.forEach((old, at) => {
      const other = news?.[at];
      if (other === undefined) return;
      gone.add(old);
      paired.set(other, { ...other, change: 'changed', was: old.reference, before: old.before });
    });
  }
  return changes.filter((change) => !gone.has(change)).map((change) => paired.get(change) ?? change);
}

/** `quay.io/team/app` of `quay.io/team/app:1.2` and of `quay.io/team/app@sha256:…`. */
function repositoryOf(reference: string): string {
  const named = reference.split('@', 1)[0] ?? '';
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? named : named.slice(0, colon);
}

/** `fresh` has the size of every blob that is new. */
async function withNewBytes(
  changes: readonly ItemChange[],
  newer: Bundle,
  fresh: ReadonlyMap<Digest, number>,
  signal: AbortSignal | undefined,
): Promise<readonly ItemChange[]> {
  const locked = new Map(newer.manifest.lock.items.map((item) => [keyOf(item), item]));
  const held = new Set(newer.manifest.blobs.map(({ digest }) => digest));
  const counting = { fresh, counted: new Set<Digest>(), held, signal };
  const told: ItemChange[] = [];
  for (const change of changes) {
    const item = change.after === undefined ? undefined : locked.get(keyOf(change));
    const bytes = item === undefined ? undefined : await newBytesOf(item, newer, counting);
    told.push(bytes === undefined ? change : { ...change, newBytes: bytes });
  }
  return told;
}

interface Counting {
  readonly fresh: ReadonlyMap<Digest, number>;
  /** Blobs that an earlier item has brought. */
  readonly counted: Set<Digest>;
  /** A platform that was left out is named, and not there. */
  readonly held: ReadonlySet<Digest>;
  readonly signal: AbortSignal | undefined;
}

async function newBytesOf(
  { root, attached = [] }: LockItem,
  newer: Bundle,
  { fresh, counted, held, signal }: Counting,
): Promise<number | undefined> {
  const waiting: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>[] = [
    ...(root === undefined ? [] : [root]),
    ...attached.map((one) => one.root),
  ];
  const seen = new Set<Digest>();
  let bytes = 0;
  try {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { digest, mediaType } = next;
      if (seen.has(digest)) continue;
      seen.add(digest);
      if (isManifestOrIndexType(mediaType) && held.has(digest)) {
        const read = await newer.readManifest(next, signal === undefined ? {} : { signal });
        waiting.push(...readNode(read, next, blobPath(digest)).children);
      }
    }
  } catch (error) {
    if (isAirlockError(error, 'BUNDLE_DAMAGED', 'BLOB_MISSING', 'MANIFEST_AMBIGUOUS', 'LIMIT_EXCEEDED'))
      return undefined;
    throw error;
  }
  for (const digest of seen) {
    if (!counted.has(digest)) bytes += fresh.get(digest) ?? 0;
    counted.add(digest);
  }
  return bytes;
}
