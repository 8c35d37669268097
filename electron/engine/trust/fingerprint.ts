// A bundle's fingerprint: short enough to read out over a telephone (FORMAT §6).
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Fingerprint } from '../bundle/index.ts';

const WORDS = 8;
const BITS_PER_WORD = 11;

/** `sha256` is that of SHA256SUMS, as hex; its first 88 bits are eight words of the BIP-39 English list. */
export function fingerprintOf(sha256: string): Fingerprint {
  let bits = BigInt(`0x${sha256.slice(0, (WORDS * BITS_PER_WORD) / 4)}`);
  const words: string[] = [];
  for (let count = 0; count < WORDS; count += 1) {
    words.unshift(wordlist[Number(bits % BigInt(2 ** BITS_PER_WORD))] ?? '');
    bits >>= BigInt(BITS_PER_WORD);
  }
  return { hex: sha256, words: words.join(' ') };
}
