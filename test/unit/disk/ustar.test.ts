// Headers of the tar form, held against the format of POSIX and GNU tar.
import { describe, expect, it } from 'vitest';
import { tarHead, tarHeadBytes, tarSize } from '../../../electron/engine/disk/ustar.ts';

describe('a tar header', () => {
  it('is a ustar header with everything fixed but name and size', () => {
    const head = tarHead('airlock.json', 12_345);
    const field = (start: number, length: number) => head.toString('latin1', start, start + length);
    expect(head.byteLength).toBe(512);
    expect(field(0, 13)).toBe('airlock.json\0');
    expect(field(100, 8)).toBe('0000644\0');
    expect(field(108, 16)).toBe('0000000\u00000000000\0');
    expect(field(124, 12)).toBe('00000030071\0');
    expect(field(136, 12)).toBe('00000000000\0');
    expect(field(156, 1)).toBe('0');
    expect(field(257, 8)).toBe('ustar\u000000');
    expect(field(265, 64)).toBe('\0'.repeat(64));
    const sum = [...head.fill(' ', 148, 156)].reduce((total, byte) => total + byte, 0);
    expect(tarHead('airlock.json', 12_345).toString('latin1', 148, 156)).toBe(
      `${sum.toString(8).padStart(6, '0')}\0 `,
    );
  });

  it('states sizes from 8 GiB on in base 256', () => {
    const limit = 8 * 1024 ** 3;
    for (const size of [0, 1, limit - 1, limit, 3 * limit + 17, Number.MAX_SAFE_INTEGER])
      expect(tarSize(tarHead('a', size))).toBe(size);
    expect(tarHead('a', limit - 1).toString('latin1', 124, 136)).toBe('77777777777\0');
    expect([...tarHead('a', limit).subarray(124, 136)]).toEqual([0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
  });

  it('gives a path of over 100 bytes GNU’s long name', () => {
    const path = `blobs/sha512/${'a'.repeat(128)}`;
    const head = tarHead(path, 5);
    expect(head.byteLength).toBe(tarHeadBytes(path));
    expect(head.toString('latin1', 0, 13)).toBe('././@LongLink');
    expect(head.toString('latin1', 156, 157)).toBe('L');
    expect(head.toString('latin1', 512, 512 + path.length + 1)).toBe(`${path}\0`);
    expect(head.toString('latin1', 1024, 1124)).toBe(path.slice(0, 100));
  });

  it('knows no size in what it did not write', () => {
    expect(tarSize(Buffer.alloc(512))).toBeUndefined();
    expect(tarSize(Buffer.alloc(100))).toBeUndefined();
    const huge = tarHead('a', 8 * 1024 ** 3);
    huge.fill(0xff, 128, 136);
    expect(tarSize(huge)).toBeUndefined();
  });
});
