// What a job calls its items while it tells of them: one name each, the same in its plan, its events and its bytes.
import type { LockItem } from '../../../shared/format/lock.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';

type Kind = LockItem['kind'];
export type ItemNames<T> = ReadonlyMap<T, string>;
export type JobPlan = ProgressEvent & { readonly kind: 'plan' };

/** Each item's reference; where items of several kinds share one, with its kind before it: `chart quay.io/a/b:1`. */
export function nameItems<T extends { readonly kind: Kind }>(
  items: readonly T[],
  referenceOf: (item: T) => string,
): ItemNames<T> {
  const kinds = new Map<string, Kind | 'several'>();
  for (const item of items) {
    const reference = referenceOf(item);
    const other = kinds.get(reference) ?? item.kind;
    kinds.set(reference, other === item.kind ? other : 'several');
  }
  return new Map(
    items.map((item) => {
      const reference = referenceOf(item);
      return [item, kinds.get(reference) === 'several' ? `${item.kind} ${reference}` : reference];
    }),
  );
}

/** The event that tells a job's items before it begins. Entries that ask for one item twice are one row. */
export function planOf<T extends { readonly kind: Kind }>(
  names: ItemNames<T>,
  bytesOf: (item: T) => number,
): JobPlan {
  const rows = new Map<string, JobPlan['items'][number]>();
  for (const [item, name] of names)
    if (!rows.has(name)) rows.set(name, { item: name, itemKind: item.kind, bytes: bytesOf(item) });
  return { kind: 'plan', items: [...rows.values()] };
}
