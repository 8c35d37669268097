// Writes small files of the state folder so that a crash leaves the old one or the new one, readable by their owner alone.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AirlockError } from '../../shared/errors/airlock-error.ts';

/** Throws LOCAL_IO with what the file system said. */
export async function writeStateFile(path: string, text: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw new AirlockError('LOCAL_IO', `${path} could not be written.`, { cause: error, details: { path } });
  }
}
