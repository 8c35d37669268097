// A bundle in its directory form, read in place. No link is ever followed inside it.
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmOf, blobPath } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BundleFiles } from './bundle-files.ts';
import { fileFailure, isErrno } from '../disk/file-failure.ts';
import { auditFolder, CUSTODY, kindOf, SIGNATURES, wrongSize } from './audit-folder.ts';
import { readWhole, sha256OfSpan } from '../disk/read-span.ts';

/** Undefined on Windows, where an lstat before opening has to do. */
const O_NOFOLLOW: number | undefined = constants.O_NOFOLLOW;

export function openFolderFiles(folder: string, label: string): BundleFiles {
  const damaged = (path: string, why: string) =>
    new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: ${path} ${why}.`, {
      details: { files: [path] },
    });
  const trustedFolders = new Map<string, Promise<void>>();
  /** A link in place of blobs/ would lead every read out of the bundle. */
  const requireFolder = (path: string): Promise<void> => {
    const known = trustedFolders.get(path) ?? checkFolder(path);
    trustedFolders.set(path, known);
    return known;
  };
  const checkFolder = async (path: string): Promise<void> => {
    const found = await lstat(join(folder, path)).catch(() => undefined);
    if (found !== undefined && !found.isDirectory()) throw damaged(path, kindOf(found));
  };

  const openFile = async (
    path: string,
    missing: 'BUNDLE_INCOMPLETE' | 'BLOB_MISSING',
  ): Promise<FileHandle> => {
    const place = join(folder, path);
    try {
      if (O_NOFOLLOW === undefined && (await lstat(place)).isSymbolicLink())
        throw damaged(path, 'is a link, which no bundle has');
      // A pipe in place of a file would else be waited for without end.
      return await open(place, constants.O_RDONLY | (O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR'))
        throw new AirlockError(missing, `${label} lacks the file ${path}.`, {
          cause: error,
          details: { files: [path] },
        });
      if (isErrno(error, 'ELOOP', 'EMLINK')) throw damaged(path, 'is a link, which no bundle has');
      throw fileFailure(error, place);
    }
  };
  const requirePlain = async (file: FileHandle, path: string): Promise<Stats> => {
    const found = await file.stat();
    if (!found.isFile()) throw damaged(path, kindOf(found));
    return found;
  };

  const withFront = async <T>(
    path: string,
    limit: number,
    use: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T> => {
    const file = await openFile(path, 'BUNDLE_INCOMPLETE');
    try {
      const { size } = await requirePlain(file, path);
      if (size > limit) throw damaged(path, `has ${size} bytes, ${limit} are the most it may have`);
      return await use(file, size);
    } catch (error) {
      throw fileFailure(error, join(folder, path));
    } finally {
      await file.close();
    }
  };

  return {
    form: 'directory',
    front: (path, limit) => withFront(path, limit, ({ fd }, size) => readWhole(fd, 0, size)),
    sha256OfFront: (path, limit) => withFront(path, limit, ({ fd }, size) => sha256OfSpan(fd, 0, size)),
    settle: () => Promise.resolve(),
    spanOf: ({ digest, size }) => ({ file: join(folder, blobPath(digest)), offset: 0, size }),
    async openBlob({ digest, size }) {
      const path = blobPath(digest);
      await requireFolder('blobs');
      await requireFolder(`blobs/${algorithmOf(digest)}`);
      const file = await openFile(path, 'BLOB_MISSING');
      try {
        const found = await requirePlain(file, path);
        if (found.size !== size) throw damaged(path, wrongSize(found.size, size));
        return { fd: file.fd, start: 0, close: () => file.close() };
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    audit: (blobs, expected, signal) => auditFolder(folder, blobs, expected, signal),
    async hasSignatures() {
      const there = await Promise.all(
        [SIGNATURES, CUSTODY].map((path) => lstat(join(folder, path)).catch(() => undefined)),
      );
      return there.some((found) => found !== undefined);
    },
    close: () => Promise.resolve(),
  };
}
