// What the local file system refuses, in Airlock's codes.
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
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
  EFBIG: ['MEDIUM_LIMIT', 'has a file that is larger than its medium takes'],
};

/** An error of node:fs as an AirlockError about `path`; everything else, a cancel or a fault of ours, as it is. */
export function fileFailure(error: unknown, path: string): unknown {
  if (!isErrno(error)) return error;
  const [code, what] = CODES[reasonOf(error)] ?? (['LOCAL_IO', 'could not be read or written'] as const);
  return new AirlockError(code, `${path} ${what}.`, { cause: error, details: { path } });
}

/**
 * The errno that tells the operator most. Node's recursive mkdir says ENOENT also where the nearest folder that exists lies on
 * a write-protected medium (nodejs/node lib src/node_file.cc MKDirp); that folder itself says which.
 */
function reasonOf(error: NodeJS.ErrnoException & { readonly code: string }): string {
  if (error.code !== 'ENOENT' || error.syscall !== 'mkdir' || error.path === undefined) return error.code;
  let folder = dirname(error.path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return error.code;
  } catch (refusal) {
    return isErrno(refusal, 'EROFS', 'EACCES') ? refusal.code : error.code;
  }
}

/** An error with an errno's name, as node:fs throws and threads pass on; one of the given where any are given. */
export function isErrno(
  error: unknown,
  ...codes: readonly string[]
): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z0-9]+$/.test(error.code) &&
    (codes.length === 0 || codes.includes(error.code))
  );
}
