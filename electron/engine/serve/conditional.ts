// Conditional and partial requests: If-None-Match, Range and If-Range (RFC 9110 §13 and §14), for content named by digest.
import type { IncomingHttpHeaders } from 'node:http';
import type { Digest } from '../../../shared/domain/digest.ts';

/** Both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export function etagOf(digest: Digest): string {
  return `"${digest}"`;
}

/** True where the client has these bytes already: weak comparison, as If-None-Match asks for. */
export function isUnchanged(headers: IncomingHttpHeaders, etag: string): boolean {
  const held = headers['if-none-match'];
  if (held === undefined) return false;
  return held.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}

/**
 * The range a GET asks for: undefined for the whole, which is also the answer to several ranges, to a unit other than
 * bytes and to an If-Range that names other bytes. 'unsatisfiable' asks for a 416, also where the range ends before it
 * begins.
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  etag: string,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const found = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(headers.range ?? '');
  const [first, last] = [found?.[1] ?? '', found?.[2] ?? ''];
  if (found === null || (first === '' && last === '')) return undefined;
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || size === 0) return 'unsatisfiable';
    return { first: Math.max(0, size - suffix), last: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'unsatisfiable' : { first: start, last: end };
}
