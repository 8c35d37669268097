// Reads the head of an HTTP/1.1 response, and the framing of a chunked body, for connections that hold their own buffers (RFC 9112).
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { WireHeaders } from './wire.ts';

export const HEAD_LIMIT_BYTES = 64 * 1024;

export interface ResponseHead {
  readonly status: number;
  readonly headers: WireHeaders;
  /** How the body ends: after so many bytes, by its last chunk, or with the connection. */
  readonly framing:
    { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'close' };
  readonly keepAlive: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: |$)/;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Where the head ends in the bytes so far (after its empty line), or -1. `from` is where to go on looking. */
export function endOfHead(bytes: Buffer, from: number): number {
  const at = bytes.indexOf('\r\n\r\n', Math.max(0, from - 3), 'latin1');
  return at < 0 ? -1 : at + 4;
}

/** Throws PROTOCOL for anything that could be read in two ways: two lengths, a length beside chunks, folded fields. */
export function parseResponseHead(bytes: Buffer, host: string): ResponseHead {
  const refuse = (why: string) =>
    new AirlockError('PROTOCOL', `${host} answered with ${why}.`, { details: { host } });
  const lines = bytes.toString('latin1').split('\r\n');
  const status = STATUS_LINE.exec(lines[0] ?? '');
  if (status === null) throw refuse('something that is not HTTP');
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon <= 0 || !FIELD_NAME.test(name)) throw refuse('a header that is none');
    const value = line.slice(colon + 1).trim();
    const there = headers[name];
    if (there === undefined) headers[name] = value;
    else if (typeof there === 'string') headers[name] = [there, value];
    else there.push(value);
  }
  const code = Number(status[2]);
  const connection = tokens(headers['connection']);
  return {
    status: code,
    headers,
    framing: framingOf(code, headers, refuse),
    keepAlive: status[1] === '1' && !connection.includes('close'),
  };
}

function framingOf(
  status: number,
  headers: WireHeaders,
  refuse: (why: string) => AirlockError,
): ResponseHead['framing'] {
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 };
  const lengths = new Set(tokens(headers['content-length']));
  const codings = tokens(headers['transfer-encoding']);
  if (codings.length > 0) {
    if (lengths.size > 0) throw refuse('both a length and chunks');
    if (codings.length > 1 || codings[0] !== 'chunked') throw refuse(`the transfer coding ${codings.join()}`);
    return { kind: 'chunked' };
  }
  const [length] = lengths;
  if (length === undefined) return { kind: 'close' };
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw refuse('a Content-Length that is none');
  return { kind: 'length', bytes: Number(length) };
}

function tokens(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return (typeof value === 'string' ? value : value.join(','))
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
}

export interface ChunkedDecoder {
  /** The data within the bytes, as views of them. */
  decode(bytes: Uint8Array): Generator<Uint8Array>;
  /** True after the last chunk and its trailer. */
  readonly ended: boolean;
}

/** RFC 9112 §7.1. Throws PROTOCOL for framing that is none. */
export function createChunkedDecoder(host: string): ChunkedDecoder {
  let state: 'size' | 'data' | 'dataEnd' | 'trailer' | 'ended' = 'size';
  let line = '';
  let left = 0;
  const refuse = () =>
    new AirlockError('PROTOCOL', `${host} broke off its own chunks.`, { details: { host } });

  /** Takes bytes up to the next line feed into `line`; returns the position after them. */
  const readLine = (bytes: Uint8Array, from: number): { at: number; whole: boolean } => {
    const feed = bytes.indexOf(10, from);
    const end = feed < 0 ? bytes.byteLength : feed;
    line += Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1');
    if (line.length > 8192) throw refuse();
    return { at: feed < 0 ? end : feed + 1, whole: feed >= 0 };
  };

  return {
    get ended() {
      return state === 'ended';
    },
    *decode(bytes) {
      let at = 0;
      while (at < bytes.byteLength) {
        if (state === 'ended') throw refuse();
        if (state === 'data') {
          const end = Math.min(bytes.byteLength, at + left);
          left -= end - at;
          if (left === 0) state = 'dataEnd';
          yield bytes.subarray(at, end);
          at = end;
          continue;
        }
        const read = readLine(bytes, at);
        at = read.at;
        if (!read.whole) return;
        const text = line.replace(/\r$/, '');
        line = '';
        if (state === 'size') {
          const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(text)?.[1];
          if (size === undefined) throw refuse();
          left = Number.parseInt(size, 16);
          state = left === 0 ? 'trailer' : 'data';
        } else if (state === 'dataEnd') {
          if (text !== '') throw refuse();
          state = 'size';
        } else if (text === '') state = 'ended';
      }
    },
  };
}
