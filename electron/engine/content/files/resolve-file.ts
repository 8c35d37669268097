// Resolves one file of a transfer list: its digest, who stated it, and the artifact that carries it (FORMAT §1–§3).
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import type { LockItem, LockSource, Stated } from '../../../../shared/format/lock.ts';
import type { FileEntry, ResolveContext, Resolved, Resolver } from '../index.ts';
import { parseChecksums } from './checksum-file.ts';
import { atEntry } from './entry-error.ts';
import { fileArtifact } from './file-artifact.ts';
import { entryPath, toLockPath } from './local-path.ts';
import { hashFile } from './read-file.ts';
import { downloadSource, headSource, publicUrl, readDocument } from './web-source.ts';

const CHECKSUM_LIMIT_BYTES = 4 * 1024 * 1024;

/** What makers say, all of it to be checked, and the one of them that the lock names. */
interface Statement {
  readonly stated: Stated;
  readonly sha256: readonly string[];
  readonly sha512: readonly string[];
  readonly notes: readonly string[];
}

interface Sums {
  readonly digest: Digest;
  readonly sha512: string | undefined;
  readonly size: number;
}

/**
 * A local file is hashed where it lies. A file of the web is read into the fetch store, unless its sha256 is stated and
 * HEAD tells its size, or the lock is made with --no-fetch and leaves it unpinned.
 * Throws DIGEST_MISMATCH where a maker stated another digest, SOURCE_CHANGED, FILE_NOT_FOUND, CHECKSUM_UNUSABLE, SECRET_MISSING.
 */
export const resolveFile: Resolver<FileEntry> = async (entry, context) => {
  try {
    const statement = await readStatement(entry, context);
    return [
      entry.from === 'path'
        ? await resolveLocal(entry, statement, context)
        : await resolveRemote(entry, statement, context),
    ];
  } catch (error) {
    throw atEntry(entry.at, error);
  }
};

async function resolveLocal(
  entry: FileEntry & { readonly from: 'path' },
  statement: Statement,
  context: ResolveContext,
): Promise<Resolved> {
  const path = entryPath(entry.base, entry.path);
  const sums = await hashFile(path, context.job, { sha512: statement.sha512.length > 0 });
  refuseUnlessStated(sums, statement, path);
  const source = { type: 'path', path: toLockPath(context.lockBase, entry.base, entry.path) } as const;
  return pinned(entry, source, sums, statement);
}

async function resolveRemote(
  entry: FileEntry & { readonly from: 'url' },
  statement: Statement,
  context: ResolveContext,
): Promise<Resolved> {
  const { client, job, store } = context;
  const url = publicUrl(entry.url, entry.secretQuery);
  const sourceOf = (etag: string | undefined): LockSource => ({
    type: 'url',
    url,
    ...(entry.secretQuery === undefined ? {} : { secretQuery: entry.secretQuery }),
    ...(etag === undefined ? {} : { etag }),
  });
  const [sha256] = statement.sha256;
  if (sha256 !== undefined || context.noFetch) {
    const head = await headSource(client, entry, job);
    // A sha512 beside it can only be held against the bytes.
    if (sha256 !== undefined && statement.sha512.length === 0 && head?.size !== undefined) {
      // Each stated sha256 must be the same one; the bytes themselves are checked when pack reads them.
      refuseUnlessStated(
        { digest: `sha256:${sha256}` as Digest, sha512: undefined, size: head.size },
        statement,
        url,
      );
      const sums = { digest: `sha256:${sha256}` as Digest, sha512: undefined, size: head.size };
      return pinned(entry, sourceOf(head.etag), sums, statement);
    }
    if (context.noFetch) {
      const unpinned = { url, size: head?.size ?? null, etag: head?.etag ?? null };
      const item = { ...itemOf(entry, sourceOf(head?.etag), statement), unpinned };
      return { item, manifests: new Map(), blobs: [], absent: [], notes: statement.notes };
    }
  }
  const download = await downloadSource(client, entry, job);
  const sums = await store.keep(download.body, {
    signal: job.signal,
    ...(download.size === undefined ? {} : { expectedSize: download.size }),
    check: (found) => refuseUnlessStated(found, statement, url),
  });
  return pinned(entry, sourceOf(download.etag), sums, statement);
}

function itemOf(entry: FileEntry, source: LockSource, statement: Statement): LockItem {
  return {
    kind: 'file',
    reference: entry.as,
    source,
    madeByAirlock: true,
    stated: statement.stated,
    ...(entry.executable ? { executable: true } : {}),
  };
}

function pinned(entry: FileEntry, source: LockSource, sums: Sums, statement: Statement): Resolved {
  const { root, manifests } = fileArtifact({ as: entry.as, executable: entry.executable, ...sums });
  return {
    item: { ...itemOf(entry, source, statement), root },
    manifests,
    blobs: [{ digest: sums.digest, size: sums.size }],
    absent: [],
    notes: statement.notes,
  };
}

async function readStatement(entry: FileEntry, context: ResolveContext): Promise<Statement> {
  const own = { sha256: entry.sha256?.toLowerCase(), sha512: entry.sha512?.toLowerCase() };
  const notes: string[] = [];
  const published =
    entry.checksum === undefined ? undefined : await readChecksums(entry.checksum, entry, context);
  if (published !== undefined && published.sha256 === undefined && published.sha512 === undefined)
    notes.push(`${entry.as}: ${entry.checksum ?? ''} has only checksums that prove nothing (MD5 or SHA-1).`);
  const both = [own, published];
  const stated: Stated = isSum(own)
    ? { by: 'list', ...known(own) }
    : published !== undefined && isSum(published)
      ? { by: 'checksum', url: entry.checksum ?? '', ...known(published) }
      : { by: 'firstSeen' };
  return {
    stated,
    sha256: both.flatMap((sums) => sums?.sha256 ?? []),
    sha512: both.flatMap((sums) => sums?.sha512 ?? []),
    notes,
  };
}

interface OptionalSums {
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
}

function isSum(sums: OptionalSums): boolean {
  return sums.sha256 !== undefined || sums.sha512 !== undefined;
}

function known(sums: OptionalSums): { sha256?: string; sha512?: string } {
  return {
    ...(sums.sha256 === undefined ? {} : { sha256: sums.sha256 }),
    ...(sums.sha512 === undefined ? {} : { sha512: sums.sha512 }),
  };
}

async function readChecksums(url: string, entry: FileEntry, context: ResolveContext): Promise<OptionalSums> {
  const options = { limit: CHECKSUM_LIMIT_BYTES, signal: context.job.signal };
  const text = await readDocument(context.client, url, options).catch((error: unknown) => {
    throw isAirlockError(error, 'REFERENCE_NOT_FOUND')
      ? new AirlockError('REFERENCE_NOT_FOUND', `There is no checksum file at ${url}.`, { cause: error })
      : error;
  });
  return parseChecksums(Buffer.from(text).toString('utf8'), fileNameOf(entry), url);
}

/** What the file is called where its maker keeps it: checksum documents speak of that, not of `as`. */
function fileNameOf(entry: FileEntry): string {
  const path =
    entry.from === 'path' ? entry.path.replaceAll('\\', '/') : decodeURI(new URL(entry.url).pathname);
  return path.slice(path.lastIndexOf('/') + 1);
}

function refuseUnlessStated(found: Sums, statement: Statement, what: string): void {
  const wrong = (stated: string, has: string): AirlockError =>
    new AirlockError('DIGEST_MISMATCH', `${what} has the digest ${has}, but its maker states ${stated}.`, {
      details: { expected: stated, found: has },
      remedy: 'Find out which of the two is right before you use this file.',
    });
  for (const sha256 of statement.sha256)
    if (found.digest !== `sha256:${sha256}`) throw wrong(`sha256:${sha256}`, found.digest);
  for (const sha512 of statement.sha512)
    if (found.sha512 !== undefined && found.sha512 !== sha512)
      throw wrong(`sha512:${sha512}`, `sha512:${found.sha512}`);
}
