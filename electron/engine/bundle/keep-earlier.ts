// Which blobs of an unfinished run may stay: what the journal counts by presence and size, all else by its hash.
import { createHash } from 'node:crypto';
import { algorithmOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { createDigester } from '../oci/digester.ts';
import type { Blob, BlobShelf } from './blob-shelf.ts';
import type { JournalEntry } from './work-folder.ts';

/**
 * Blobs that were named and not yet synced may have lost their bytes to a power cut; there are at most some seconds' worth, so
 * they are read and hashed. What does not agree loses its name.
 */
export async function keepEarlier(
  shelf: BlobShelf,
  blobs: readonly Blob[],
  journalled: ReadonlyMap<Digest, JournalEntry>,
  signal: AbortSignal,
): Promise<readonly JournalEntry[]> {
  const kept: JournalEntry[] = [];
  for (const blob of blobs) {
    signal.throwIfAborted();
    if (!(await shelf.has(blob))) continue;
    const entry = journalled.get(blob.digest) ?? (await hashed(shelf, blob, signal));
    if (entry === undefined) await shelf.discard(blob);
    else kept.push(entry);
  }
  return kept;
}

async function hashed(shelf: BlobShelf, blob: Blob, signal: AbortSignal): Promise<JournalEntry | undefined> {
  const digester = createDigester(blob, 'unfinished bundle');
  const second = algorithmOf(blob.digest) === 'sha256' ? undefined : createHash('sha256');
  try {
    for await (const chunk of shelf.read(blob, 0, blob.size, signal)) {
      digester.update(chunk);
      second?.update(chunk);
    }
    digester.verify();
  } catch (error) {
    if (isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) return undefined;
    throw error;
  }
  return { blob: blob.digest, ...(second === undefined ? {} : { sha256: second.digest('hex') }) };
}
