// The lock as a file, as a bundle carries it, and as the bundle's id is made from it (FORMAT §2, §4).
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, basename, join } from 'node:path';
import type { z } from 'zod';
import { algorithmOf, isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { CarriedLock } from '../../../shared/format/bundle.ts';
import { LOCK_MAJOR, Lock } from '../../../shared/format/lock.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { digestOf } from '../oci/digester.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { openRegularFile } from '../disk/open-file.ts';
import { baseName } from './file-path.ts';

/**
 * The lock as airlock.json has it: without `manifests` and `blobs`, local sources cut to their base names, so that no
 * path, user or machine name enters a bundle (FORMAT §4). Items keep their order.
 */
export function carriedLock(lock: Lock): z.infer<typeof CarriedLock> {
  const { manifests: _manifests, blobs: _blobs, ...carried } = lock;
  return { ...carried, items: lock.items.map(withoutFolders) };
}

/** A bundle's `id`: sha256 of the carried lock's canonical JSON without `created` (FORMAT §4). */
export function lockId(lock: Lock): Digest {
  const { created: _created, ...identity } = carriedLock(lock);
  return digestOf(canonicalJson(identity));
}

const MAX_BYTES = 400 * 1024 * 1024;

/**
 * Reads a lock; the manifests in it are held against their digests. Throws FILE_NOT_FOUND, NO_ACCESS, LIMIT_EXCEEDED,
 * FORMAT_UNSUPPORTED for a newer format, LOCK_INVALID for all else.
 */
export async function readLock(path: string): Promise<Lock> {
  const text = await readBounded(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AirlockError('LOCK_INVALID', `${path} is not JSON.`, { cause: error, details: { path } });
  }
  refuseOtherFormats(value, path);
  const parsed = Lock.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.map(String).join('.') || 'lock'}: ${issue.message}`,
    );
    throw new AirlockError('LOCK_INVALID', `${path} is no lock of Airlock: ${problems[0] ?? 'unreadable'}.`, {
      details: { path, problems: problems.slice(0, 100) },
    });
  }
  for (const [digest, base64] of Object.entries(parsed.data.manifests))
    if (!isDigest(digest) || digestOf(Buffer.from(base64, 'base64'), algorithmOf(digest)) !== digest)
      throw new AirlockError('LOCK_INVALID', `${path} was changed: its manifest ${digest} has other bytes.`, {
        details: { path, digest },
      });
  return parsed.data;
}

/** Writes a lock so that a reader finds the old one or the whole new one. Throws as the file system refuses. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(`${JSON.stringify(lock, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw fileFailure(error, path);
  }
}

async function readBounded(path: string): Promise<string> {
  try {
    const file = await openRegularFile(path);
    try {
      const stat = await file.stat();
      if (stat.size > MAX_BYTES)
        throw new AirlockError('LIMIT_EXCEEDED', `${path} has ${stat.size} bytes; a lock may have 400 MiB.`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure(error, path);
  }
}

function refuseOtherFormats(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || !('apiVersion' in value)) return;
  const version = /^airlock\/v(\d+)$/.exec(String(value.apiVersion))?.[1];
  if (version !== undefined && Number(version) > LOCK_MAJOR)
    throw new AirlockError(
      'FORMAT_UNSUPPORTED',
      `${path} has the lock format ${version}; this Airlock reads format ${LOCK_MAJOR}.`,
      { remedy: 'Use the version of Airlock that made this lock, or a newer one.', details: { path } },
    );
}

/** Cut alike on every system: a lock made on Windows has backslashes, and one bundle has one id everywhere. */
function withoutFolders(item: LockItem): LockItem {
  if (item.source.type !== 'path' && item.source.type !== 'archive') return item;
  return { ...item, source: { ...item.source, path: baseName(item.source.path) } };
}
