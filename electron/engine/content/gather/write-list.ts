// Writes what was gathered at the desk as a transfer list (FORMAT §1): reading it again gives the same draft.
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { BundleName, NAME } from '../../../../shared/format/lock.ts';
import type { Draft, ItemKind } from '../../../../shared/station/contents.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { modeOf } from './list-mode.ts';

const SECTIONS: Readonly<Record<ItemKind, string>> = { image: 'images', chart: 'charts', file: 'files' };

/**
 * A reader finds the old list or the whole new one. Throws USAGE for a name that no bundle can have, and what the file system
 * refuses.
 */
export async function writeList(draft: Draft, path: string): Promise<void> {
  const text = listText(draft);
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw fileFailure(error, path);
  }
}

/** The list as YAML. Throws USAGE. */
export function listText(draft: Draft): string {
  refuseBadName(draft.name);
  const { metadata, ...rest } = draft.rest;
  const list = {
    apiVersion: 'airlock/v1',
    kind: 'TransferList',
    metadata: { name: draft.name, ...(isMapping(metadata) ? metadata : {}) },
    ...modeOf(draft),
    ...rest,
    ...sectionsOf(draft),
  };
  // Every text in quotes: no version is read as a number by any reader, and no reference as something else.
  return dump(list, { forceQuotes: true, lineWidth: -1, noRefs: true });
}

/**
 * Kinds stand in the order in which the draft first has them, entries in the draft's: an address whose query is secret is counted
 * over the list (AIRLOCK_QUERY_<n>), and its number must not change by being written down.
 */
function sectionsOf({ items }: Draft): Record<string, unknown[]> {
  const sections: Record<string, unknown[]> = {};
  for (const { kind, entry } of items) (sections[SECTIONS[kind]] ??= []).push(entry);
  return sections;
}

function refuseBadName(name: string): void {
  if (BundleName.safeParse(name).success) return;
  throw new AirlockError(
    'USAGE',
    name === '' ? 'The bundle has no name.' : `"${name}" is no name for a bundle.`,
    {
      remedy: NAME.test(name)
        ? 'Take a name that Windows does not reserve and that does not end in a dot.'
        : 'Take lower-case letters, digits, dots, underscores and dashes, at most 64; the first is a letter or digit.',
      details: { name },
    },
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
