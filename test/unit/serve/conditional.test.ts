import { describe, expect, it } from 'vitest';
import { etagOf, isUnchanged, rangeOf } from '../../../electron/engine/serve/conditional.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';

const etag = etagOf(digestOf('x'));
const range = (text: string, size = 100, more: Record<string, string> = {}) =>
  rangeOf({ range: text, ...more }, etag, size);

describe('a range', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['Bytes= 5-6 ', { first: 5, last: 6 }],
  ])('%s is taken', (text, expected) => expect(range(text)).toEqual(expected));

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=20-10'])('%s cannot be satisfied', (text) =>
    expect(range(text)).toBe('unsatisfiable'),
  );

  it.each(['', 'bytes=-', 'bytes=0-1,5-6', 'pages=1-2', 'bytes=a-b', 'bytes 1-2'])(
    '%j is answered with the whole',
    (text) => expect(range(text)).toBeUndefined(),
  );

  it('of an empty blob cannot be satisfied', () => {
    expect(range('bytes=0-', 0)).toBe('unsatisfiable');
    expect(range('bytes=-5', 0)).toBe('unsatisfiable');
  });

  it('counts only while If-Range names the same bytes', () => {
    expect(range('bytes=1-2', 100, { 'if-range': etag })).toEqual({ first: 1, last: 2 });
    expect(range('bytes=1-2', 100, { 'if-range': `W/${etag}` })).toBeUndefined();
    expect(range('bytes=1-2', 100, { 'if-range': '"other"' })).toBeUndefined();
    expect(range('bytes=1-2', 100, { 'if-range': 'Wed, 21 Oct 2015 07:28:00 GMT' })).toBeUndefined();
  });
});

describe('If-None-Match', () => {
  it.each([etag, `W/${etag}`, '*', `"a", ${etag}`])('%s is met by the same bytes', (held) =>
    expect(isUnchanged({ 'if-none-match': held }, etag)).toBe(true),
  );

  it('is not met by other bytes, nor where it is missing', () => {
    expect(isUnchanged({ 'if-none-match': '"a"' }, etag)).toBe(false);
    expect(isUnchanged({}, etag)).toBe(false);
  });
});
