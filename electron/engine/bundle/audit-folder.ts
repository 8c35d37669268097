// What lies in a bundle's folder, held against what should: presence, kind and size of every file, and strangers.
import { lstatSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, isDigest } from '../../../shared/domain/digest.ts';
import type { BlobTable } from './blob-table.ts';
import type { Finding, FoundBytes } from './index.ts';
import { inTurns } from './in-turns.ts';
import { isLitter } from './litter.ts';

/** Where signatures and the custody log lie; SHA256SUMS names neither. */
export const SIGNATURES = 'signatures';
export const CUSTODY = 'custody.jsonl';

const BLOB_FOLDERS: ReadonlySet<string> = new Set(['blobs', 'blobs/sha256', 'blobs/sha512']);

/** `expected` tells files beside the blobs. Reads no content; throws what the file system throws. */
export async function auditFolder(
  folder: string,
  blobs: BlobTable,
  expected: (path: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const seen = new Uint8Array(blobs.list.length);
  /** A folder below has to be looked into. */
  const look = (entry: Dirent, path: string): boolean => {
    const add = (state: Finding['state'], why: string, found?: FoundBytes) =>
      findings.push({ path, state, why, found });
    const named = path.startsWith('blobs/') ? path.slice('blobs/'.length).replace('/', ':') : '';
    const number = isDigest(named) ? blobs.indexOf(named) : -1;
    const blob = blobs.list[number];
    if (blob !== undefined) {
      seen[number] = 1;
      const wrong = whyNotBlob(join(folder, path), blob.size);
      if (wrong !== undefined) add('damaged', wrong.why, wrong.found);
      return false;
    }
    if (BLOB_FOLDERS.has(path)) {
      if (!entry.isDirectory()) add('damaged', kindOf(entry));
      return entry.isDirectory();
    }
    if (expected(path)) {
      if (!entry.isFile()) add('damaged', kindOf(entry));
      return false;
    }
    if (isLitter(entry.name)) {
      add('litter', 'was left by an operating system', sizeOf(join(folder, path), entry));
      return false;
    }
    if (!entry.isDirectory())
      add('unexpected', 'is not named by SHA256SUMS', sizeOf(join(folder, path), entry));
    else add('unexpected', 'is a folder that no bundle has');
    return entry.isDirectory();
  };
  const walk = async (inside: string): Promise<void> => {
    const below: string[] = [];
    await inTurns(
      await readdir(join(folder, inside), { withFileTypes: true }),
      (entry) => {
        const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
        if (path !== SIGNATURES && path !== CUSTODY && look(entry, path)) below.push(path);
      },
      signal,
    );
    for (const path of below) await walk(path);
  };
  await walk('');
  blobs.list.forEach(({ digest }, number) => {
    if (seen[number] === 0) findings.push({ path: blobPath(digest), state: 'missing', why: 'is missing' });
  });
  return findings;
}

/** Undefined where a plain file of the size is there. */
function whyNotBlob(path: string, size: number): Pick<Finding, 'why' | 'found'> | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { why: 'was taken away just now' };
  if (!found.isFile()) return { why: kindOf(found) };
  return found.size === size ? undefined : { why: wrongSize(found.size, size), found: { size: found.size } };
}

/** How long a file is that is not opened. */
function sizeOf(path: string, entry: Dirent): FoundBytes | undefined {
  const found = entry.isFile() ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
  return found?.isFile() === true ? { size: found.size } : undefined;
}

export function kindOf(found: Pick<Stats, 'isSymbolicLink' | 'isDirectory' | 'isFile'>): string {
  if (found.isSymbolicLink()) return 'is a link, which no bundle has';
  if (found.isDirectory()) return 'is a folder where a file should be';
  return found.isFile() ? 'is a file where a folder should be' : 'is no plain file';
}

export function wrongSize(found: number, expected: number): string {
  return found < expected
    ? `is truncated: it ends at byte ${found} of ${expected}`
    : `has ${found} bytes, ${found - expected} more than it should have`;
}
