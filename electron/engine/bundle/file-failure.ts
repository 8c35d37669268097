// What the file system refuses while a bundle is written or read, in Airlock's codes.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toFileError } from '../content/file-errors.ts';

/** An error of node:fs as an AirlockError about `path`; everything else as it is. */
export function fileFailure(error: unknown, path: string): unknown {
  if (!isErrno(error)) return error;
  if (error.code === 'EFBIG')
    return new AirlockError('MEDIUM_LIMIT', `${path} has a file that is larger than its medium takes.`, {
      cause: error,
      details: { path },
    });
  return toFileError(error, path);
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
