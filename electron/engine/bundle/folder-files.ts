// A bundle in its directory form, read in place. No link is ever followed inside it.
import { constants, lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmOf, blobPath } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toFileError } from '../content/file-errors.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { Finding } from './index.ts';
import { fileFailure, isErrno } from './file-failure.ts';
import { inTurns } from './in-turns.ts';
import { isLitter } from './litter.ts';
import { readWhole } from './read-span.ts';

/** Where signatures and the custody log lie; SHA256SUMS names neither. */
const SIGNATURES = 'signatures';
const CUSTODY = 'custody.jsonl';
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
        throw damaged(path, 'is a link where a file should be');
      // A pipe in place of a file would else be waited for without end.
      return await open(place, constants.O_RDONLY | (O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR'))
        throw new AirlockError(missing, `${label} lacks the file ${path}.`, {
          cause: error,
          details: { files: [path] },
        });
      if (isErrno(error, 'ELOOP', 'EMLINK')) throw damaged(path, 'is a link where a file should be');
      throw fileFailure(error, place);
    }
  };
  const requirePlain = async (file: FileHandle, path: string): Promise<Stats> => {
    const found = await file.stat();
    if (!found.isFile()) throw damaged(path, kindOf(found));
    return found;
  };

  return {
    form: 'directory',
    async front(path, limit) {
      const file = await openFile(path, 'BUNDLE_INCOMPLETE');
      try {
        const { size } = await requirePlain(file, path);
        if (size > limit) throw damaged(path, `has ${size} bytes, ${limit} are the most it may have`);
        return await readWhole(file.fd, 0, size);
      } catch (error) {
        throw fileFailure(error, join(folder, path));
      } finally {
        await file.close();
      }
    },
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
    async audit(blobs, expected, signal) {
      const findings: Finding[] = [];
      const sizes = new Map(blobs.map(({ digest, size }) => [blobPath(digest), size]));
      const found = new Set<string>();
      const look = (path: string): void => {
        const size = sizes.get(path);
        if (size === undefined) return;
        found.add(path);
        const stats = lstatSync(join(folder, path), { throwIfNoEntry: false });
        if (stats === undefined) found.delete(path);
        else if (!stats.isFile()) findings.push({ path, state: 'damaged', why: kindOf(stats) });
        else if (stats.size !== size)
          findings.push({ path, state: 'damaged', why: wrongSize(stats.size, size) });
      };
      const known = new Set([
        'blobs',
        'blobs/sha256',
        ...blobs.map(({ digest }) => `blobs/${algorithmOf(digest)}`),
      ]);
      const walk = async (inside: string): Promise<void> => {
        const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(
          (error: unknown) => {
            throw toFileError(error, join(folder, inside));
          },
        );
        const folders: string[] = [];
        await inTurns(
          entries,
          (entry) => {
            const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
            if (inside === '' && (path === SIGNATURES || path === CUSTODY)) return;
            if (sizes.has(path)) look(path);
            else if (known.has(path)) {
              if (entry.isDirectory()) folders.push(path);
              else findings.push({ path, state: 'damaged', why: kindOf(entry) });
            } else if (expected(path)) {
              if (!entry.isFile()) findings.push({ path, state: 'damaged', why: kindOf(entry) });
            } else if (isLitter(entry.name))
              findings.push({ path, state: 'litter', why: 'was left by an operating system' });
            else if (entry.isDirectory()) folders.push(path);
            else findings.push({ path, state: 'unexpected', why: 'is not named by SHA256SUMS' });
            if (entry.isDirectory() && !known.has(path) && folders.at(-1) === path)
              findings.push({ path, state: 'unexpected', why: 'is a folder that no bundle has' });
          },
          signal,
        );
        for (const path of folders) await walk(path);
      };
      await walk('');
      for (const path of sizes.keys())
        if (!found.has(path)) findings.push({ path, state: 'missing', why: 'is missing' });
      return findings;
    },
    async hasSignatures() {
      const there = await Promise.all(
        [SIGNATURES, CUSTODY].map((path) => lstat(join(folder, path)).catch(() => undefined)),
      );
      return there.some((found) => found !== undefined);
    },
    close: () => Promise.resolve(),
  };
}

function kindOf(found: Pick<Stats, 'isSymbolicLink' | 'isDirectory' | 'isFile'>): string {
  if (found.isSymbolicLink()) return 'is a link where a file should be';
  if (found.isDirectory()) return 'is a folder where a file should be';
  return found.isFile() ? 'is a file where a folder should be' : 'is no plain file';
}

function wrongSize(found: number, expected: number): string {
  return found < expected
    ? `is truncated: it ends at byte ${found} of ${expected}`
    : `has ${found} bytes, ${found - expected} more than it should have`;
}
