// Comes by the lock that is packed: given, found again in unfinished work, or made from the list (FORMAT §2).
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Lock } from '../../../shared/format/lock.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { openBundle, readUnfinishedLock, workPaths } from '../bundle/index.ts';
import { createFetchStore } from '../content/fetch-store.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { openRegularFile } from '../disk/open-file.ts';
import type { FetchStore } from '../content/index.ts';
import { readLock, writeLock } from '../content/lock-file.ts';
import { lockList } from '../content/lock-list.ts';
import { readTransferList } from '../content/transfer-list.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { createdAt } from '../lock/run-lock.ts';
import type { RegistryClient } from '../registry/index.ts';
import { pinLock } from './pin-lock.ts';
import { choosePlace } from './place.ts';
import type { Place } from './place.ts';

export interface PreparedLock {
  readonly lock: Lock;
  readonly place: Place;
  /** Folder that the lock's relative paths start from. */
  readonly base: string;
  readonly store: FetchStore;
  /** The store lies in the work folder and moves into the bundle; else it is the operator's, beside the lock. */
  readonly ownStore: boolean;
  /** The list was resolved just now; else its lock was found in unfinished work, or given. */
  readonly isFresh: boolean;
  readonly notes: readonly string[];
}

export interface PrepareRequest {
  /** A transfer list, or a lock. */
  readonly source: string;
  readonly output: string;
  readonly pin: boolean;
}

type Options = Pick<EngineOptions, 'environment' | 'version'>;

/** Throws what list, lock, sources and place give cause to; nothing was written then but what a store keeps. */
export async function prepareLock(
  request: PrepareRequest,
  options: Options,
  client: RegistryClient,
  context: JobContext,
): Promise<PreparedLock> {
  return (await isLock(request.source))
    ? fromLock(request, options, client, context)
    : fromList(request, options, client, context);
}

async function fromLock(
  request: PrepareRequest,
  options: Options,
  client: RegistryClient,
  context: JobContext,
): Promise<PreparedLock> {
  const path = resolve(request.source);
  const given = await readLock(path);
  const place = await choosePlace(request.output, given.metadata.name);
  const unpinned = given.items.filter((item) => item.unpinned !== undefined);
  if (unpinned.length === 0) {
    const store = createFetchStore(`${path}.store`);
    return { lock: given, place, base: dirname(path), store, ownStore: false, isFresh: false, notes: [] };
  }
  if (!request.pin)
    throw new AirlockError(
      'LOCK_UNPINNED',
      `${request.source} has ${unpinned.length === 1 ? 'a file' : `${unpinned.length} files`} without a digest: ${unpinned
        .slice(0, 5)
        .map((item) => item.reference)
        .join(', ')}${unpinned.length > 5 ? ', …' : ''}.`,
    );
  const pinned = await pinLock(given, path, options, client, context);
  return {
    lock: pinned.lock,
    place,
    base: dirname(path),
    store: pinned.store,
    ownStore: false,
    isFresh: false,
    notes: [`pinned as ${pinned.path}; pack that lock from now on`],
  };
}

/** The lock goes into the work folder before the first blob: a list that is packed again goes on with what it stood for. */
async function fromList(
  request: PrepareRequest,
  options: Options,
  client: RegistryClient,
  context: JobContext,
): Promise<PreparedLock> {
  const list = await readTransferList(request.source);
  const place = await choosePlace(request.output, list.metadata.name);
  const paths = workPaths(place.path);
  const store = createFetchStore(join(paths.folder, 'store'));
  const prepared = { place, base: paths.folder, store, ownStore: true };

  await refuseOtherBundle(place.path, list.digest);
  const unfinished = await readUnfinishedLock(place.path);
  if (unfinished !== undefined) {
    if (unfinished.listDigest !== list.digest)
      throw new AirlockError(
        'PLACE_TAKEN',
        `Unfinished work of another list, or of an older state of this one, lies in ${paths.folder}.`,
        { remedy: 'Choose another place with -o, or remove that folder.', details: { place: place.path } },
      );
    return {
      ...prepared,
      lock: unfinished,
      isFresh: false,
      notes: [`went on with what the list stood for at ${unfinished.created}`],
    };
  }
  try {
    const { lock, summary } = await lockList(list, {
      job: context,
      client,
      store,
      lockBase: paths.folder,
      noFetch: false,
      environment: options.environment,
      version: options.version,
      created: createdAt(options.environment, context),
    });
    await mkdir(paths.folder, { recursive: true }).catch((error: unknown) => {
      throw fileFailure(error, paths.folder);
    });
    await writeLock(paths.lock, lock);
    return { ...prepared, lock, isFresh: true, notes: summary.notes };
  } catch (error) {
    await dropEmptyWork(paths.folder);
    throw error;
  }
}

/** Removes a list's lock and store from the work folder, and the folder with them where nothing else is in it. */
export async function clearPrepared({ place, store }: PreparedLock): Promise<void> {
  const paths = workPaths(place.path);
  await rm(store.folder, { recursive: true, force: true });
  await rm(paths.lock, { force: true });
  await rmdir(paths.folder).catch(() => undefined);
}

/** A bundle of another list stands there: said before anything is asked of a registry. What else is there, others judge. */
async function refuseOtherBundle(place: string, listDigest: Lock['listDigest']): Promise<void> {
  const bundle = await openBundle(place).catch(() => undefined);
  if (bundle === undefined) return;
  await bundle.close();
  if (bundle.manifest.lock.listDigest !== listDigest)
    throw new AirlockError(
      'PLACE_TAKEN',
      `${place} is a sealed bundle of another list, or of an older state of this one.`,
      { details: { place } },
    );
}

/** What a store kept helps the next run; a folder with nothing in it is litter. */
async function dropEmptyWork(folder: string): Promise<void> {
  for (const path of [
    join(folder, 'store', 'blobs', 'sha256'),
    join(folder, 'store', 'blobs'),
    join(folder, 'store'),
    folder,
  ])
    await rmdir(path).catch(() => undefined);
}

/** A lock says so near its beginning; a list may be JSON too, which is YAML. Throws FILE_NOT_FOUND, NO_ACCESS. */
async function isLock(path: string): Promise<boolean> {
  const file = await openRegularFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^\s*\{[^]*"kind"\s*:\s*"Lock"/.test(buffer.toString('utf8', 0, bytesRead));
  } catch (error) {
    throw fileFailure(error, path);
  } finally {
    await file.close();
  }
}
