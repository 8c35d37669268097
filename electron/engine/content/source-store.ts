// Opens any blob of a lock wherever its item says it lies: registry, local file, archive, fetch store or web (FORMAT §2).
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import type { Lock, LockItem } from '../../../shared/format/lock.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { BlobState, ByteSource, ContentStore, OpenOptions } from '../oci/content-store.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';
import type { RegistryClient } from '../registry/index.ts';
import { openTarStream } from './archives/archive-file.ts';
import { createCompressedArchive } from './archives/compressed-archive.ts';
import type { CompressedArchive } from './archives/compressed-archive.ts';
import { parseLocation } from './blob-location.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { fromLockPath } from './files/local-path.ts';
import { hashFile, readFileBytes } from './files/read-file.ts';
import { downloadSource, publicUrl } from './files/web-source.ts';
import type { FetchStore } from './index.ts';

export interface SourceStoreOptions {
  readonly client: RegistryClient;
  /** Folder of the lock: its relative paths start here. */
  readonly base: string;
  readonly fetchStore: FetchStore;
  readonly job: JobContext;
}

export interface SourceStore extends ContentStore {
  /**
   * The same blobs, those of compressed archives last and as they lie in them: taken in this order each archive is
   * decompressed once. In any other order it works too, with a pass for each step back.
   */
  inReadingOrder<T extends { readonly digest: Digest }>(blobs: readonly T[]): readonly T[];
  /** Ends what is still being read. */
  close(): Promise<void>;
}

/** One place where a blob may be had. */
type Place =
  | { readonly in: 'registry'; readonly host: string; readonly repository: string }
  | { readonly in: 'file'; readonly path: string }
  | { readonly in: 'archive'; readonly path: string; readonly offset: number }
  | { readonly in: 'web'; readonly url: string; readonly secretQuery: number | undefined };

/** A blob in more repositories than this is not looked for in all of them. */
const MAX_PLACES = 8;

/**
 * The lock's content, read only. A blob that several items share is tried at each of their sources in turn, and goes on where
 * the one before it broke off. `open` throws SOURCE_CHANGED where a local file is no longer what was locked,
 * naming both digests; what comes over a network is checked by the taker.
 * Throws LOCK_INVALID for a lock whose manifests cannot be followed.
 */
export function createSourceStore(lock: Lock, options: SourceStoreOptions): SourceStore {
  const { client, fetchStore, job } = options;
  const made = new Map(Object.entries(lock.manifests) as [Digest, string][]);
  const places = findPlaces(lock, options.base);
  const sizes = new Map(lock.blobs.map(({ digest, size }) => [digest, size]));
  const absent = new Map(lock.absent.map(({ digest, reason }) => [digest, reason]));
  const archives = new Map<string, Promise<CompressedArchive | 'plain'>>();

  const archiveAt = (path: string): Promise<CompressedArchive | 'plain'> => {
    const known = archives.get(path) ?? openArchive(path, job.signal);
    archives.set(path, known);
    known.catch(() => archives.delete(path));
    return known;
  };

  const openPlace = (place: Place, descriptor: Descriptor, wanted: OpenOptions): ByteSource => {
    switch (place.in) {
      case 'registry':
        return client.repository(place.host, place.repository).open(descriptor, wanted);
      case 'file':
        return readLocal(place.path, job, descriptor, wanted);
      case 'archive':
        return readArchived(place, descriptor, wanted, archiveAt);
      default:
        return readWeb(client, place, job, descriptor, wanted);
    }
  };

  async function* open(descriptor: Descriptor, wanted: OpenOptions = {}): ByteSource {
    const from = wanted.offset ?? 0;
    const to =
      wanted.length === undefined ? descriptor.size : Math.min(descriptor.size, from + wanted.length);
    const signal = wanted.signal ?? job.signal;
    const bytes = made.get(descriptor.digest);
    if (bytes !== undefined) {
      yield Buffer.from(bytes, 'base64').subarray(from, to);
      return;
    }
    const kept: Place[] =
      (await fetchStore.has(descriptor.digest)) === undefined
        ? []
        : [{ in: 'file', path: fetchStore.pathOf(descriptor.digest) }];
    let sent = 0;
    let failure: unknown;
    for (const place of [...kept, ...(places.get(descriptor.digest) ?? [])]) {
      try {
        const offset = from + sent;
        // A request for the whole is no range request: not every registry answers those.
        const whole = offset === 0 && to === descriptor.size;
        const rest = whole ? { signal } : { offset, length: to - offset, signal };
        for await (const chunk of openPlace(place, descriptor, rest)) {
          sent += chunk.byteLength;
          yield chunk;
        }
        return;
      } catch (error) {
        // What was sent of other bytes cannot be taken back; another place would only lengthen it.
        if (signal.aborted || (sent > 0 && isAirlockError(error, 'SOURCE_CHANGED'))) throw error;
        failure ??= onSide(error, 'source');
      }
    }
    throw failure ?? nowhere(descriptor, lock);
  }

  return {
    label: `the sources of ${lock.metadata.name}`,
    open,
    stat({ digest }): Promise<BlobState> {
      const bytes = made.get(digest);
      const size = bytes === undefined ? sizes.get(digest) : Buffer.byteLength(bytes, 'base64');
      if (size !== undefined) return Promise.resolve({ state: 'held', size });
      return Promise.resolve({ state: 'absent', reason: absent.get(digest) ?? 'unknown' });
    },
    ingest: () => Promise.reject(new AirlockError('INTERNAL', 'The sources of a lock are only read.')),
    roots: () =>
      Promise.resolve(
        lock.items.flatMap(({ reference, root }) =>
          root === undefined ? [] : [{ name: reference, descriptor: root }],
        ),
      ),
    inReadingOrder: (blobs) => inReadingOrder(blobs, places),
    async close() {
      for (const opening of archives.values()) {
        const archive = await opening.catch(() => 'plain' as const);
        if (archive !== 'plain') await archive.close();
      }
    },
  };
}

/** Follows every item through the lock's manifests; what `from` says of a blob comes before what its items say. */
function findPlaces(lock: Lock, base: string): ReadonlyMap<Digest, readonly Place[]> {
  const places = new Map<Digest, Map<string, Place>>();
  const add = (digest: Digest, place: Place): void => {
    const known = places.get(digest) ?? new Map<string, Place>();
    if (known.size < MAX_PLACES) known.set(JSON.stringify(place), place);
    places.set(digest, known);
  };
  for (const { digest, from } of lock.blobs) {
    if (from === undefined) continue;
    const location = parseLocation(from);
    if (location === undefined)
      throw new AirlockError('LOCK_INVALID', `The lock says ${JSON.stringify(from)} of where a blob lies.`);
    add(
      digest,
      location.in === 'web'
        ? { ...location, secretQuery: undefined }
        : { ...location, path: fromLockPath(base, location.path) },
    );
  }
  for (const item of lock.items)
    for (const blob of blobsOf(item, lock)) {
      const place = placeOf(item, blob, base);
      if (place !== undefined) add(blob.digest, place);
    }
  return new Map([...places].map(([digest, found]) => [digest, [...found.values()]]));
}

/** Every descriptor below an item and what is attached to it that is no manifest of the lock. */
function blobsOf(item: LockItem, lock: Lock): readonly Descriptor[] {
  const seen = new Set<Digest>();
  const blobs: Descriptor[] = [];
  const todo = [
    ...(item.root === undefined ? [] : [item.root]),
    ...(item.attached ?? []).map(({ root }) => root),
  ];
  for (let descriptor = todo.pop(); descriptor !== undefined; descriptor = todo.pop()) {
    if (seen.has(descriptor.digest)) continue;
    seen.add(descriptor.digest);
    const bytes = lock.manifests[descriptor.digest];
    if (bytes === undefined) blobs.push(descriptor);
    else if (isFollowed(descriptor.mediaType))
      todo.push(
        ...childrenOf(
          parseManifest(
            Buffer.from(bytes, 'base64'),
            descriptor.mediaType,
            `The lock’s manifest ${shortDigest(descriptor.digest)}`,
          ),
        ),
      );
  }
  return blobs;
}

const FOLLOWED: ReadonlySet<string> = new Set([
  MEDIA.ociIndex,
  MEDIA.ociManifest,
  MEDIA.dockerList,
  MEDIA.dockerManifest,
]);

function isFollowed(mediaType: string): boolean {
  return FOLLOWED.has(mediaType);
}

/** Undefined where nothing but `from` or the fetch store can tell. */
function placeOf({ source }: LockItem, blob: Descriptor, base: string): Place | undefined {
  const isProvenance = blob.mediaType === MEDIA.helmProvenance;
  switch (source.type) {
    case 'registry':
      return { in: 'registry', host: source.host, repository: source.repository };
    case 'path': {
      const path = fromLockPath(base, source.path);
      return { in: 'file', path: isProvenance ? `${path}.prov` : path };
    }
    case 'url':
    case 'chartRepository': {
      const secretQuery = source.type === 'url' ? source.secretQuery : undefined;
      return { in: 'web', url: isProvenance ? provenanceUrl(source.url) : source.url, secretQuery };
    }
    default:
      return undefined;
  }
}

function provenanceUrl(chart: string): string {
  const url = new URL(chart);
  url.pathname += '.prov';
  return url.href;
}

async function openArchive(path: string, signal: AbortSignal): Promise<CompressedArchive | 'plain'> {
  const { compressed } = await openTarStream(path, signal);
  if (!compressed) return 'plain';
  return createCompressedArchive(async () => (await openTarStream(path, signal)).bytes, path);
}

async function* readArchived(
  { path, offset }: Place & { readonly in: 'archive' },
  descriptor: Descriptor,
  wanted: OpenOptions,
  archiveAt: (path: string) => Promise<CompressedArchive | 'plain'>,
): ByteSource {
  const archive = await archiveAt(path);
  const from = offset + (wanted.offset ?? 0);
  const length = wanted.length ?? descriptor.size;
  const bytes =
    archive === 'plain'
      ? readFileBytes(path, { ...wanted, offset: from, length })
      : archive.read(from, length, wanted.signal);
  yield* watched(bytes, descriptor, wanted, path);
}

async function* readLocal(
  path: string,
  job: JobContext,
  descriptor: Descriptor,
  wanted: OpenOptions,
): ByteSource {
  const size = await sizeOf(path);
  if (size !== descriptor.size) {
    const { digest } = await hashFile(path, { ...job, ...wanted });
    throw changed(path, descriptor, digest);
  }
  // A file that grows from here on is read as far as it was locked.
  const range = { ...wanted, length: wanted.length ?? descriptor.size };
  yield* watched(readFileBytes(path, range), descriptor, wanted, path);
}

/** Hashes what is read whole: the taker would find other bytes too, but could not say that the file was changed. */
async function* watched(
  bytes: ByteSource,
  descriptor: Descriptor,
  wanted: OpenOptions,
  path: string,
): ByteSource {
  const whole = (wanted.offset ?? 0) === 0 && (wanted.length ?? descriptor.size) === descriptor.size;
  if (!whole) {
    yield* bytes;
    return;
  }
  const algorithm = algorithmOf(descriptor.digest);
  const hash = createHash(algorithm);
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `${algorithm}:${hash.digest('hex')}`;
  if (found !== descriptor.digest) throw changed(path, descriptor, found);
}

async function* readWeb(
  client: RegistryClient,
  place: Place & { readonly in: 'web' },
  job: JobContext,
  descriptor: Descriptor,
  wanted: OpenOptions,
): ByteSource {
  const offset = wanted.offset ?? 0;
  const { body, size } = await downloadSource(client, place, job, {
    offset,
    ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
  });
  if (offset === 0 && size !== undefined && size !== descriptor.size)
    throw new AirlockError(
      'SOURCE_CHANGED',
      `${publicUrl(place.url, place.secretQuery)} now has ${size} bytes; ${descriptor.size} with the digest ${descriptor.digest} were locked.`,
      { details: { expected: descriptor.digest, size } },
    );
  if (wanted.length === undefined) {
    yield* body;
    return;
  }
  let left = wanted.length;
  for await (const chunk of body) {
    yield chunk.byteLength > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

function inReadingOrder<T extends { readonly digest: Digest }>(
  blobs: readonly T[],
  places: ReadonlyMap<Digest, readonly Place[]>,
): readonly T[] {
  const archived = (blob: T) => {
    const [place] = places.get(blob.digest) ?? [];
    return place?.in === 'archive' ? place : undefined;
  };
  const inArchives = blobs.flatMap((blob) => {
    const place = archived(blob);
    return place === undefined ? [] : [{ blob, place }];
  });
  return [
    ...blobs.filter((blob) => archived(blob) === undefined),
    ...inArchives
      .toSorted(
        ({ place: one }, { place: other }) =>
          (one.path < other.path ? -1 : one.path > other.path ? 1 : 0) || one.offset - other.offset,
      )
      .map(({ blob }) => blob),
  ];
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw fileFailure(error, path);
  }
}

function changed(path: string, { digest }: Descriptor, found: string): AirlockError {
  return new AirlockError('SOURCE_CHANGED', `${path} has the digest ${found}; ${digest} was locked.`, {
    details: { path, expected: digest, found },
  });
}

/** Nobody but the fetch store had it: a daemon’s layer, or a download whose store was removed. */
function nowhere(descriptor: Descriptor, lock: Lock): AirlockError {
  const daemon = lock.items.find(
    (item) =>
      item.source.type === 'daemon' && blobsOf(item, lock).some(({ digest }) => digest === descriptor.digest),
  );
  return new AirlockError(
    'CONTENT_NOT_FOUND',
    daemon === undefined
      ? `The lock does not say where the blob ${descriptor.digest} lies.`
      : `The blob ${descriptor.digest} of ${daemon.reference} is no longer in the lock’s store.`,
    {
      remedy: 'Lock again, and keep the lock’s store beside it.',
      details: { digest: descriptor.digest },
    },
  );
}
