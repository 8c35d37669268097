// The contents of a bundle while they are gathered: what is added, left out, taken away, changed and told of them.
import type { WireError } from '../../shared/errors/wire.ts';
import type { ContentsFound, Draft, DraftItem, ItemKind } from '../../shared/station/contents.ts';

/** What the operator has gathered, and which of it stays here. */
export interface Contents {
  /** Tells drafts of one name apart: each writes over its own list and over no other's. */
  readonly id: number;
  readonly draft: Draft;
  /** Keys of rows that are shown and do not go. */
  readonly left: ReadonlySet<string>;
}

/** Files and charts come first: they are few, and would be lost below the images. */
export const KINDS: readonly ItemKind[] = ['chart', 'file', 'image'];

export type ContentsTab = 'all' | ItemKind | 'look';

/** One row stands for one name of one kind, as in the lock. */
export function keyOf(item: { readonly kind: ItemKind; readonly reference: string }): string {
  return `${item.kind} ${item.reference}`;
}

/** An empty draft; until the operator names it, its name says the minute: lists of one name take each other's place. */
export function newDraft(now: Date): Draft {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const minute = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, '0')).join('');
  return {
    name: `transfer-${day}-${minute}`,
    platforms: ['linux/amd64'],
    index: 'child',
    items: [],
    rest: {},
  };
}

let begun = 0;

/** Where gathering begins: a draft of its own, that nothing is in. */
export function newContents(now = new Date()): Contents {
  return { id: (begun += 1), draft: newDraft(now), left: new Set() };
}

/** What was added, and how many of the found rows were there before. */
export interface Added {
  readonly contents: Contents;
  readonly keys: readonly string[];
  readonly known: number;
  /** The very file that the contents now are, where one transfer list was opened into an empty draft. */
  readonly opened: string | null;
}

/** Takes in what was found. A list that is opened into an empty draft brings its own name, platforms and sources. */
export function addFound({ id, draft, left }: Contents, found: Pick<ContentsFound, 'items' | 'list'>): Added {
  const isFirst = draft.items.length === 0;
  const there = new Set(draft.items.map(keyOf));
  const fresh: DraftItem[] = [];
  for (const item of found.items) {
    if (there.has(keyOf(item))) continue;
    there.add(keyOf(item));
    fresh.push(isFirst || found.list === null ? item : asInOwnList(item, found.list, draft));
  }
  const { list } = found;
  if (list !== null && isFirst) {
    const contents = opened(draft, fresh, list);
    return {
      contents,
      keys: contents.draft.items.map(keyOf),
      known: found.items.length - fresh.length,
      opened: list.path,
    };
  }
  const rest = list === null ? draft.rest : joinRest(draft.rest, list.rest);
  return {
    contents: { id, draft: { ...draft, rest, items: [...draft.items, ...fresh] }, left },
    keys: fresh.map(keyOf),
    known: found.items.length - fresh.length,
    opened: null,
  };
}

/** A list as a draft of its own; the rows that were left out of it stand where they stood, without their tick. */
function opened(
  draft: Draft,
  goes: readonly DraftItem[],
  { name, platforms, index, rest, left }: NonNullable<ContentsFound['list']>,
): Contents {
  const going = new Set(goes.map(keyOf));
  const stays = left.filter(({ item }) => !going.has(keyOf(item)));
  const items = [...goes];
  for (const { row, item } of stays) items.splice(row, 0, item);
  return {
    id: (begun += 1),
    draft: { ...draft, name, platforms, index, rest, items },
    left: new Set(stays.map(({ item }) => keyOf(item))),
  };
}

/** An image keeps the platforms that its own list gave it when that list joins another. */
function asInOwnList(item: DraftItem, list: NonNullable<ContentsFound['list']>, draft: Draft): DraftItem {
  const { entry } = item;
  if (item.kind !== 'image' || 'platforms' in entry || 'index' in entry) return item;
  if (list.index === draft.index && list.platforms.join() === draft.platforms.join()) return item;
  return {
    ...item,
    entry:
      list.index === 'keep'
        ? { ...entry, index: 'keep' }
        : { ...entry, platforms: list.platforms, index: list.index },
  };
}

function joinRest(ours: Draft['rest'], theirs: Draft['rest']): Draft['rest'] {
  const joined = { ...theirs, ...ours };
  for (const [key, value] of Object.entries(theirs)) {
    const own = ours[key];
    if (Array.isArray(own) && Array.isArray(value)) joined[key] = [...own, ...value];
  }
  return joined;
}

/** Names a digest in place of what a tag leads to, with all else as it was; null for what no reference names. */
export function pinRow(contents: Contents, key: string, digest: string): Contents | null {
  const { draft } = contents;
  const item = draft.items.find((one) => keyOf(one) === key);
  const ref = item?.entry['ref'];
  if (item === undefined || typeof ref !== 'string' || ref.includes('@')) return null;
  // What is pinned takes no platforms from its list (FORMAT §1), so it has to say them itself.
  const isOwn = item.kind !== 'image' || 'platforms' in item.entry || 'index' in item.entry;
  const mode =
    isOwn || draft.platforms.length === 0 ? {} : { platforms: draft.platforms, index: draft.index };
  const pinned: DraftItem = {
    ...item,
    reference: `${item.reference}@${digest}`,
    entry: { ...item.entry, ...mode, ref: `${ref}@${digest}` },
  };
  return {
    ...contents,
    draft: { ...draft, items: draft.items.map((one) => (one === item ? pinned : one)) },
  };
}

/** Takes rows away altogether. */
export function removeRows({ id, draft, left }: Contents, keys: readonly string[]): Contents {
  const gone = new Set(keys);
  return {
    id,
    draft: { ...draft, items: draft.items.filter((item) => !gone.has(keyOf(item))) },
    left: new Set([...left].filter((key) => !gone.has(key))),
  };
}

/** Leaves rows out, or takes them in again. */
export function tickRows(contents: Contents, keys: readonly string[], goes: boolean): Contents {
  const after = new Set(contents.left);
  for (const key of keys) {
    if (goes) after.delete(key);
    else after.add(key);
  }
  return { ...contents, left: after };
}

/** Puts what was read of a corrected reference where the old row stood. */
export function replaceRow(
  contents: Contents,
  key: string,
  found: Pick<ContentsFound, 'items'>,
): Contents | null {
  const at = contents.draft.items.findIndex((item) => keyOf(item) === key);
  if (at === -1 || found.items.length === 0) return null;
  const old = contents.draft.items[at];
  const rest = removeRows(contents, [key]);
  const there = new Set(rest.draft.items.map(keyOf));
  const fresh = found.items
    .map((item) => (old === undefined || found.items.length > 1 ? item : asBefore(old, item)))
    .filter((item) => !there.has(keyOf(item)));
  const items = [...rest.draft.items.slice(0, at), ...fresh, ...rest.draft.items.slice(at)];
  return { ...rest, draft: { ...rest.draft, items } };
}

/** A file that is found elsewhere keeps the name it travels under, and what its list states of it. */
function asBefore(old: DraftItem, found: DraftItem): DraftItem {
  const { path } = found.entry;
  if (old.kind !== found.kind || path === undefined || !('path' in old.entry)) return found;
  return {
    ...found,
    ...(old.kind === 'file' ? { reference: old.reference } : {}),
    entry: { ...old.entry, path },
    why: old.why,
  };
}

/** What goes across: the draft without the rows that were left out. */
export function whatGoes({ draft, left }: Contents): Draft {
  return left.size === 0 ? draft : { ...draft, items: draft.items.filter((item) => !left.has(keyOf(item))) };
}

/** The rows that keep the draft from being locked. */
export function faulty(contents: Contents): readonly DraftItem[] {
  return whatGoes(contents).items.filter(({ problem }) => problem !== null);
}

/** How many rows each tab shows. */
export function countTabs({ items }: Draft): Readonly<Record<ContentsTab, number>> {
  const counts = { all: items.length, image: 0, chart: 0, file: 0, look: 0 };
  for (const { kind, problem } of items) {
    counts[kind] += 1;
    if (problem !== null) counts.look += 1;
  }
  return counts;
}

/** How many of each kind go across. */
export function countKinds(items: readonly { readonly kind: ItemKind | null }[]): Record<ItemKind, number> {
  const counts = { image: 0, chart: 0, file: 0 };
  for (const { kind } of items) if (kind !== null) counts[kind] += 1;
  return counts;
}

/** The rows of one tab that hold every word of the filter, kind by kind. */
export function rowsOf({ items }: Draft, tab: ContentsTab, filter: string): readonly DraftItem[] {
  const words = wordsOf(filter);
  const shown = items.filter(
    (item) =>
      (tab === 'all' || tab === item.kind || (tab === 'look' && item.problem !== null)) &&
      holdsWords(`${item.reference} ${item.why}`, words),
  );
  return KINDS.flatMap((kind) => shown.filter((item) => item.kind === kind));
}

export function wordsOf(filter: string): readonly string[] {
  return filter.toLowerCase().split(/\s+/).filter(Boolean);
}

export function holdsWords(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** What Windows takes for a device, whatever follows the first dot. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/** Why a name can't name a bundle (FORMAT §1); null where it can. */
export function nameProblem(name: string): 'empty' | 'letters' | 'dot' | 'reserved' | null {
  if (name === '') return 'empty';
  if (!NAME.test(name)) return 'letters';
  if (name.endsWith('.')) return 'dot';
  return RESERVED.test(name) ? 'reserved' : null;
}

/** What a row says of itself where nothing keeps it: which platforms it takes, where those are not the draft's. */
export function ownPlatforms({ entry }: DraftItem): string | null {
  const { platforms, index } = entry;
  if (index === 'keep') return 'all';
  if (!Array.isArray(platforms)) return null;
  return platforms
    .filter((platform) => typeof platform === 'string')
    .map((platform) => platform.replace(/^linux\//, ''))
    .join(', ');
}

/** The files that could not be read, said once each. */
export function joinProblems(
  before: readonly WireError[],
  fresh: readonly WireError[],
): readonly WireError[] {
  const said = new Set(before.map(({ message }) => message));
  return [...before, ...fresh.filter(({ message }) => !said.has(message))];
}
