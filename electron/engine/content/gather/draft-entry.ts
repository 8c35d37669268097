// One entry of a transfer list as a row at the desk: everything said for it, nothing that its list says for all.
import { resolve } from 'node:path';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { labelOf } from '../entry-label.ts';
import type { ChartEntry, FileEntry, ImageEntry, ListEntry } from '../index.ts';
import { mirrorText } from '../transfer-list.ts';
import type { Defaults } from '../transfer-list.ts';
import { modeFor } from './list-mode.ts';

type Entry = DraftItem['entry'];

/** What holds where no list stands around the entry. */
export const NO_DEFAULTS: Defaults = { platforms: undefined, index: undefined, mirrors: [] };

/** `defaults` are those of the list in which the row is going to stand. Local paths come out absolute. */
export function draftItem(entry: ListEntry, defaults: Defaults, why: string): DraftItem {
  const isLocal = entry.from === 'path' || entry.from === 'archive';
  const absolute = isLocal ? { ...entry, path: resolve(entry.base, entry.path) } : entry;
  return {
    kind: entry.kind,
    reference: labelOf(entry),
    entry: entryOf(absolute, defaults),
    why,
    problem: null,
  };
}

function entryOf(entry: ListEntry, defaults: Defaults): Entry {
  if (entry.kind === 'image') return { ...imageSource(entry, defaults), ...imageMode(entry, defaults) };
  if (entry.kind === 'chart') return chartEntry(entry, defaults);
  return fileEntry(entry);
}

function imageSource(entry: ImageEntry, { mirrors }: Defaults): Entry {
  if (entry.from === 'archive') return { archive: entry.path, ...stated({ as: entry.as }) };
  if (entry.from === 'daemon') return { daemon: entry.name };
  return { ref: entry.ref, ...stated({ from: ownMirror(entry, mirrors) }) };
}

/** What the entry says itself, and what another list than the one around it says for it. */
function imageMode(entry: ImageEntry, defaults: Defaults): Entry {
  const { platforms, ownPlatforms, ownIndex } = entry;
  // A pinned reference takes nothing from any list: as its own, a list's word would count.
  if (!ownPlatforms && !ownIndex && entry.from === 'registry' && entry.ref.includes('@')) return {};
  const isNamed =
    platforms !== undefined && (ownPlatforms || platforms.join() !== defaults.platforms?.join());
  const named = isNamed ? { platforms: [...platforms] } : {};
  // The daemon gives one platform of an image, and no index.
  if (entry.from === 'daemon') return named;
  const inherited = isNamed && defaults.index === 'keep' ? undefined : defaults.index;
  if (!ownIndex && entry.index === inherited) return named;
  return { ...named, index: entry.index ?? modeFor(platforms) };
}

function chartEntry(entry: ChartEntry, { mirrors }: Defaults): Entry {
  switch (entry.from) {
    case 'registry': {
      const from = ownMirror(entry, mirrors);
      return { ref: `oci://${entry.ref}`, ...stated({ from: from && `oci://${from}` }) };
    }
    case 'repository':
      return { repo: entry.repo, name: entry.name, ...stated({ version: entry.version }) };
    case 'path':
      return { path: entry.path, ...stated({ sha256: entry.sha256 }) };
    default:
      return { ...addressOf(entry), ...stated({ sha256: entry.sha256 }) };
  }
}

function fileEntry(entry: FileEntry): Entry {
  const { as, sha256, sha512, checksum, executable } = entry;
  return {
    ...(entry.from === 'path' ? { path: entry.path } : addressOf(entry)),
    as,
    ...stated({ sha256, sha512, checksum }),
    ...(executable ? { executable } : {}),
  };
}

function addressOf({
  url,
  secretQuery,
}: {
  readonly url: string;
  readonly secretQuery: number | undefined;
}): Entry {
  return { url, ...(secretQuery === undefined ? {} : { secretQuery: true }) };
}

/** Where it is fetched from, unless the list's own `sources` say so already. */
function ownMirror(
  entry: { readonly ref: string; readonly mirror: string | undefined },
  mirrors: Defaults['mirrors'],
): string | undefined {
  return entry.mirror === mirrorText(entry.ref, mirrors) ? undefined : entry.mirror;
}

function stated(values: Readonly<Record<string, string | undefined>>): Entry {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
