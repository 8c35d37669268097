// Hashes and counts the bytes of one blob while they pass.
import { createHash } from 'node:crypto';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { algorithmOf, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest, DigestAlgorithm } from '../../../shared/domain/digest.ts';

export interface Digester {
  /** Bytes seen so far. */
  readonly bytes: number;
  /** Throws SIZE_MISMATCH as soon as there are more bytes than the descriptor has. */
  update(chunk: Uint8Array): void;
  /** Throws SIZE_MISMATCH or DIGEST_MISMATCH where the bytes are not the descriptor's. Call once. */
  verify(): void;
}

/** Checks a stream of bytes against a descriptor. `where` names the place in messages. */
export function createDigester(
  expected: { readonly digest: Digest; readonly size: number },
  where: string,
): Digester {
  const hash = createHash(algorithmOf(expected.digest));
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    update(chunk) {
      bytes += chunk.byteLength;
      if (bytes > expected.size) throw tooMany(expected, where);
      hash.update(chunk);
    },
    verify() {
      if (bytes !== expected.size)
        throw new AirlockError(
          'SIZE_MISMATCH',
          `${where}: blob ${shortDigest(expected.digest)} ended at byte ${bytes} of ${expected.size}.`,
          { details: { digest: expected.digest, expected: expected.size, found: bytes } },
        );
      const found = `${algorithmOf(expected.digest)}:${hash.digest('hex')}`;
      if (found !== expected.digest)
        throw new AirlockError(
          'DIGEST_MISMATCH',
          `${where}: blob ${shortDigest(expected.digest)} has other bytes than its digest says.`,
          { details: { expected: expected.digest, found } },
        );
    },
  };
}

function tooMany(expected: { readonly digest: Digest; readonly size: number }, where: string): AirlockError {
  return new AirlockError(
    'SIZE_MISMATCH',
    `${where}: blob ${shortDigest(expected.digest)} has more than the ${expected.size} bytes it should have.`,
    { details: { digest: expected.digest, expected: expected.size } },
  );
}

/** The digest of bytes already in memory. */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}
