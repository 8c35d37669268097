// Folders as an operator walks through them where there is no dialog of the system.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { FileEntry, FolderListing } from '../../shared/station/media.ts';

/** Enough to walk through; more than a person reads. */
const MOST_ENTRIES = 5_000;
const RANK = { folder: 0, bundle: 1, file: 2 } as const;

/** Throws FILE_NOT_FOUND, NO_ACCESS. */
export async function listFolder(asked: string | null): Promise<FolderListing> {
  const folder = resolve(asked ?? homedir());
  const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw folderFailure(error, folder);
  });
  const visible = found.filter(({ name }) => !name.startsWith('.')).slice(0, MOST_ENTRIES);
  const entries = await Promise.all(visible.map((entry) => describe(folder, entry)));
  const parent = dirname(folder);
  return {
    folder,
    parent: parent === folder ? null : parent,
    entries: entries
      .filter((entry) => entry !== undefined)
      .toSorted(
        (a, b) => RANK[a.kind] - RANK[b.kind] || a.name.localeCompare(b.name, 'en', { numeric: true }),
      ),
  };
}

/** Undefined for what is neither folder nor file, and for a link that leads nowhere. */
async function describe(folder: string, entry: Dirent): Promise<FileEntry | undefined> {
  const path = join(folder, entry.name);
  const { name } = entry;
  if (entry.isDirectory())
    return { name, path, kind: name.endsWith('.airlock') ? 'bundle' : 'folder', bytes: null };
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() === true)
    return { name, path, kind: name.endsWith('.airlock') ? 'bundle' : 'folder', bytes: null };
  if (facts?.isFile() !== true) return undefined;
  return { name, path, kind: name.endsWith('.airlock.tar') ? 'bundle' : 'file', bytes: facts.size };
}

function folderFailure(error: unknown, folder: string): AirlockError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM')
    return new AirlockError('NO_ACCESS', `${folder} may not be read by this user.`, { cause: error });
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AirlockError('FILE_NOT_FOUND', `${folder} is no folder that is there.`, {
      cause: error,
      remedy: 'Choose another folder; a medium may have been taken out.',
    });
  return new AirlockError('LOCAL_IO', `${folder} could not be read.`, { cause: error });
}
