// How the bundle room writes files: whole chunks, modes whatever the umask, and names that stay after a power cut.
import { constants, write } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../jobs/job-context.ts';

export const FILE_MODE = 0o644;
export const FOLDER_MODE = 0o755;

const { O_CREAT, O_TRUNC, O_WRONLY } = constants;
/** A link that came to lie there meanwhile leads no write elsewhere. Windows has no such flag. */
export const NO_FOLLOW = (constants as Readonly<Record<string, number>>)['O_NOFOLLOW'] ?? 0;

/** Writes all of a chunk at a position of a file. fs.write rather than FileHandle's: half the cost for each chunk. */
export function writeAt(fd: number, chunk: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (done: number): void => {
      write(fd, chunk, done, chunk.byteLength - done, position + done, (error, written) => {
        if (error !== null) reject(error);
        // One write may take less than it was given, as on a full disk just before ENOSPC.
        else if (done + written < chunk.byteLength) go(done + written);
        else resolve();
      });
    };
    if (chunk.byteLength === 0) resolve();
    else go(0);
  });
}

/** Sets a mode that a strict umask took away; file systems without modes refuse that, and have no need of it. */
export async function setMode(file: FileHandle, mode: number): Promise<void> {
  await file.chmod(mode).catch(() => undefined);
}

/** Writes a small file whole and gets it onto the medium. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | NO_FOLLOW, FILE_MODE);
  try {
    await file.writeFile(bytes);
    await setMode(file, FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Windows opens no folders; there a rename is as durable as it gets. Some network file systems refuse it too. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
  } finally {
    await folder.close();
  }
}

const WINDOWS_BUSY = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** On Windows a virus scanner may hold a new file for some seconds; the name is tried for 10 s. */
export async function renamePatiently(from: string, to: string, clock: Clock): Promise<void> {
  const until = clock.now() + 10_000;
  for (;;) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (process.platform !== 'win32' || !WINDOWS_BUSY.has(code) || clock.now() > until) throw error;
      await clock.sleep(100);
    }
  }
}
