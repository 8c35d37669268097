// The grammar of SHA256SUMS: what sha256sum would let pass is damage here (FORMAT §4).
import { describe, expect, it } from 'vitest';
import { formatSums, parseSums } from '../../../electron/engine/bundle/sums.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';

const hex = 'a'.repeat(64);
const parse = (text: string) => parseSums(Buffer.from(text, 'latin1'));

describe('SHA256SUMS', () => {
  it('reads back what was written, bytewise by path', () => {
    const blobs = [{ digest: digestOf('a') }, { digest: digestOf('b', 'sha512') }];
    const front = new Map(
      ['oci-layout', 'index.json', 'airlock.json', 'README.txt'].map((path) => [path, hex]),
    );
    const bytes = formatSums(front, blobs, () => 'b'.repeat(64));
    const parsed = parseSums(bytes);
    expect('sums' in parsed && [...parsed.sums.keys()]).toEqual([
      'README.txt',
      'airlock.json',
      `blobs/sha256/${blobs[0]?.digest.slice(7)}`,
      `blobs/sha512/${blobs[1]?.digest.slice(7)}`,
      'index.json',
      'oci-layout',
    ]);
  });

  it.each([
    ['CR LF', `${hex}  a\n${hex}  b\r\n`, 2, 'CR LF'],
    ['a comment', `# sums\n${hex}  a\n`, 1, 'is not'],
    ['a BSD line', `SHA256 (a) = ${hex}\n`, 1, 'is not'],
    ['the binary mark', `${hex} *a\n`, 1, 'is not'],
    ['one blank', `${hex} a\n`, 1, 'is not'],
    ['upper case', `${'A'.repeat(64)}  a\n`, 1, 'is not'],
    ['an empty line', `${hex}  a\n\n`, 2, 'is not'],
    ['a blank in a path', `${hex}  a b\n`, 1, 'is not'],
    ['a backslash', `${hex}  a\\b\n`, 1, 'is not'],
    ['no line feed at the end', `${hex}  a`, 1, 'no line feed'],
    ['an absolute path', `${hex}  /a\n`, 1, 'leads elsewhere'],
    ['a parent folder', `${hex}  a/../b\n`, 1, 'leads elsewhere'],
    ['this folder', `${hex}  ./a\n`, 1, 'leads elsewhere'],
    ['an empty part', `${hex}  a//b\n`, 1, 'leads elsewhere'],
    ['a path twice', `${hex}  a\n${hex}  a\n`, 2, 'second time'],
    ['another order', `${hex}  b\n${hex}  a\n`, 2, 'bytewise order'],
  ])('refuses %s by its line', (_what, text, line, why) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ line, why: expect.stringContaining(why) as string });
  });
});
