// Hashes a stretch of a file, synchronously: what a hash worker does all day, and the main thread for small bundles.
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { DigestAlgorithm } from '../../../shared/domain/digest.ts';

export interface HashJob {
  readonly file: string;
  readonly offset: number;
  readonly size: number;
  readonly algorithms: readonly DigestAlgorithm[];
}

/** One hex for each algorithm of the job. */
export type HashAnswer =
  | { readonly hex: readonly string[] }
  /** The file ends before the stretch does, or is none that may be read: a link, a folder, nothing. */
  | { readonly why: string }
  | { readonly errno: string; readonly message: string };

/** What fits a core's cache: larger reads are no faster. */
export const HASH_BUFFER_BYTES = 256 * 1024;

/**
 * Hashes one job, a read at a time: each step reads into `buffer`, which is reused, and yields how many bytes that were. Never
 * throws; no link is followed. Whoever ends it early lets its file be closed.
 */
export function* hashing(job: HashJob, buffer: Buffer): Generator<number, HashAnswer, undefined> {
  // Windows knows neither of the two; a pipe in place of a file would else be waited for without end.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let fd: number;
  try {
    fd = openSync(job.file, flags);
  } catch (error) {
    return failure(error);
  }
  try {
    if (!fstatSync(fd).isFile()) return { why: 'is no plain file' };
    const hashes = job.algorithms.map((algorithm) => createHash(algorithm));
    for (let done = 0; done < job.size;) {
      const found = readSync(fd, buffer, 0, Math.min(buffer.byteLength, job.size - done), job.offset + done);
      if (found === 0) return { why: `is truncated: it ends at byte ${done} of ${job.size}` };
      const piece = found === buffer.byteLength ? buffer : buffer.subarray(0, found);
      for (const hash of hashes) hash.update(piece);
      done += found;
      yield found;
    }
    return { hex: hashes.map((hash) => hash.digest('hex')) };
  } catch (error) {
    return failure(error);
  } finally {
    closeSync(fd);
  }
}

function failure(error: unknown): HashAnswer {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (errno === 'ENOENT') return { why: 'is missing' };
  if (errno === 'ELOOP' || errno === 'EMLINK') return { why: 'is a link, which no bundle has' };
  return { errno, message: error instanceof Error ? error.message : String(error) };
}
