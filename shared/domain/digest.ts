// Content digests: image-spec descriptor.md#digests. Airlock carries sha256 and sha512, other algorithms are refused by name.
import { z } from 'zod';

declare const brand: unique symbol;
/** `sha256:<64 hex>` or `sha512:<128 hex>`, lower case. */
export type Digest = string & { readonly [brand]: 'Digest' };

export type DigestAlgorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export const DigestSchema = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), {
  error: 'expected sha256:<64 hex> or sha512:<128 hex>',
});

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

export function hexOf(digest: Digest): string {
  return digest.slice(7);
}

/** First 12 hex, for people; never for a decision. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}

/** `blobs/<algorithm>/<hex>`: image-layout.md#blobs. */
export function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
}
