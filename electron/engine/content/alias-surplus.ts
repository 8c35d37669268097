// What the aliases of a YAML text add to it: nine lines of them can stand for more values than there is memory.

/** More than any list or chart has use for; a fraction of a second's worth. */
export const MOST_SURPLUS = 1_000_000;

/** Values that writing out every alias would add. Nothing is written out; a tree that holds itself has no end. */
export function aliasSurplus(tree: unknown): number {
  const weights = new Map<object, number>();
  let once = 0;
  const weigh = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) {
      once += 1;
      return 1;
    }
    const known = weights.get(value);
    if (known !== undefined) return known;
    weights.set(value, Number.POSITIVE_INFINITY);
    once += 1;
    let weight = 1;
    for (const member of Object.values(value)) weight += weigh(member);
    weights.set(value, weight);
    return weight;
  };
  return weigh(tree) - once;
}
