// Opens a file that somebody named, whatever lies at its path.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure } from './file-failure.ts';

/**
 * Opens a regular file for reading; messages call it `name`. The caller closes it. A pipe is refused and not waited for:
 * its open would block until somebody writes, beyond the reach of Ctrl-C. Throws FILE_NOT_FOUND, NO_ACCESS, LOCAL_IO.
 */
export async function openRegularFile(path: string, name: string = path): Promise<FileHandle> {
  const { O_RDONLY } = constants;
  // Windows has no such flag, and no pipes among its files.
  const nonBlocking = (constants as Readonly<Record<string, number>>)['O_NONBLOCK'] ?? 0;
  const file = await open(path, O_RDONLY | nonBlocking).catch((error: unknown) => {
    throw fileFailure(error, name);
  });
  try {
    const found = await file.stat();
    if (found.isFile()) return file;
    throw new AirlockError(
      'FILE_NOT_FOUND',
      found.isDirectory() ? `${name} is a folder where a file is needed.` : `${name} is no regular file.`,
      { details: { path: name } },
    );
  } catch (error) {
    await file.close();
    throw fileFailure(error, name);
  }
}
