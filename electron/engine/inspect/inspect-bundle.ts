// What is inside a bundle, from airlock.json alone: no blob is read, so it is quick whatever the size.
import type { Digest } from '../../../shared/domain/digest.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import type { Bundle } from '../bundle/index.ts';
import { describeSource, itemNotes } from '../jobs/item-account.ts';

export interface InspectedItem {
  readonly kind: LockItem['kind'];
  readonly reference: string;
  /** The name in index.json, by which skopeo and oras take it. */
  readonly refName: string;
  readonly digest: Digest;
  readonly source: string;
  readonly platforms: readonly string[];
  /** Referrers and signature tags that travel with it. */
  readonly attached: number;
  readonly notes: readonly string[];
}

export interface Inspection {
  readonly description: string | undefined;
  readonly created: string;
  readonly stream: string | undefined;
  readonly sequence: number | undefined;
  readonly items: readonly InspectedItem[];
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
  /** What was asked for and is not in the bundle, by reason. */
  readonly absent: Readonly<Record<string, number>>;
}

/** Reads nothing but what `openBundle` has read. */
export function inspectBundle({ manifest }: Bundle): Inspection {
  const inLock = new Map(manifest.lock.items.map((item) => [keyOf(item.reference, item.root?.digest), item]));
  const absent: Record<string, number> = {};
  for (const { reason } of manifest.absent) absent[reason] = (absent[reason] ?? 0) + 1;
  return {
    description: manifest.lock.metadata.description,
    created: manifest.created,
    stream: manifest.stream,
    sequence: manifest.sequence,
    items: manifest.items.map(({ kind, reference, refName, digest }) => {
      const item = inLock.get(keyOf(reference, digest));
      return {
        kind,
        reference,
        refName,
        digest,
        source: item === undefined ? '' : describeSource(item.source),
        platforms: item?.platforms ?? [],
        attached: item?.attached?.length ?? 0,
        notes: item === undefined ? [] : itemNotes(item),
      };
    }),
    blobs: manifest.blobs.length,
    bytes: manifest.blobs.reduce((sum, { size }) => sum + size, 0),
    absent,
  };
}

function keyOf(reference: string, digest: Digest | undefined): string {
  return `${reference} ${digest ?? ''}`;
}
