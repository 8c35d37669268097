// Writes what was gathered at the desk as a transfer list (FORMAT §1): reading it again gives the same draft.
import { randomUUID } from 'node:crypto';
import { access, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { BundleName, NAME } from '../../../../shared/format/lock.ts';
import type { Draft, ItemKind } from '../../../../shared/station/contents.ts';
import { fileFailure, isErrno } from '../../disk/file-failure.ts';
import { openRegularFile } from '../../disk/open-file.ts';
import { digestOf } from '../../oci/digester.ts';
import { leftOutText } from './left-out.ts';
import { modeOf } from './list-mode.ts';

const SECTIONS: Readonly<Record<ItemKind, string>> = { image: 'images', chart: 'charts', file: 'files' };

/** A draft, which of its rows stay here, and where it goes. */
export interface ListToWrite {
  readonly draft: Draft;
  /** Rows that do not go, by their index. */
  readonly left: readonly number[];
  readonly folder: string;
  /** What was written of this very draft before, and what was in it. */
  readonly own: { readonly path: string; readonly digest: string } | null;
}

export interface WrittenList {
  readonly path: string;
  readonly digest: Digest;
}

const MOST_OF_ONE_NAME = 1000;

/**
 * Writes it under its name, over what was written of it before; a file of somebody else, or one that was changed since, is left
 * as it is, and the draft goes beside it as `<name>-2.yaml`. A reader finds the old list or the whole new one. Throws USAGE for a
 * name that no bundle can have, and what the file system refuses.
 */
export async function writeList({ draft, left, folder, own }: ListToWrite): Promise<WrittenList> {
  const stays = new Set(left);
  const goes = { ...draft, items: draft.items.filter((_item, row) => !stays.has(row)) };
  const text = `${listText(goes)}${leftOutText(draft, stays)}`;
  const digest = digestOf(text);
  for (let number = 1; number <= MOST_OF_ONE_NAME; number += 1) {
    const path = join(folder, `${draft.name}${number === 1 ? '' : `-${number}`}.yaml`);
    const isOwn =
      own !== null && resolve(own.path) === resolve(path) && own.digest === (await digestAt(path));
    if (isOwn && own.digest === digest) return { path, digest };
    if (!isOwn && !(await reserve(path))) continue;
    await replace(path, text, isOwn);
    return { path, digest };
  }
  throw new AirlockError('USAGE', `${folder} has ${MOST_OF_ONE_NAME} lists of the name "${draft.name}".`, {
    remedy: 'Give the bundle another name.',
  });
}

/** Undefined where nothing can be read there. */
async function digestAt(path: string): Promise<Digest | undefined> {
  try {
    await using file = await openRegularFile(path);
    return digestOf(await file.readFile());
  } catch {
    return undefined;
  }
}

/** Takes the name where neither a list nor the lock of one has it: whoever comes at the same moment takes another. */
async function reserve(path: string): Promise<boolean> {
  const isLocked = await access(path.replace(/\.yaml$/, '.lock.json')).then(
    () => true,
    () => false,
  );
  if (isLocked) return false;
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw fileFailure(error, path);
  }
}

async function replace(path: string, text: string, isOwn: boolean): Promise<void> {
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
    // What was reserved holds nothing yet.
    if (!isOwn) await rm(path, { force: true }).catch(() => undefined);
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
