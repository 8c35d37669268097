// Finds the item that a person means by a name.
import { distance } from 'fastest-levenshtein';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleItem } from '../../../shared/format/bundle.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import type { ExportItem } from './export-item.ts';

type Entry = readonly [ExportItem, BundleItem];

/**
 * By its reference, its name in index.json, or an image's short name as Docker reads it. Throws REFERENCE_NOT_FOUND
 * with the nearest names, REFERENCE_CONFLICT where several digests have the reference.
 */
export function findItem(entries: readonly Entry[], name: string, label: string): Entry {
  const full = fullName(name);
  const found = entries.filter(
    ([, entry]) => entry.reference === name || entry.refName === name || entry.reference === full,
  );
  const [first, ...others] = found;
  if (first === undefined)
    throw new AirlockError('REFERENCE_NOT_FOUND', `${label} holds no item "${name}".`, {
      side: 'bundle',
      remedy: `Did you mean ${nearest(entries, name)}? \`airlock inspect\` lists all.`,
    });
  if (others.length > 0)
    throw new AirlockError('REFERENCE_CONFLICT', `${label} holds "${name}" ${found.length} times.`, {
      remedy: `Name one of them: ${found.map(([, entry]) => entry.refName).join(', ')}.`,
    });
  return first;
}

function fullName(name: string): string | undefined {
  try {
    return formatReference(parseReference(name));
  } catch {
    return undefined;
  }
}

function nearest(entries: readonly Entry[], name: string): string {
  const names = entries.map(([, entry]) => entry.reference);
  return names
    .toSorted((a, b) => distance(a, name) - distance(b, name))
    .slice(0, 3)
    .join(', ');
}
