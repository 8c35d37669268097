// Writes small files whole: a crash or a full disk leaves the old one or the new one.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFailure } from '../engine/index.ts';

/** A file of the state folder, which is made where it is not there; both for their owner alone. Throws what the file system refuses. */
export async function writeStateFile(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileFailure(error, path);
  });
  await replaceFile(path, text, 0o600);
}

/** A file that an operator keeps, where he said: readable as all he makes. Throws what the file system refuses. */
export async function writeKeptFile(path: string, text: string): Promise<void> {
  await replaceFile(path, text);
}

async function replaceFile(path: string, text: string | Uint8Array, mode?: number): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(part, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw fileFailure(error, path);
  }
}
