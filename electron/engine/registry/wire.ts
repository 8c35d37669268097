// What one HTTP request and its answer look like to this room, whichever transport carries them.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type WireHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WireRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes can be sent again, a stream cannot. A stream's chunks may be used again once the next one is asked for. */
  readonly body?: Uint8Array | { readonly stream: AsyncIterable<Uint8Array>; readonly size: number };
  readonly signal: AbortSignal;
}

/** Chunks are lent, as a ByteSource's are. Whoever gets a body reads it to its end or drops it. */
export interface WireBody extends AsyncIterable<Uint8Array> {
  drop(): void;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: WireHeaders;
  readonly body: WireBody;
}

/** Sends one request and follows nothing. Throws AirlockErrors of the network (failures.ts), or the signal's reason. */
export type Wire = (request: WireRequest) => Promise<WireResponse>;

/** The first value of a header. */
export function headerOf(headers: WireHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** All values of a header that may be sent several times. */
export function headersOf(headers: WireHeaders, name: string): readonly string[] {
  const value = headers[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Content-Length, where it is one. */
export function lengthOf(headers: WireHeaders): number | undefined {
  const text = headerOf(headers, 'content-length');
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** A whole body in memory of its own. Throws LIMIT_EXCEEDED above `limit` bytes. */
export async function readBody(body: WireBody, limit: number, what: string): Promise<Uint8Array> {
  const { bytes, cut } = await readUpTo(body, limit);
  if (cut)
    throw new AirlockError('LIMIT_EXCEEDED', `${what} has more than the ${limit} bytes it may have.`, {
      side: 'source',
      remedy: 'Check that the host is the right one; no honest answer is this large.',
    });
  return bytes;
}

/** At most the first `limit` bytes of a body; what is left is dropped. */
export async function readUpTo(
  body: WireBody,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const part = chunk.subarray(0, limit - size);
    parts.push(Buffer.from(part));
    size += part.byteLength;
    if (part.byteLength < chunk.byteLength) return { bytes: Buffer.concat(parts), cut: true };
  }
  return { bytes: Buffer.concat(parts), cut: false };
}

/** Reads a short body that nobody wants to its end, so that its connection can be used again. */
export async function discard(body: WireBody): Promise<void> {
  await readUpTo(body, 64 * 1024);
}
