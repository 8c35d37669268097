import { assert, integer, property, stringMatching, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, pageOf } from '../../../electron/engine/serve/paging.ts';

const page = (names: readonly string[], query = '') =>
  pageOf(names, new URLSearchParams(query), '/v2/app/tags/list');

describe('a page of names', () => {
  it('is sorted whatever order they come in, letters of both cases together', () => {
    expect(page(['v2', 'B', 'a', 'A', 'v10']).entries).toEqual(['A', 'a', 'B', 'v10', 'v2']);
  });

  it('holds everything and no link without n', () => {
    expect(page(['b', 'a'])).toEqual({ entries: ['a', 'b'], link: undefined });
  });

  it('links to the next one while there is more', () => {
    expect(page(['a', 'b', 'c'], 'n=2')).toEqual({
      entries: ['a', 'b'],
      link: '</v2/app/tags/list?n=2&last=b>; rel="next"',
    });
    expect(page(['a', 'b', 'c'], 'n=2&last=b')).toEqual({ entries: ['c'], link: undefined });
    expect(page(['a', 'b', 'c'], 'n=3').link).toBeUndefined();
  });

  it('begins after last, also where last is no entry', () => {
    expect(page(['a', 'c', 'e'], 'last=b').entries).toEqual(['c', 'e']);
  });

  it('is empty and has no link for n=0', () => {
    expect(page(['a'], 'n=0')).toEqual({ entries: [], link: undefined });
  });

  it.each(['n=-1', 'n=x', 'n=1.5', 'n='])('refuses %s', (query) => {
    expect(() => page(['a'], query)).toThrow(/n is the number/);
  });

  it('escapes what a name brings into the link', () => {
    expect(page(['a+b&c', 'd'], 'n=1').link).toBe('</v2/app/tags/list?n=1&last=a%2Bb%26c>; rel="next"');
  });

  it('gives every name once when its links are followed', () => {
    const tag = stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,5}$/);
    assert(
      property(uniqueArray(tag, { maxLength: 30 }), integer({ min: 1, max: 7 }), (names, n) => {
        const seen: string[] = [];
        for (let query: string | undefined = `n=${n}`; query !== undefined;) {
          const { entries, link } = page(names, query);
          seen.push(...entries);
          query = link === undefined ? undefined : /\?(.*)>/.exec(link)?.[1];
        }
        expect(seen).toEqual(names.toSorted(compareNames));
      }),
    );
  });
});
