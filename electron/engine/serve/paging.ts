// Lists in pages: `n`, `last` and the Link header (distribution-spec, Listing Tags).
import { Refusal } from './refusal.ts';

export interface Page {
  readonly entries: readonly string[];
  /** Value of the Link header, where more follows. */
  readonly link: string | undefined;
}

/** Case-insensitive, then bytewise: the order that v1.1 of the specification asks for, made total. */
export function compareNames(a: string, b: string): number {
  return order(a.toLowerCase(), b.toLowerCase()) || order(a, b);
}

/** Cuts a page out of names in any order. `path` is the list's own, for the Link. Throws Refusal for an `n` that is no number. */
export function pageOf(names: Iterable<string>, query: URLSearchParams, path: string): Page {
  const limit = limitOf(query.get('n'));
  const last = query.get('last');
  const rest = [...names].sort(compareNames).filter((name) => last === null || compareNames(name, last) > 0);
  const entries = rest.slice(0, limit);
  const end = entries.at(-1);
  if (end === undefined || entries.length === rest.length) return { entries, link: undefined };
  const next = new URLSearchParams({ n: String(limit), last: end });
  return { entries, link: `<${path}?${next.toString()}>; rel="next"` };
}

function limitOf(text: string | null): number {
  if (text === null) return Infinity;
  if (!/^\d{1,9}$/.test(text))
    throw new Refusal(400, 'PAGINATION_NUMBER_INVALID', 'n is the number of entries wanted, 0 or more.');
  return Number(text);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
