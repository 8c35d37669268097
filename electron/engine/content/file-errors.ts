// What the local file system refuses, in Airlock's codes.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';

const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['FILE_NOT_FOUND', 'is not there'],
  ENOTDIR: ['FILE_NOT_FOUND', 'is not there: a part of its path is no folder'],
  EISDIR: ['FILE_NOT_FOUND', 'is a folder where a file is needed'],
  EACCES: ['NO_ACCESS', 'may not be used by this user'],
  EPERM: ['NO_ACCESS', 'may not be used by this user'],
  EROFS: ['READ_ONLY', 'lies on a medium that is write-protected'],
  ENOSPC: ['DISK_FULL', 'found no room left on its disk'],
  EDQUOT: ['DISK_FULL', 'found no room left in its quota'],
};

/** An error of node:fs as an AirlockError about `path`; an AirlockError stays as it is. */
export function toFileError(error: unknown, path: string): AirlockError {
  if (error instanceof AirlockError) return error;
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [code, what] = CODES[errno] ?? (['LOCAL_IO', 'could not be read or written'] as const);
  return new AirlockError(code, `${path} ${what}.`, { cause: error, details: { path } });
}
