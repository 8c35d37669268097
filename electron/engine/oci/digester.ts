// Hashes and counts the bytes of one blob while they pass.
import { createHash } from 'node:crypto';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { algorithmOf, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest, DigestAlgorithm } from '../../../shared/domain/digest.ts';

/** What a descriptor says of its bytes. */
export interface Expected {
  readonly digest: Digest;
  readonly size: number;
}

export interface Digester {
  /** Bytes seen so far. */
  readonly bytes: number;
  /** Throws SIZE_MISMATCH as soon as there are more bytes than the descriptor has. */
  update(chunk: Uint8Array): void;
  /** Throws SIZE_MISMATCH or DIGEST_MISMATCH where the bytes are not the descriptor's. Call once. */
  verify(): void;
}

/** Checks a stream of bytes against a descriptor. `where` names the place in messages. */
export function createDigester(expected: Expected, where: string): Digester {
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
      requireSize(expected, bytes, where);
      requireDigest(expected, hash.digest('hex'), where);
    },
  };
}

/** Throws SIZE_MISMATCH where a blob ended early or went on too long. */
export function requireSize(expected: Expected, bytes: number, where: string): void {
  if (bytes > expected.size) throw tooMany(expected, where);
  if (bytes < expected.size)
    throw new AirlockError(
      'SIZE_MISMATCH',
      `${where}: blob ${shortDigest(expected.digest)} ended at byte ${bytes} of ${expected.size}.`,
      { details: { digest: expected.digest, expected: expected.size, found: bytes } },
    );
}

/** Throws DIGEST_MISMATCH where a hash, made with the digest's algorithm, is another. */
export function requireDigest(expected: Expected, hex: string, where: string): void {
  const found = `${algorithmOf(expected.digest)}:${hex}`;
  if (found !== expected.digest)
    throw new AirlockError(
      'DIGEST_MISMATCH',
      `${where}: blob ${shortDigest(expected.digest)} has other bytes than its digest says.`,
      { details: { expected: expected.digest, found } },
    );
}

function tooMany(expected: Expected, where: string): AirlockError {
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
