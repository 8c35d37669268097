// Resolves an image entry of a transfer list that names a registry.
import { atEntry } from '../files/entry-error.ts';
import type { ImageEntry, IndexMode, Resolver } from '../index.ts';
import { parseReference } from '../../oci/reference.ts';
import { resolveFromRegistry } from './resolve-from-registry.ts';

/** An entry that is fetched from a registry. */
type RegistryImageEntry = Extract<ImageEntry, { readonly from: 'registry' }>;

/** One item. Its errors begin with the entry's position. */
export const resolveImage: Resolver<RegistryImageEntry> = async (entry, context) => {
  try {
    const { mode, platforms, note } = modeOf(entry);
    const resolved = await resolveFromRegistry(
      { kind: 'image', ref: entry.ref, mirror: entry.mirror, platforms, mode },
      context,
    );
    return [{ ...resolved, notes: [...note, ...resolved.notes] }];
  } catch (error) {
    throw atEntry(entry.at, error);
  }
};

/**
 * A reference pinned by digest keeps its index whole whatever the list's default, since a chart that pins it will ask for
 * that very digest; only its own entry can say otherwise (FORMAT §1).
 */
function modeOf(entry: RegistryImageEntry): {
  readonly mode: IndexMode;
  readonly platforms: readonly string[] | undefined;
  readonly note: readonly string[];
} {
  const { platforms } = entry;
  const pinned = parseReference(entry.ref).digest !== undefined;
  if (pinned && !entry.ownIndex && !entry.ownPlatforms)
    return {
      mode: 'keep',
      platforms: undefined,
      note: platforms === undefined ? [] : ['pinned by digest, so all that the digest names is carried'],
    };
  return { ...partOf(entry), note: [] };
}

/** FORMAT §1: without platforms all of it, with one its manifest, with several an index of them. */
export function partOf({ platforms, index }: Pick<ImageEntry, 'platforms' | 'index'>): {
  readonly mode: IndexMode;
  readonly platforms: readonly string[] | undefined;
} {
  if (platforms === undefined || index === 'keep') return { mode: 'keep', platforms: undefined };
  return { mode: index ?? (platforms.length === 1 ? 'child' : 'rewrite'), platforms };
}
