// Compares two bundles by their items and blobs: what a reviewer has not seen yet.
import type { BundleItem, BundleManifest } from '../../../shared/format/bundle.ts';
import { openBundle } from '../bundle/index.ts';

export interface DiffedItem {
  readonly kind: BundleItem['kind'];
  readonly reference: string;
  /** Undefined for an item that is new. */
  readonly before: string | undefined;
  /** Undefined for an item that is gone. */
  readonly after: string | undefined;
}

export interface DiffResult {
  readonly before: { readonly path: string; readonly name: string; readonly id: string };
  readonly after: { readonly path: string; readonly name: string; readonly id: string };
  readonly added: readonly DiffedItem[];
  readonly removed: readonly DiffedItem[];
  /** The same kind and reference, another digest. */
  readonly changed: readonly DiffedItem[];
  readonly unchanged: number;
  /** Blobs of the second that the first does not hold, and those of the first that the second does not. */
  readonly newBlobs: number;
  readonly newBytes: number;
  readonly goneBlobs: number;
  readonly goneBytes: number;
}

/** Throws as `openBundle` does, for either. */
export async function diffBundles(
  before: string,
  after: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DiffResult> {
  const old = await readManifest(before, options);
  const now = await readManifest(after, options);
  const oldItems = new Map(old.manifest.items.map((item) => [keyOf(item), item]));
  const newItems = new Map(now.manifest.items.map((item) => [keyOf(item), item]));
  const added: DiffedItem[] = [];
  const changed: DiffedItem[] = [];
  for (const [key, item] of newItems) {
    const was = oldItems.get(key);
    if (was === undefined) added.push(diffed(item, undefined, item.digest));
    else if (was.digest !== item.digest) changed.push(diffed(item, was.digest, item.digest));
  }
  const removed = [...oldItems]
    .filter(([key]) => !newItems.has(key))
    .map(([, item]) => diffed(item, item.digest, undefined));
  const fresh = missingFrom(old.manifest, now.manifest);
  const gone = missingFrom(now.manifest, old.manifest);
  return {
    before: summary(old),
    after: summary(now),
    added,
    removed,
    changed,
    unchanged: newItems.size - added.length - changed.length,
    newBlobs: fresh.blobs,
    newBytes: fresh.bytes,
    goneBlobs: gone.blobs,
    goneBytes: gone.bytes,
  };
}

interface Read {
  readonly path: string;
  readonly manifest: BundleManifest;
}

async function readManifest(path: string, options: { readonly signal?: AbortSignal }): Promise<Read> {
  const bundle = await openBundle(path, options);
  await bundle.close();
  return { path: bundle.path, manifest: bundle.manifest };
}

function keyOf({ kind, reference }: BundleItem): string {
  return `${kind} ${reference}`;
}

function diffed(
  { kind, reference }: BundleItem,
  before: string | undefined,
  after: string | undefined,
): DiffedItem {
  return { kind, reference, before, after };
}

function summary({ path, manifest }: Read): DiffResult['before'] {
  return { path, name: manifest.name, id: manifest.id };
}

function missingFrom(has: BundleManifest, other: BundleManifest): { blobs: number; bytes: number } {
  const known = new Set(has.blobs.map(({ digest }) => digest));
  const missing = other.blobs.filter(({ digest }) => !known.has(digest));
  return { blobs: missing.length, bytes: missing.reduce((sum, { size }) => sum + size, 0) };
}
