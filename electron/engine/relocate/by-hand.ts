// What an operator chose by hand for single items of an import: another name, to stay out, what becomes of a tag that is taken.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { isRepositoryName, isTag } from '../oci/reference.ts';

/** All by `<kind> <reference>`. */
export interface ByHand {
  /** `repository[:tag]` under the target's prefix; without a tag it keeps the one it would have had. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
  readonly left?: readonly string[] | undefined;
  /** Goes before the tag rule. */
  readonly decided?: Readonly<Record<string, 'skip' | 'overwrite'>> | undefined;
}

/** `image quay.io/org/app:1.0`. */
export function itemKey({ kind, reference }: Pick<LockItem, 'kind' | 'reference'>): string {
  return `${kind} ${reference}`;
}

/**
 * Throws USAGE for a choice about an item that is none of these, and REFERENCE_INVALID for a name that no registry would take,
 * each naming the item. Before anything starts: nothing has to be read for it.
 */
export function requireChoices(
  items: readonly Pick<LockItem, 'kind' | 'reference'>[],
  { renamed = {}, left = [], decided = {} }: ByHand,
): void {
  const known = new Set(items.map(itemKey));
  for (const key of [...Object.keys(renamed), ...left, ...Object.keys(decided)])
    if (!known.has(key))
      throw new AirlockError('USAGE', `${key} is not in the bundle.`, {
        remedy: 'Choose among the items that the bundle holds.',
        details: { item: key },
      });
  for (const [key, name] of Object.entries(renamed)) parseGivenName(key, name);
}

/** Throws REFERENCE_INVALID. */
export function parseGivenName(
  key: string,
  name: string,
): { readonly repository: string; readonly tag: string | undefined } {
  const colon = name.lastIndexOf(':');
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  const refuse = (why: string): AirlockError =>
    new AirlockError('REFERENCE_INVALID', `${key} can not be named "${name}": ${why}.`, {
      remedy: 'Write repository:tag as it shall stand under the target, as team/app:1.0.',
      details: { item: key },
    });
  if (!isRepositoryName(repository)) throw refuse(`"${repository}" is no repository name`);
  if (tag !== undefined && !isTag(tag)) throw refuse(`"${tag}" is no tag`);
  return { repository, tag };
}
