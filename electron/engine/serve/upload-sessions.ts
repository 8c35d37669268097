// Blob uploads on their way in: where each stands, its running hash, and the file that holds what came so far.
import { createHash, randomBytes } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithmOf, isDigest } from '../../../shared/domain/digest.ts';
import type { Digest, DigestAlgorithm } from '../../../shared/domain/digest.ts';
import { readFileBytes } from './file-source.ts';
import { createKeyedLock } from './keyed-lock.ts';

/** One write to the file takes this much at once; about twice as much of an upload is in memory. */
const BATCH_BYTES = 1024 * 1024;
/** An upload that nobody went on with for so long is dropped when the next one begins, or the server. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

export interface UploadSession {
  readonly id: string;
  readonly repository: string;
  readonly path: string;
  /** Bytes received and in the file: what a client may go on from. */
  readonly offset: number;
}

export interface UploadSessions {
  start(repository: string, algorithm: DigestAlgorithm): UploadSession;
  /** Also finds what an earlier run of the server had received. Undefined for another repository's session. */
  find(repository: string, id: string): Promise<UploadSession | undefined>;
  /** Runs work on a session when all earlier work on it has ended. */
  exclusively<T>(session: UploadSession, work: () => Promise<T>): Promise<T>;
  /** Appends. What arrived before the source failed stays and counts. */
  append(session: UploadSession, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** Cuts back to an earlier offset. */
  truncate(session: UploadSession, offset: number): Promise<void>;
  /** The digest of all bytes so far, in the algorithm of the digest that the client claims. Syncs the file. */
  digest(session: UploadSession, claimed: Digest): Promise<Digest>;
  /** Forgets the session; its file goes too unless it was moved away. Never throws. */
  end(session: UploadSession): Promise<void>;
  /** Removes what earlier runs left half made or abandoned. */
  sweep(): Promise<void>;
}

interface Session extends UploadSession {
  offset: number;
  readonly algorithm: DigestAlgorithm;
  /** When a client last had to do with it, milliseconds since the epoch. */
  used: number;
  /** Over the first `offset` bytes; undefined after a restart or a failed write, then the file is read again at the end. */
  hash: Hash | undefined;
}

const SESSION_ID = /^[0-9a-f]{32}\.[0-9a-f]{16}\.(?<algorithm>sha256|sha512)$/;

export function createUploadSessions(folder: string, now: () => number): UploadSessions {
  // The one used longest ago comes first.
  const sessions = new Map<string, Session>();
  const lock = createKeyedLock();
  // The public type is read-only: only this module moves an offset.
  const own = (session: UploadSession): Session => session as Session;
  const use = (session: Session): Session => {
    session.used = now();
    sessions.delete(session.id);
    sessions.set(session.id, session);
    return session;
  };
  const isAbandoned = ({ used }: Session) => now() - used > ABANDONED_MS;
  const end = async (session: UploadSession) => {
    sessions.delete(session.id);
    await rm(session.path, { force: true }).catch(() => undefined);
  };
  const dropAbandoned = async () => {
    for (const session of sessions.values()) {
      if (!isAbandoned(session)) return;
      // It may be in the middle of one very long request.
      await lock.run(session.id, () => (isAbandoned(session) ? end(session) : Promise.resolve()));
    }
  };
  return {
    start(repository, algorithm) {
      void dropAbandoned();
      const id = `${randomBytes(16).toString('hex')}.${repositoryMark(repository)}.${algorithm}`;
      const session: Session = {
        id,
        repository,
        path: join(folder, id),
        offset: 0,
        algorithm,
        used: 0,
        hash: createHash(algorithm),
      };
      return use(session);
    },
    async find(repository, id) {
      const algorithm = SESSION_ID.exec(id)?.groups?.['algorithm'];
      if (algorithm === undefined || id.split('.')[1] !== repositoryMark(repository)) return undefined;
      const known = sessions.get(id);
      if (known !== undefined) return use(known);
      const path = join(folder, id);
      const size = await stat(path).then(
        (found) => found.size,
        () => undefined,
      );
      if (size === undefined) return undefined;
      const session: Session = {
        id,
        repository,
        path,
        offset: size,
        algorithm: algorithm === 'sha512' ? 'sha512' : 'sha256',
        used: 0,
        hash: undefined,
      };
      // Two requests may have looked for it at once.
      return use(sessions.get(id) ?? session);
    },
    exclusively: (session, work) => lock.run(session.id, work),
    async append(session, source) {
      const file = await open(session.path, session.offset === 0 ? 'w' : 'r+');
      try {
        await appendBatches(own(session), file, source);
      } finally {
        own(session).used = now();
        await file.close();
      }
    },
    async truncate(session, offset) {
      const file = await open(session.path, 'r+');
      try {
        await file.truncate(offset);
      } finally {
        await file.close();
      }
      own(session).offset = offset;
      own(session).hash = undefined;
    },
    async digest(session, claimed) {
      const algorithm = algorithmOf(claimed);
      const { hash } = own(session);
      own(session).hash = undefined;
      const file = await open(session.path, session.offset === 0 ? 'w' : 'r+');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
      const whole =
        hash !== undefined && own(session).algorithm === algorithm
          ? hash
          : await hashFile(session.path, session.offset, algorithm);
      const digest = `${algorithm}:${whole.digest('hex')}`;
      if (!isDigest(digest)) throw new TypeError('a hash has another length than its algorithm');
      return digest;
    },
    end,
    async sweep() {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const age = await stat(path).then(
          (found) => now() - found.mtimeMs,
          () => 0,
        );
        // A file that is no session was cut off while it was made.
        if (!SESSION_ID.test(name) || age > ABANDONED_MS) await rm(path, { force: true, recursive: true });
      }
    },
  };
}

/** Writes one batch while the next one arrives, and hashes in between. Bounded to two batches. */
async function appendBatches(
  session: Session,
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    const [chunks, bytes] = [batch, batchBytes];
    batch = [];
    batchBytes = 0;
    await writing;
    if (bytes > 0) {
      writing = writeBatch(session, file, chunks, bytes);
      // Awaited with the next batch; a failure before that must not count as unhandled.
      writing.catch(() => undefined);
    }
  };
  try {
    for await (const chunk of source) {
      batch.push(chunk);
      batchBytes += chunk.byteLength;
      if (batchBytes >= BATCH_BYTES) await flush();
    }
  } finally {
    // Also where the client left: what it sent is kept, so that it can go on from there.
    await flush();
    await writing;
  }
}

async function writeBatch(
  session: Session,
  file: FileHandle,
  chunks: Uint8Array[],
  bytes: number,
): Promise<void> {
  const { hash, offset } = session;
  const write = writeAll(file, chunks, offset);
  // While the disk works.
  if (hash !== undefined) for (const chunk of chunks) hash.update(chunk);
  try {
    await write;
  } catch (error) {
    // The hash is ahead of the file now, and the file may hold a part of the batch.
    session.hash = undefined;
    await file.truncate(offset).catch(() => undefined);
    throw error;
  }
  session.offset = offset + bytes;
}

async function writeAll(file: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  const wanted = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === wanted) return;
  // A short write is how a full disk first shows; the rest, one by one, brings its error out.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  const last = await file.write(rest, 0, rest.byteLength, position + bytesWritten);
  if (last.bytesWritten !== rest.byteLength)
    throw Object.assign(new Error('no room left on device'), { code: 'ENOSPC' });
}

async function hashFile(path: string, size: number, algorithm: DigestAlgorithm): Promise<Hash> {
  const hash = createHash(algorithm);
  for await (const chunk of readFileBytes(path, size)) hash.update(chunk);
  return hash;
}

/** Ties a session's id to its repository without a second file. */
function repositoryMark(repository: string): string {
  return createHash('sha256').update(repository).digest('hex').slice(0, 16);
}
