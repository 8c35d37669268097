import { array, assert, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createChunkedDecoder,
  endOfHead,
  parseResponseHead,
} from '../../../../electron/engine/registry/response-head.ts';

const parse = (...lines: readonly string[]) =>
  parseResponseHead(Buffer.from(lines.join('\r\n')), 'r.example');
const refused = expect.objectContaining({ code: 'PROTOCOL' }) as Error;

describe('the head of a response', () => {
  it('is found however it is cut', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody');
    const end = bytes.indexOf('body');
    for (let seen = 0; seen < end; seen += 1) {
      expect(endOfHead(bytes.subarray(0, seen), 0)).toBe(-1);
      expect(endOfHead(bytes, seen)).toBe(end);
    }
  });

  it('gives status, headers, length and whether the connection stays', () => {
    const head = parse('HTTP/1.1 200 OK', 'Content-Length: 12', 'X-A:  one ', 'x-a: two');
    expect(head).toMatchObject({
      status: 200,
      framing: { kind: 'length', bytes: 12 },
      keepAlive: true,
    });
    expect(head.headers['x-a']).toEqual(['one', 'two']);
    expect(parse('HTTP/1.0 200 OK').keepAlive).toBe(false);
    expect(parse('HTTP/1.1 200 OK', 'Connection: Close').keepAlive).toBe(false);
    expect(parse('HTTP/1.1 200 OK').framing).toEqual({ kind: 'close' });
    expect(parse('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked').framing).toEqual({ kind: 'chunked' });
    expect(parse('HTTP/1.1 204 No Content').framing).toEqual({ kind: 'length', bytes: 0 });
    expect(parse('HTTP/1.1 200', 'Content-Length: 3, 3').framing).toEqual({ kind: 'length', bytes: 3 });
  });

  it.each([
    ['no status line', ['SSH-2.0-OpenSSH_9.2']],
    ['another version', ['HTTP/2 200']],
    ['two lengths', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2']],
    ['a length beside chunks', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['a length that is none', ['HTTP/1.1 200 OK', 'Content-Length: -1']],
    ['another coding', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked']],
    ['a folded field', ['HTTP/1.1 200 OK', 'A: b', ' c: d']],
    ['a blank in a name', ['HTTP/1.1 200 OK', 'Content-Length : 1']],
    ['no colon', ['HTTP/1.1 200 OK', 'nonsense']],
  ])('is refused with %s', (_, lines) => {
    expect(() => parse(...lines)).toThrow(refused);
  });
});

describe('a chunked body', () => {
  const decodeAll = (pieces: readonly Uint8Array[]) => {
    const decoder = createChunkedDecoder('r.example');
    const read = pieces.flatMap((piece) => [...decoder.decode(piece)].map((part) => Buffer.from(part)));
    return { bytes: Buffer.concat(read), ended: decoder.ended };
  };

  it('gives the same bytes however it is cut', () => {
    assert(
      property(
        array(uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
        array(nat(30), { maxLength: 40 }),
        (chunks, cuts) => {
          const framed = Buffer.concat([
            ...chunks.flatMap((chunk) => [
              Buffer.from(`${chunk.byteLength.toString(16)};ext=1\r\n`),
              chunk,
              Buffer.from('\r\n'),
            ]),
            Buffer.from('0\r\nTrailer: x\r\n\r\n'),
          ]);
          const pieces: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            pieces.push(framed.subarray(at, at + cut));
            at = Math.min(framed.byteLength, at + cut);
          }
          pieces.push(framed.subarray(at));
          const { bytes, ended } = decodeAll(pieces);
          expect(bytes.equals(Buffer.concat(chunks))).toBe(true);
          expect(ended).toBe(true);
        },
      ),
    );
  });

  it('has not ended where its last chunk is missing', () => {
    expect(decodeAll([Buffer.from('3\r\nabc\r\n')]).ended).toBe(false);
  });

  it.each(['xyz\r\n', '3\r\nabcd\r\n', '-1\r\n', '0\r\n\r\nmore', '0'.repeat(9000)])(
    'is refused where it is %j',
    (text) => {
      expect(() => decodeAll([Buffer.from(text)])).toThrow(refused);
    },
  );
});
