// Holds numbers to the form in which people read them.
import { expect, it } from 'vitest';
import {
  formatAbout,
  formatBytes,
  formatCount,
  formatCountdown,
  formatDuration,
  formatPart,
  formatRate,
  formatShare,
  splitRate,
} from '../../../renderer/ui/quantities.ts';
import { splitReference } from '../../../renderer/ui/split-reference.ts';

it('Bytes have three digits and decimal units', () => {
  expect([0, 999, 1284, 22_600_000, 977_000_000, 999_600, 2_570_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.28 kB',
    '22.6 MB',
    '977 MB',
    '1.00 MB',
    '2.57 GB',
  ]);
  expect(formatRate(9_600_000)).toBe('9.60 MB/s');
  expect(splitRate(20_000_000)).toEqual({ unit: 'MB/s', scale: 1e6 });
});

it('A part and its whole share a unit where they have the same', () => {
  const of = (part: string, all: string) => `${part} of ${all}`;
  expect(formatPart(59_400_000, 97_400_000, of)).toBe('59.4 of 97.4 MB');
  expect(formatPart(428_000_000, 1_130_000_000, of)).toBe('428 MB of 1.13 GB');
  expect(formatPart(0, 97_400_000, of)).toBe('0 B of 97.4 MB');
});

it('What took time is told exactly, what will take time roughly', () => {
  expect([4.63, 59, 281, 4320].map(formatDuration)).toEqual(['4.6 s', '59 s', '4 min 41 s', '1 h 12 min']);
  expect([0, 0.004, 0.0996, 0.1].map(formatDuration)).toEqual(['1 ms', '4 ms', '100 ms', '0.1 s']);
  expect([46.2, 60, 21_600].map(formatCountdown)).toEqual(['0:47', '1:00', '6:00:00']);
  expect([3, 41, 170, 4000].map(formatAbout)).toEqual([
    'a few seconds',
    'about 50 s',
    'about 3 min',
    'about 1 h 7 min',
  ]);
});

it('100 % is said when all is done', () => {
  expect([0, 0.999, 1].map(formatShare)).toEqual(['0 %', '99 %', '100 %']);
  expect(formatCount(1, 'item')).toBe('1 item');
  expect(formatCount(12_000, 'entry', 'entries')).toBe('12,000 entries');
});

it('A reference comes apart into host and path, name, and tag or digest', () => {
  expect(splitReference('quay.io:443/plant/app:1.0')).toEqual({
    path: 'quay.io:443/plant/',
    name: 'app',
    tag: ':1.0',
  });
  expect(splitReference(`ghcr.io/a/b@sha256:${'0123456789ab'.repeat(5)}abcd`).tag).toBe(
    '@sha256:0123456789ab',
  );
  expect(splitReference('images.txt')).toEqual({ path: '', name: 'images.txt', tag: '' });
});
