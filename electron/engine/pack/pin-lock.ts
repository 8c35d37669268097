// Gives a digest to the files that `airlock lock --no-fetch` left without one: downloads each, and makes a new lock.
import { dirname } from 'node:path';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { createFetchStore } from '../content/fetch-store.ts';
import { resolveFile } from '../content/files/index.ts';
import type { FetchStore, FileEntry, ResolveContext, Resolved } from '../content/index.ts';
import { readLock, writeLock } from '../content/lock-file.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';

export interface PinnedLock {
  readonly lock: Lock;
  /** `<name>.pinned.lock.json` beside the old one, which stays as it is. */
  readonly path: string;
  readonly store: FetchStore;
}

/**
 * Pins a lock, or takes the pinned one that an earlier run wrote. Throws SOURCE_CHANGED where size or ETag are not those that
 * the lock named, and what the download gives cause to.
 */
export async function pinLock(
  lock: Lock,
  lockPath: string,
  options: Pick<EngineOptions, 'environment'>,
  client: RegistryClient,
  context: JobContext,
): Promise<PinnedLock> {
  const path = lockPath.replace(/(?:\.lock)?\.json$|$/, '.pinned.lock.json');
  const store = createFetchStore(`${path}.store`);
  const earlier = await readLock(path).catch((error: unknown) => {
    if (isAirlockError(error, 'FILE_NOT_FOUND')) return undefined;
    throw error;
  });
  if (earlier?.listDigest === lock.listDigest && earlier.created === lock.created)
    return { lock: earlier, path, store };

  context.report({
    kind: 'stage',
    stage: 'resolve',
    totalItems: lock.items.filter((item) => item.unpinned !== undefined).length,
  });
  const resolving: ResolveContext = {
    job: context,
    client,
    store,
    lockBase: dirname(path),
    noFetch: false,
    environment: options.environment,
  };
  const items: LockItem[] = [];
  const manifests = { ...lock.manifests };
  const blobs = new Map(lock.blobs.map((blob) => [blob.digest, blob]));
  for (const item of lock.items) {
    if (item.unpinned === undefined) {
      items.push(item);
      continue;
    }
    const resolved = await pinItem(item, lockPath, resolving);
    items.push(resolved.item);
    for (const [digest, bytes] of resolved.manifests)
      manifests[digest] = Buffer.from(bytes).toString('base64');
    for (const blob of resolved.blobs) blobs.set(blob.digest, blob);
  }
  const pinned: Lock = {
    ...lock,
    items,
    manifests: Object.fromEntries(Object.entries(manifests).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    blobs: [...blobs.values()].toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
  };
  await writeLock(path, pinned);
  return { lock: pinned, path, store };
}

async function pinItem(item: LockItem, lockPath: string, context: ResolveContext): Promise<Resolved> {
  const { source, unpinned, stated } = item;
  if (source.type !== 'url' || unpinned === undefined)
    throw new AirlockError('LOCK_INVALID', `${item.reference} has no URL to be pinned from.`);
  const byMaker = stated?.by === 'list' || stated?.by === 'checksum' ? stated : undefined;
  const entry: FileEntry = {
    kind: 'file',
    at: { file: lockPath, line: 1, column: 1 },
    base: context.lockBase,
    as: item.reference,
    executable: item.executable === true,
    sha256: byMaker?.sha256,
    sha512: byMaker?.sha512,
    checksum: undefined,
    from: 'url',
    url: source.url,
    secretQuery: source.secretQuery,
  };
  const [resolved] = await resolveFile(entry, context);
  if (resolved === undefined) throw new AirlockError('INTERNAL', `${item.reference} resolved to nothing.`);
  const etag = resolved.item.source.type === 'url' ? resolved.item.source.etag : undefined;
  const size = resolved.blobs[0]?.size;
  if (
    (unpinned.size !== null && unpinned.size !== size) ||
    (unpinned.etag !== null && etag !== undefined && unpinned.etag !== etag)
  )
    throw new AirlockError(
      'SOURCE_CHANGED',
      `${unpinned.url} is no longer what was locked: ${unpinned.size ?? 'unknown'} bytes with the ETag ${unpinned.etag ?? 'unknown'} then, ${size ?? 'unknown'} with ${etag ?? 'unknown'} now.`,
    );
  // What stated the digest is the lock's to say: a checksum file may have been read when locking and is not read again.
  return { ...resolved, item: { ...resolved.item, ...(stated === undefined ? {} : { stated }) } };
}
