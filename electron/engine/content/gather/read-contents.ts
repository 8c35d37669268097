// Recognises what an operator pasted, dropped or chose, and puts it together as entries of one transfer list.
import { dirname } from 'node:path';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { WireError } from '../../../../shared/errors/wire.ts';
import type { ContentsFound, DraftItem } from '../../../../shared/station/contents.ts';
import { pathKey } from '../file-path.ts';
import { MOST_ITEMS, problemOf } from './finding.ts';
import type { Finding } from './finding.ts';
import { readPath } from './read-path.ts';
import { readText } from './read-text.ts';

/** Asks nobody. Whatever is wrong with what was given stands in the answer. */
export async function readContents(given: {
  readonly text: string | null;
  readonly paths: readonly string[];
}): Promise<ContentsFound> {
  const { signal } = new AbortController();
  const text = given.text === null || given.text.trim() === '' ? undefined : await readText(given.text);
  const paths = [...new Set([...given.paths, ...(text?.paths ?? [])])];
  const isAlone = paths.length === 1 && (text?.finding.items.length ?? 0) === 0;
  const findings: Finding[] = text === undefined ? [] : [text.finding];
  for (const path of paths) findings.push(await readPath(path, isAlone, signal));
  return together(findings);
}

function together(findings: readonly Finding[]): ContentsFound {
  const unique = fold(findings.flatMap(({ items }) => items));
  const items = unique.slice(0, MOST_ITEMS);
  const locks = findings.flatMap(({ lockPath }) => (lockPath === undefined ? [] : [lockPath]));
  const bundles = findings.flatMap(({ bundlePath }) => (bundlePath === undefined ? [] : [bundlePath]));
  return {
    items,
    list: findings.find(({ list }) => list !== undefined && list !== null)?.list ?? null,
    lockPath: locks[0] ?? null,
    bundlePath: bundles[0] ?? null,
    problems: [
      ...findings.flatMap(({ problems }) => problems ?? []),
      ...[...locks.slice(1), ...bundles.slice(1)].map(oneAtATime),
      ...(unique.length === items.length ? [] : [tooMany()]),
    ],
  };
}

/** Each entry once. Files of several folders that have one name get different paths to travel under. */
function fold(all: readonly DraftItem[]): readonly DraftItem[] {
  const seen = new Map<string, DraftItem>();
  for (const item of all) {
    const own = apartFrom(seen, item);
    if (!seen.has(keyOf(own))) seen.set(keyOf(own), own);
  }
  return [...seen.values()];
}

function apartFrom(seen: ReadonlyMap<string, DraftItem>, item: DraftItem): DraftItem {
  const { path } = item.entry;
  if (item.kind !== 'file' || typeof path !== 'string') return item;
  const parents = dirname(path).split(/[/\\]/);
  let own = item;
  for (let depth = 1; depth <= parents.length; depth += 1) {
    const twin = seen.get(keyOf(own));
    if (twin === undefined || twin.entry['path'] === path) return own;
    const as = [...parents.slice(-depth), item.reference].join('/');
    own = { ...item, reference: as, entry: { ...item.entry, as } };
  }
  return own;
}

function keyOf({ kind, reference }: DraftItem): string {
  return `${kind} ${kind === 'file' ? pathKey(reference) : reference}`;
}

function oneAtATime(path: string): WireError {
  return problemOf(
    new AirlockError('USAGE', `${path} was left aside: one lock or bundle can be opened at a time`, {
      remedy: 'Open it by itself.',
    }),
  );
}

function tooMany(): WireError {
  return problemOf(
    new AirlockError(
      'LIMIT_EXCEEDED',
      `More than ${MOST_ITEMS} items were found; the first ${MOST_ITEMS} are taken`,
    ),
  );
}
