// Remembers which stored bytes were hashed since the server began, so that a part of a blob can be answered on its own.
import pLimit from 'p-limit';
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { createDigester } from '../oci/digester.ts';
import type { ServedBlob } from './served.ts';

/** Whole blobs read at once only to hash them: more would only make a spinning or USB medium seek. */
const PARALLEL = 2;

export interface VerifiedBlobs {
  /** Hashes the blob unless its bytes were already found good. Throws DIGEST_MISMATCH or SIZE_MISMATCH. */
  ensure(blob: ServedBlob): Promise<void>;
  /** The blob's bytes passed the hash while they were sent. */
  markGood(blob: ServedBlob): void;
}

export function createVerifiedBlobs(): VerifiedBlobs {
  const good = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const limit = pLimit(PARALLEL);
  const hashWhole = async (blob: ServedBlob) => {
    const digester = createDigester(blob.descriptor, 'Stored content');
    for await (const chunk of blob.open()) digester.update(chunk);
    digester.verify();
    good.add(blob.identity);
  };
  return {
    async ensure(blob) {
      if (good.has(blob.identity)) return;
      // Kept going where the client leaves: others may wait for it, and the next one needs it anyway.
      const hashing =
        running.get(blob.identity) ??
        limit(() => hashWhole(blob)).finally(() => running.delete(blob.identity));
      running.set(blob.identity, hashing);
      await hashing;
    },
    markGood(blob) {
      good.add(blob.identity);
    },
  };
}

/** True for the two ways in which stored bytes are not what their digest says. */
export function isDamage(error: unknown): boolean {
  return isAirlockError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH', 'BUNDLE_DAMAGED', 'BLOB_MISSING');
}
