// A bundle's fingerprint: short enough to read out over a telephone (FORMAT §6).
import { createHash } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Fingerprint } from '../bundle/index.ts';

const WORDS = 8;
const BITS_PER_WORD = 11n;

/** sha256 of SHA256SUMS as hex, and its first 88 bits as eight words of the BIP-39 English list. */
export function fingerprintOf(sums: Uint8Array): Fingerprint {
  const hash = createHash('sha256').update(sums).digest();
  let bits = BigInt(`0x${hash.toString('hex', 0, 11)}`);
  const words: string[] = [];
  for (let count = 0; count < WORDS; count += 1) {
    words.unshift(wordlist[Number(bits % (1n << BITS_PER_WORD))] ?? '');
    bits >>= BITS_PER_WORD;
  }
  return { hex: hash.toString('hex'), words: words.join(' ') };
}
