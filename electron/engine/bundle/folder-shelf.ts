// The blobs of an unfinished bundle in its directory form: files under blobs/, named by rename.
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { algorithmOf, blobPath, hexOf } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Clock } from '../jobs/job-context.ts';
import type { Blob, BlobShelf } from './blob-shelf.ts';
import { readSpan } from '../disk/read-span.ts';
import type { WorkPaths } from './work-folder.ts';
import {
  FILE_MODE,
  FOLDER_MODE,
  renamePatiently,
  setMode,
  syncFile,
  syncFolder,
  writeAt,
  writeSynced,
} from './write-files.ts';

/** Files synced at once: more would only wait in the same queue of the medium. */
const SYNCS_AT_ONCE = 3;

export async function openFolderShelf(
  place: string,
  paths: WorkPaths,
  blobs: readonly Blob[],
  clock: Clock,
): Promise<BlobShelf> {
  const algorithms = [...new Set(['sha256', ...blobs.map(({ digest }) => algorithmOf(digest))])];
  const folders = algorithms.map((algorithm) => join(paths.bundle, 'blobs', algorithm));
  const pathOf = ({ digest }: Blob) => join(paths.bundle, blobPath(digest));
  await rm(paths.partial, { recursive: true, force: true });
  await mkdir(paths.partial, { recursive: true });
  for (const folder of [paths.bundle, join(paths.bundle, 'blobs'), ...folders]) await makeFolder(folder);
  await removeStrangers(folders, blobs);
  const needsMode = (await modeOfNewFile(paths)) !== FILE_MODE;
  let count = 0;

  return {
    async has(blob) {
      const found = await lstat(pathOf(blob)).catch(() => undefined);
      return found?.isFile() === true && found.size === blob.size;
    },
    async begin(blob) {
      const partial = join(paths.partial, `${(count += 1)}`);
      const file = await open(partial, 'wx', FILE_MODE);
      // The raw descriptor: chunks then go out at half the cost. The handle must live as long.
      const { fd } = file;
      return {
        fd,
        base: 0,
        write: (chunk, position) => writeAt(fd, chunk, position),
        async name() {
          if (needsMode) await setMode(file, FILE_MODE);
          await file.close();
          await renamePatiently(partial, pathOf(blob), clock);
        },
        async drop() {
          await file.close().catch(() => undefined);
          await rm(partial, { force: true }).catch(() => undefined);
        },
      };
    },
    async *read(blob, start, length, signal) {
      const file = await open(pathOf(blob), 'r');
      try {
        yield* readSpan(file.fd, start, length, signal);
      } finally {
        await file.close();
      }
    },
    async adopt(blob, path) {
      try {
        await rename(path, pathOf(blob));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EXDEV') return false;
        throw error;
      }
      const file = await open(pathOf(blob), 'r');
      await setMode(file, FILE_MODE);
      await file.close();
      return true;
    },
    discard: (blob) => rm(pathOf(blob), { force: true }),
    async sync(batch) {
      const waiting = [...batch];
      const work = async () => {
        for (let blob = waiting.pop(); blob !== undefined; blob = waiting.pop()) await syncFile(pathOf(blob));
      };
      await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, work));
      for (const folder of folders) await syncFolder(folder);
    },
    async seal(front, sealed) {
      await requireExactly(folders, sealed, place);
      for (const [path, bytes] of front) await writeSynced(join(paths.bundle, path), bytes);
      for (const folder of [...folders, join(paths.bundle, 'blobs'), paths.bundle]) await syncFolder(folder);
      await renamePatiently(paths.bundle, place, clock);
      await syncFolder(dirname(place));
    },
    sealBytes: 0,
    close: () => Promise.resolve(),
  };
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  const folder = await open(path, 'r').catch(() => undefined);
  if (folder === undefined) return;
  await setMode(folder, FOLDER_MODE);
  await folder.close();
}

/** What a strict umask leaves of a new file's mode; asked once instead of for every blob. */
async function modeOfNewFile(paths: WorkPaths): Promise<number> {
  const path = join(paths.partial, 'mode');
  const file = await open(path, 'wx', FILE_MODE);
  await file.close();
  const { mode } = await stat(path);
  await rm(path);
  return mode & 0o777;
}

/** Files that the plan does not name would be sealed in with the others. */
async function removeStrangers(folders: readonly string[], blobs: readonly Blob[]): Promise<void> {
  const known = new Set(blobs.map(({ digest }) => hexOf(digest)));
  for (const folder of folders)
    for (const name of await readdir(folder))
      if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** The last look before the name is given: as many files as the plan has, no more and no fewer. */
async function requireExactly(
  folders: readonly string[],
  blobs: readonly Blob[],
  place: string,
): Promise<void> {
  const found = new Set<string>();
  for (const folder of folders) for (const name of await readdir(folder)) found.add(name);
  const missing = blobs.filter(({ digest }) => !found.delete(hexOf(digest))).map(({ digest }) => digest);
  if (missing.length > 0 || found.size > 0)
    throw new AirlockError(
      'BUNDLE_INCOMPLETE',
      `Someone else changed the files of ${place} while it was being made: ${missing.length} are gone, ${found.size} were added.`,
      { details: { missing: missing.slice(0, 100), added: [...found].slice(0, 100) } },
    );
}
