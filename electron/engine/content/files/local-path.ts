// Local paths as a lock writes them: forward slashes on every system, relative where the list had them so.
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The file system's own path of a list entry. */
export function entryPath(base: string, path: string): string {
  return resolve(base, path);
}

/** How the lock writes it: relative to the lock's folder, or absolute where the list's author wrote it so. */
export function toLockPath(lockBase: string, base: string, path: string): string {
  const written = isAbsolute(path) ? resolve(path) : relative(lockBase, resolve(base, path));
  // On Windows a path on another drive has no relative form and comes back absolute.
  return sep === '/' ? written : written.replaceAll(sep, '/');
}

/** The way back: a path out of a lock that lies in `lockBase`. node:path takes forward slashes on Windows too. */
export function fromLockPath(lockBase: string, path: string): string {
  return resolve(lockBase, path);
}
