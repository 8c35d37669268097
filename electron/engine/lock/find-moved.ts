// Tags that name other bytes than they did when the lock that is about to be replaced was made.
import { shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { parseReference } from '../oci/reference.ts';
import type { RegistryClient } from '../registry/index.ts';

export interface MovedTag {
  readonly kind: LockItem['kind'];
  readonly reference: string;
  /** What the tag named, and names, at the source: an index where it is one, whatever is taken of it. */
  readonly before: Digest;
  readonly now: Digest;
  /** The lock that had the earlier one. */
  readonly lockedAs: string;
  readonly lockedAt: string;
  /** Whether the source still has what the tag named: then it can be locked by its digest. */
  readonly isServed: boolean;
}

/** Compares by reference. Asks the sources of tags that moved alone, one HEAD each; one that does not answer serves nothing. */
export async function findMoved(
  former: Lock | undefined,
  lock: Lock,
  client: RegistryClient,
  signal: AbortSignal,
): Promise<readonly MovedTag[]> {
  if (former === undefined) return [];
  const earlier = new Map(former.items.map((item) => [`${item.kind} ${item.reference}`, item]));
  const moved = lock.items.flatMap((item) => {
    const known = earlier.get(`${item.kind} ${item.reference}`);
    const [before, now] = [known && digestAtSource(known), digestAtSource(item)];
    if (item.source.type !== 'registry' || !isByTag(item) || before === undefined || now === undefined)
      return [];
    return before === now ? [] : [{ item, source: item.source, before, now }];
  });
  return Promise.all(
    moved.map(async ({ item, source, before, now }): Promise<MovedTag> => {
      const found = await client
        .repository(source.host, source.repository)
        .resolve(before, { signal })
        .catch(() => undefined);
      signal.throwIfAborted();
      return {
        kind: item.kind,
        reference: item.reference,
        before,
        now,
        lockedAs: former.metadata.name,
        lockedAt: former.created,
        isServed: found !== undefined,
      };
    }),
  );
}

/** As `airlock lock` and its receipt tell it. */
export function movedNote({ reference, before, lockedAs, lockedAt }: MovedTag): string {
  return `${reference}: same tag, other bytes: it was ${shortDigest(before)} when ${lockedAs} was locked on ${lockedAt.slice(0, 10)}; locked to the new ones`;
}

/** A choice of platforms changes what is taken, not what the tag names. */
export function digestAtSource({ original, root }: Pick<LockItem, 'original' | 'root'>): Digest | undefined {
  return (original ?? root)?.digest;
}

function isByTag({ reference }: LockItem): boolean {
  return parseReference(reference).digest === undefined;
}
