// Takes blobs into an unfinished bundle: hashed as they pass, each once, named when the hash agreed.
import { createHash } from 'node:crypto';
import { algorithmOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BlobWriter } from '../oci/content-store.ts';
import { requireDigest, requireSize } from '../oci/digester.ts';
import type { SinkPool } from '../trust/sink-pool.ts';
import type { Blob, BlobShelf, ShelfSlot } from './blob-shelf.ts';
import { createCommitPoints } from './commit-points.ts';
import { fileFailure } from '../disk/file-failure.ts';
import type { JournalEntry, JournalWriter } from './work-folder.ts';

export interface BlobIntake {
  readonly held: ReadonlySet<Digest>;
  /** The blob with its size; throws INTERNAL for one that the plan does not have. */
  blob(digest: Digest): Blob;
  /** Null where the blob is there already, or another writer got it. */
  ingest(digest: Digest, signal: AbortSignal | undefined): Promise<BlobWriter | null>;
  /** Takes a whole file by renaming it; false where its bytes must be written. */
  adopt(digest: Digest, path: string): Promise<boolean>;
  /** Hex. */
  sha256Of(digest: Digest): string;
  /** Resolves when all that is held is on the medium. */
  flush(): Promise<void>;
}

export function createBlobIntake(options: {
  readonly label: string;
  readonly place: string;
  readonly blobs: readonly Blob[];
  readonly shelf: BlobShelf;
  readonly journal: JournalWriter;
  readonly kept: readonly JournalEntry[];
  /** Threads for the large blobs, where there is enough to do for them. */
  readonly sinks: SinkPool | undefined;
}): BlobIntake {
  const { label, place, shelf, journal } = options;
  const sizes = new Map(options.blobs.map(({ digest, size }) => [digest, size]));
  const held = new Set<Digest>();
  const sha256 = new Map<Digest, string>();
  const underWay = new Map<Digest, Promise<void>>();

  const blob = (digest: Digest): Blob => {
    const size = sizes.get(digest);
    if (size === undefined)
      throw new AirlockError('INTERNAL', `The lock of ${label} does not name ${digest}.`);
    return { digest, size };
  };
  const commits = createCommitPoints<JournalEntry>(async (entries) => {
    await shelf.sync(entries.map((entry) => blob(entry.blob)));
    await journal.append(entries);
  });
  const remember = (entry: JournalEntry): void => {
    held.add(entry.blob);
    if (entry.sha256 !== undefined) sha256.set(entry.blob, entry.sha256);
  };
  options.kept.forEach(remember);

  const finish = (digest: Digest, hex?: string): void => {
    const entry = { blob: digest, ...(hex === undefined ? {} : { sha256: hex }) };
    remember(entry);
    commits.add(entry, blob(digest).size);
  };

  const writerFor = (taken: Blob, slot: ShelfSlot, hashed: HashedSlot, ended: () => void): BlobWriter => {
    let bytes = 0;
    let open = true;
    let hexes: Promise<readonly string[]> | undefined;
    const endHash = () => (hexes ??= hashed.end());
    const drop = async () => {
      if (!open) return;
      open = false;
      await endHash().catch(() => undefined);
      await slot.drop();
      ended();
    };
    return {
      async write(chunk) {
        const position = bytes;
        bytes += chunk.byteLength;
        if (bytes > taken.size) requireSize(taken, bytes, label);
        await hashed
          .write(chunk, position)
          .catch((error: unknown) => Promise.reject(fileFailure(error, place)));
      },
      async commit() {
        try {
          requireSize(taken, bytes, label);
          const [own = '', sha256Hex] = await endHash();
          requireDigest(taken, own, label);
          await slot.name();
          open = false;
          finish(taken.digest, sha256Hex);
        } catch (error) {
          await drop();
          throw fileFailure(error, place);
        } finally {
          ended();
        }
      },
      abort: drop,
    };
  };

  /** True where the caller is the one who brings the blob; it calls `ended` then. */
  const claim = async (
    digest: Digest,
    signal: AbortSignal | undefined,
  ): Promise<(() => void) | undefined> => {
    for (;;) {
      signal?.throwIfAborted();
      if (held.has(digest)) return undefined;
      const other = underWay.get(digest);
      if (other === undefined) break;
      await other;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.set(digest, promise);
    return () => {
      underWay.delete(digest);
      resolve();
    };
  };

  return {
    held,
    blob,
    async ingest(digest, signal) {
      const taken = blob(digest);
      const ended = await claim(digest, signal);
      if (ended === undefined) return null;
      try {
        const slot = await shelf.begin(taken);
        const hashed = await hashedSlot(slot, taken, options.sinks).catch(async (error: unknown) => {
          await slot.drop();
          throw error;
        });
        return writerFor(taken, slot, hashed, ended);
      } catch (error) {
        ended();
        throw fileFailure(error, place);
      }
    },
    async adopt(digest, path) {
      const taken = blob(digest);
      if (algorithmOf(digest) !== 'sha256') return false;
      const ended = await claim(digest, undefined);
      if (ended === undefined) return false;
      try {
        const moved = await shelf.adopt(taken, path);
        if (moved) finish(digest);
        return moved;
      } catch (error) {
        throw fileFailure(error, place);
      } finally {
        ended();
      }
    },
    sha256Of(digest) {
      const hex = sha256.get(digest);
      if (hex === undefined) throw new AirlockError('INTERNAL', `${label} has no sha256 of ${digest}.`);
      return hex;
    },
    flush: () => commits.flush(),
  };
}

/** A slot that hashes what it writes. */
interface HashedSlot {
  write(chunk: Uint8Array, position: number): Promise<void>;
  /** The digest's own hex, and the sha256 that SHA256SUMS needs where another algorithm names the blob. */
  end(): Promise<readonly string[]>;
}

/** A message to a thread costs as much as hashing some tens of KiB. */
const WORTH_A_THREAD_BYTES = 1024 * 1024;

async function hashedSlot(slot: ShelfSlot, blob: Blob, sinks: SinkPool | undefined): Promise<HashedSlot> {
  const algorithms = [...new Set([algorithmOf(blob.digest), 'sha256' as const])];
  if (sinks !== undefined && blob.size >= WORTH_A_THREAD_BYTES) {
    const sink = await sinks.begin(algorithms, blob.size);
    return {
      write: (chunk, position) => sink.write(chunk, slot.fd, slot.base + position),
      end: () => sink.end(),
    };
  }
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  return {
    async write(chunk, position) {
      // Hashed while the write runs in its own thread; neither copies the chunk.
      const written = slot.write(chunk, position);
      for (const hash of hashes) hash.update(chunk);
      await written;
    },
    end: () => Promise.resolve(hashes.map((hash) => hash.digest('hex'))),
  };
}
