// How two bundles differ, as rows: which change, and as much of two digests as tells them apart.
import type { BundleDiff } from '../../shared/format/results.ts';
import type { Medium } from '../../shared/station/media.ts';
import type { ItemWord } from '../texts/states.ts';
import { splitReference } from '../ui/split-reference.ts';
import { holdsAll, nameOf } from './findings.ts';

export type Change = BundleDiff['changes'][number];

export const CHANGE_TABS = ['all', 'changed', 'added', 'removed'] as const;
export type ChangeTab = (typeof CHANGE_TABS)[number];

/** A name of an image or a chart that stands for something else by now is for the operator to judge; a file changes. */
export function changeWord({ change, kind, was }: Change): ItemWord {
  return change === 'changed' && kind !== 'file' && was === undefined ? 'sameTag' : change;
}

/** What a column before or after shows: a tag where tags tell the change, else a digest. */
export interface ChangeSide {
  readonly tag: string | null;
  readonly digest: string;
}

interface Told {
  /** Without the tag where the columns show it. */
  readonly name: string;
  readonly before: ChangeSide | null;
  readonly after: ChangeSide | null;
}

/** The name of what changed, and what stands for it before and now. */
export function toldOf(change: Change): Told {
  const { kind, reference, was, before, after } = change;
  const { path, name, tag } = splitReference(reference);
  const areTags = kind !== 'file' && tag.startsWith(':') && changeWord(change) !== 'sameTag';
  const sideOf = (digest: string | undefined, of: string): ChangeSide | null =>
    digest === undefined ? null : { tag: areTags ? tagOf(of) : null, digest };
  return {
    name: areTags ? `${path}${name}` : reference,
    before: sideOf(before, was ?? reference),
    after: sideOf(after, reference),
  };
}

/** Null for a reference that a digest alone pins. */
function tagOf(reference: string): string | null {
  const { tag } = splitReference(reference);
  return tag.startsWith(':') ? (tag.slice(1).split('@', 1)[0] ?? null) : null;
}

export function countChanges(changes: readonly Change[]): Readonly<Record<ChangeTab, number>> {
  const counts = { all: changes.length, changed: 0, added: 0, removed: 0 };
  for (const { change } of changes) counts[change] += 1;
  return counts;
}

const ORDER: readonly ItemWord[] = ['sameTag', 'added', 'removed', 'changed'];

/** What is to be judged comes first. */
export function changeRows(changes: readonly Change[], tab: ChangeTab, filter: string): readonly Change[] {
  const shown = changes.filter(
    ({ change, reference, was = '', before = '', after = '' }) =>
      (tab === 'all' || change === tab) && holdsAll(filter, reference, was, before, after),
  );
  return ORDER.flatMap((word) => shown.filter((change) => changeWord(change) === word));
}

const SHORTEST = 12;
const BEYOND = 4;

/** Hex digits to show of two digests so that they are seen to differ: twelve, or four beyond the first that does. */
export function digitsToDiffer(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return SHORTEST;
  const [a, b] = [hexOf(one), hexOf(other)];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same < SHORTEST ? SHORTEST : same + BEYOND;
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** A bundle that this one can be compared with. */
export interface EarlierBundle {
  readonly path: string;
  readonly name: string;
  readonly from: { readonly medium: string } | { readonly packed: string };
}

/** Bundles on media before those that were packed here, each path once, the checked one left out. */
export function earlierBundles(
  media: readonly Medium[],
  packed: readonly { readonly place: string; readonly started: string }[],
  own: string,
): readonly EarlierBundle[] {
  const found = new Map<string, EarlierBundle>();
  for (const { name: medium, bundles } of media)
    for (const { path, name } of bundles) found.set(path, { path, name, from: { medium } });
  for (const { place, started } of packed)
    if (!found.has(place)) found.set(place, { path: place, name: nameOf(place), from: { packed: started } });
  found.delete(own);
  return [...found.values()];
}
