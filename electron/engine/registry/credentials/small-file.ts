// Files that people or other programs wrote for configuration: small, and told by name when they cannot be used.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';

const LIMIT_BYTES = 4 * 1024 * 1024;

/** The text of a file, undefined where there is none. Throws NO_ACCESS, LOCAL_IO, and USAGE for what is too large. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > LIMIT_BYTES) throw brokenFile(path, `it has over ${LIMIT_BYTES} bytes`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof AirlockError) throw error;
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw unusableFile(path, error, 'read');
  } finally {
    await file?.close();
  }
}

/** An error of node:fs about a file of configuration. */
export function unusableFile(path: string, error: unknown, doing: 'read' | 'written'): AirlockError {
  const errno = errnoOf(error);
  const denied = errno === 'EACCES' || errno === 'EPERM';
  const details = { path };
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new AirlockError('DISK_FULL', `${path} found no room left.`, { cause: error, details });
  if (errno === 'EROFS')
    return new AirlockError('READ_ONLY', `${path} lies where nothing can be written.`, {
      cause: error,
      details,
    });
  return new AirlockError(
    denied ? 'NO_ACCESS' : 'LOCAL_IO',
    `${path} could not be ${doing}${denied ? ' by this user' : ''}.`,
    { cause: error, details },
  );
}

/** A file of configuration that cannot be understood. */
export function brokenFile(path: string, why: string): AirlockError {
  return new AirlockError('USAGE', `${path} cannot be used: ${why}.`, {
    details: { path },
    remedy: 'Correct this file or move it away, then run the same command again.',
  });
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
