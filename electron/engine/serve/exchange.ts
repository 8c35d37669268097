// One request and its answer: who is waited for, what was counted, and the ways in which an answer goes out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Target } from './route.ts';

export interface ServeStats {
  requests: number;
  /** Bodies alone, without headers. */
  bytesSent: number;
  bytesReceived: number;
}

/** The client went away; nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

export interface Exchange {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly target: Target;
  readonly response: ServerResponse;
  /** Aborted when the client is gone, with a ClientGone. */
  readonly signal: AbortSignal;
  /** Whom the exchange waits for: a client that does nothing while it is its turn has stalled. */
  turn: 'client' | 'server';
  /** Bytes of the answer's body so far. */
  bytesSent: number;
  /** The request's body. Leaving it early keeps the connection for the answer. */
  readonly body: AsyncIterable<Uint8Array>;
  /** A short answer, whole. A HEAD gets its headers alone. */
  send(status: number, headers: Readonly<Record<string, string>>, body?: Uint8Array | string): void;
  /** Some bytes of a long answer. Resolves when their memory is free again; throws ClientGone. */
  write(bytes: Uint8Array): Promise<void>;
}

export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  stats: ServeStats,
): Exchange {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new ClientGone('The client closed the connection.')));
  const exchange: Exchange = {
    method: request.method ?? 'GET',
    headers: request.headers,
    target,
    response,
    signal: gone.signal,
    turn: 'server',
    bytesSent: 0,
    body: { [Symbol.asyncIterator]: () => readBody(request, exchange, stats) },
    send(status, headers, body) {
      response.writeHead(status, {
        ...headers,
        // A 204 and a 304 have no length, every other answer has one, so that connections are kept.
        ...(status === 204 || status === 304 ? {} : lengthOf(headers, body)),
      });
      exchange.turn = 'client';
      if (exchange.method === 'HEAD' || body === undefined) {
        response.end();
        return;
      }
      count(exchange, stats, Buffer.byteLength(body));
      response.end(body);
    },
    async write(bytes) {
      exchange.turn = 'client';
      await writeLent(response, bytes, gone.signal);
      exchange.turn = 'server';
      count(exchange, stats, bytes.byteLength);
    },
  };
  return exchange;
}

function lengthOf(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string | undefined,
): Record<string, string> {
  if (headers['Content-Length'] !== undefined) return {};
  return { 'Content-Length': String(body === undefined ? 0 : Buffer.byteLength(body)) };
}

function count(exchange: Exchange, stats: ServeStats, bytes: number): void {
  exchange.bytesSent += bytes;
  stats.bytesSent += bytes;
}

async function* readBody(
  request: IncomingMessage,
  exchange: Exchange,
  stats: ServeStats,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  exchange.turn = 'client';
  try {
    for await (const chunk of chunks) {
      exchange.turn = 'server';
      stats.bytesReceived += chunk.byteLength;
      yield chunk;
      exchange.turn = 'client';
    }
  } catch (error) {
    throw new ClientGone('The client closed the connection before its request was whole.', { cause: error });
  } finally {
    exchange.turn = 'server';
  }
}

/**
 * A chunk is lent until the socket is done with it, so the callback counts and not the return value. A connection that
 * closes may never call back.
 */
function writeLent(response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onGone = () => reject(signal.reason as Error);
    if (signal.aborted) {
      onGone();
      return;
    }
    signal.addEventListener('abort', onGone, { once: true });
    response.write(bytes, (error) => {
      signal.removeEventListener('abort', onGone);
      if (error) reject(new ClientGone('The client closed the connection.', { cause: error }));
      else resolve();
    });
  });
}
