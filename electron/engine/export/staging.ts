// Writes files into a folder so that they appear there whole or not at all, and nothing that was there is overwritten.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure, isErrno } from '../disk/file-failure.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { whileRunning } from '../jobs/pause.ts';
import type { ContentStore } from '../oci/content-store.ts';
import { createDigester, digestOf } from '../oci/digester.ts';

type Blob = Pick<Descriptor, 'digest' | 'size'>;

export interface Staging {
  /**
   * Prepares one blob, hashed while it is written. False where the folder has this very file already. `path` is
   * relative, with `/`, and safe. Throws PLACE_TAKEN where something else has the name; DIGEST_MISMATCH and
   * SIZE_MISMATCH for a damaged blob, of which nothing is kept.
   */
  addBlob(path: string, blob: Descriptor, options?: { readonly executable?: boolean }): Promise<boolean>;
  addText(path: string, text: string): Promise<boolean>;
  /** Takes back what `addBlob` prepared. */
  drop(path: string): Promise<void>;
  /** Gives every file its name. */
  publish(): Promise<void>;
  /** Removes what was prepared and not published. Never throws. */
  discard(): Promise<void>;
}

/** Opens a folder, made where it is not there. Files are prepared inside it, so that a rename is all that is left. */
export async function openStaging(
  folder: string,
  from: ContentStore,
  context: Pick<JobContext, 'signal' | 'report' | 'pause'>,
): Promise<Staging> {
  const inside = join(folder, `.airlock-export-${randomBytes(4).toString('hex')}`);
  let made: string | undefined;
  try {
    made = await makeFolder(folder);
    await mkdir(inside);
  } catch (error) {
    throw fileFailure(error, folder);
  }
  const ready = new Set<string>();

  const add = async (
    path: string,
    blob: Blob,
    executable: boolean,
    write: (file: FileHandle) => Promise<void>,
  ): Promise<boolean> => {
    const place = join(folder, path);
    if (await isTaken(place)) {
      if (await holds(place, blob, context)) return false;
      throw taken(place);
    }
    const part = join(inside, path);
    try {
      await mkdir(dirname(part), { recursive: true });
      const file = await open(part, 'wx');
      try {
        await write(file);
        await setMode(file, executable ? 0o755 : 0o644);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw fileFailure(error, place);
    }
    ready.add(path);
    return true;
  };

  return {
    addBlob: (path, blob, options) =>
      add(path, blob, options?.executable === true, (file) => writeBlob(file, blob, from, context)),
    addText(path, text) {
      const bytes = Buffer.from(text);
      return add(path, { digest: digestOf(bytes), size: bytes.byteLength }, false, (file) =>
        file.writeFile(bytes),
      );
    },
    async drop(path) {
      if (ready.delete(path)) await rm(join(inside, path), { force: true }).catch(() => undefined);
    },
    async publish() {
      try {
        for (const path of ready) {
          await makeFolder(dirname(join(folder, path)));
          // It may have come while the others were being prepared.
          if (await isTaken(join(folder, path))) throw taken(join(folder, path));
          await rename(join(inside, path), join(folder, path));
        }
        await rm(inside, { recursive: true, force: true });
      } catch (error) {
        throw fileFailure(error, folder);
      }
    },
    async discard() {
      await rm(inside, { recursive: true, force: true }).catch(() => undefined);
      if (made === undefined) return;
      for (let at = resolve(folder); at.startsWith(made); at = dirname(at))
        if (!(await removedWhereEmpty(at))) return;
    },
  };
}

/** Appends a blob to a file, hashed as it is written. Throws DIGEST_MISMATCH and SIZE_MISMATCH. */
export async function writeBlob(
  file: FileHandle,
  blob: Descriptor,
  from: ContentStore,
  context: Pick<JobContext, 'signal' | 'report' | 'pause'>,
): Promise<void> {
  const digester = createDigester(blob, from.label);
  for await (const chunk of from.open(blob, { signal: context.signal })) {
    await context.pause.whenRunning(context.signal);
    digester.update(chunk);
    await file.writeFile(chunk);
    context.report({ kind: 'bytes', bytes: chunk.byteLength });
  }
  digester.verify();
}

/** True where something has the name, a dangling link included. */
export async function isTaken(place: string): Promise<boolean> {
  try {
    await lstat(place);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw fileFailure(error, place);
  }
}

async function holds(
  place: string,
  blob: Blob,
  context: Pick<JobContext, 'signal' | 'pause'>,
): Promise<boolean> {
  const digester = createDigester(blob, place);
  try {
    if (!(await lstat(place)).isFile()) return false;
    const bytes: AsyncIterable<Buffer> = createReadStream(place, { signal: context.signal });
    for await (const chunk of whileRunning(bytes, context)) digester.update(chunk);
    digester.verify();
    return true;
  } catch (error) {
    if (isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) return false;
    throw fileFailure(error, place);
  }
}

/** Makes a folder and those above it that are missing, and gives the topmost that it made. Files in folders that a strict umask closed could not be read. */
async function makeFolder(path: string): Promise<string | undefined> {
  const folder = resolve(path);
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined)
    for (let at = folder; at.startsWith(made); at = dirname(at)) await withoutModes(chmod(at, 0o755));
  return made;
}

/** Not left to the umask. */
export function setMode(file: FileHandle, mode: number): Promise<void> {
  return withoutModes(file.chmod(mode));
}

/** FAT has no modes to set and refuses with EPERM (Linux fs/fat/file.c), which harms nobody. */
async function withoutModes(change: Promise<void>): Promise<void> {
  await change.catch((error: unknown) => {
    if (!isErrno(error, 'EPERM')) throw error;
  });
}

function taken(place: string): AirlockError {
  return new AirlockError('PLACE_TAKEN', `${place} is there already, with other content.`, {
    remedy: 'Export into an empty folder, or move away what is there.',
  });
}

async function removedWhereEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
