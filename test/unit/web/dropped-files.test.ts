import { basename, posix, win32 } from 'node:path';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeName } from '../../../electron/web/dropped-files.ts';

describe('the name of a dropped file', () => {
  it.each([
    ['images.txt', 'images.txt'],
    ['coder 2.1.tgz', 'coder 2.1.tgz'],
    ['räumliste.yaml', 'räumliste.yaml'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\a\\list.yaml', 'list.yaml'],
    ['..', 'file'],
    ['', 'file'],
    ['.npmrc', 'npmrc'],
    ['a\0b\n.tar', 'ab.tar'],
    ['invoice\u202Etxt.exe', 'invoicetxt.exe'],
    ['a:b|c?.yaml', 'a_b_c_.yaml'],
    ['NUL.txt', '_NUL.txt'],
    ['name. . ', 'name'],
    ['-rf', '-rf'],
  ])('%j becomes %j', (given, safe) => {
    expect(safeName(given)).toBe(safe);
  });

  it('keeps its ending where it is too long', () => {
    expect(safeName(`${'x'.repeat(400)}.tar.gz`)).toBe(`${'x'.repeat(193)}.tar.gz`);
    expect(Buffer.byteLength(safeName(`${'😀'.repeat(90)}.yaml`))).toBeLessThanOrEqual(200);
  });

  it('is a name, whatever was given: one part, not hidden, short, without anything that is not shown', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 400 }), (given) => {
        const safe = safeName(given);
        expect(safe).toBe(basename(safe));
        expect([posix.basename(safe), win32.basename(safe)]).toEqual([safe, safe]);
        expect(safe).toMatch(/^[^.\s\p{C}/\\:][^\p{C}/\\:]*$/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
        expect(safe.isWellFormed()).toBe(true);
      }),
    );
  });
});
