// Fingerprints: the words must come out alike wherever they are made (FORMAT §6).
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../electron/engine/trust/fingerprint.ts';

describe('a fingerprint', () => {
  it('is eight words of eleven bits each, from the left', () => {
    expect(fingerprintOf('0'.repeat(64)).words).toBe(Array(8).fill('abandon').join(' '));
    expect(fingerprintOf('f'.repeat(64)).words).toBe(Array(8).fill('zoo').join(' '));
    // 00000000001 00000000010 00000000011 …: the second, third, fourth word of the list and so on.
    const bits = Array.from({ length: 8 }, (_, number) => (number + 1).toString(2).padStart(11, '0')).join(
      '',
    );
    const hex = BigInt(`0b${bits}`).toString(16).padStart(22, '0').padEnd(64, '0');
    expect(fingerprintOf(hex).words).toBe('ability able about above absent absorb abstract absurd');
  });

  it('keeps the whole sum as hex', () => {
    expect(fingerprintOf('ab'.repeat(32)).hex).toBe('ab'.repeat(32));
  });
});
