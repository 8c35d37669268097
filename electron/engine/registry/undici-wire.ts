// Every request but direct GETs: uploads, manifests, HEADs, and all that goes through a proxy.
import type { Readable } from 'node:stream';
import type tls from 'node:tls';
import { Agent, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { networkFailure } from './failures.ts';
import type { ProxyChoice } from './proxy.ts';
import { createStallWatchdog } from './stall-watchdog.ts';
import type { StallWatchdog } from './stall-watchdog.ts';
import type { Wire, WireBody, WireRequest } from './wire.ts';

/** Registries put a large upload together before they answer: the answer to a body may take this many stalls. */
const ANSWER_TO_BODY = 15;
/** Bytes in memory go out in such pieces, so that a slow link that moves is not taken for one that stands. */
const PIECE_BYTES = 64 * 1024;
/** A dropped body this short is read to its end; a longer one ends its connection. */
const DROPPED_BYTES = 16 * 1024;
/** Below this a socket may keep a chunk without saying so, and lent memory must not be kept. */
const KEPT_BYTES = 128 * 1024;

export interface UndiciWireOptions {
  readonly stallMs: number;
  readonly contextOf: (url: URL) => tls.SecureContext;
  readonly proxyOf: (url: URL) => ProxyChoice | undefined;
  readonly connectFailure: (error: unknown, url: URL) => Promise<AirlockError>;
}

export interface UndiciWire {
  readonly send: Wire;
  close(): Promise<void>;
}

export function createUndiciWire(options: UndiciWireOptions): UndiciWire {
  const dispatchers = new Map<string, Dispatcher>();

  function dispatcherFor(url: URL): Dispatcher {
    let dispatcher = dispatchers.get(url.origin);
    if (dispatcher === undefined) {
      dispatcher = makeDispatcher(url, options);
      dispatchers.set(url.origin, dispatcher);
    }
    return dispatcher;
  }

  async function send(request: WireRequest): ReturnType<Wire> {
    const { url, signal } = request;
    signal.throwIfAborted();
    const dispatcher = dispatcherFor(url);
    const stalled = new AbortController();
    const watchdog = createStallWatchdog((error) => stalled.abort(error), url.host);
    const either = AbortSignal.any([signal, stalled.signal]);
    const size = request.body instanceof Uint8Array ? request.body.byteLength : request.body?.size;
    watchdog.arm(options.stallMs);
    try {
      const response = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        // undici ends the connection of every HEAD, for servers that answer with a body (undici#258). Such a server breaks the
        // next exchange, which is then repeated; all others would pay with a connection for each of a thousand HEADs.
        reset: false,
        headers: { ...request.headers, ...(size === undefined ? {} : { 'content-length': String(size) }) },
        // undici takes any async iterable (docs/api/Dispatcher.md, DispatchOptions); its types know streams alone.
        body:
          request.body === undefined
            ? null
            : (bodyOf(request.body, watchdog, options.stallMs) as unknown as Readable),
        signal: either,
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: watched(response.body, watchdog, options.stallMs, either, url.host),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AirlockError) throw error;
      throw await options.connectFailure(error, url);
    } finally {
      watchdog.disarm();
    }
  }

  return {
    send,
    async close() {
      const all = [...dispatchers.values()];
      dispatchers.clear();
      await Promise.allSettled(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function makeDispatcher(url: URL, options: UndiciWireOptions): Dispatcher {
  const tlsOptions = url.protocol === 'https:' ? { secureContext: options.contextOf(url) } : {};
  const connect = {
    ...tlsOptions,
    timeout: Math.min(options.stallMs, 30_000),
    allowH2: false,
    autoSelectFamily: true,
    // Node's 250 ms give up on slow links before the other side could answer.
    autoSelectFamilyAttemptTimeout: 2000,
  };
  const shared = {
    // The watchdog knows whose turn it is, these would not.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    maxHeaderSize: 64 * 1024,
  };
  const proxy = options.proxyOf(url);
  if (proxy === undefined) return new Agent({ ...shared, connect });
  const proxyUrl = new URL(proxy.url);
  return new ProxyAgent({
    ...shared,
    uri: proxyUrl.href,
    requestTls: connect,
    ...(proxyUrl.protocol === 'https:' ? { proxyTls: { secureContext: options.contextOf(proxyUrl) } } : {}),
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
  });
}

async function* bodyOf(
  body: NonNullable<WireRequest['body']>,
  watchdog: StallWatchdog,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.byteLength; at += PIECE_BYTES) {
      watchdog.arm(stallMs);
      yield body.subarray(at, at + PIECE_BYTES);
    }
  } else {
    watchdog.disarm();
    for await (const chunk of body.stream) {
      watchdog.arm(stallMs);
      yield chunk.byteLength < KEPT_BYTES ? Buffer.from(chunk) : chunk;
      watchdog.disarm();
    }
  }
  watchdog.arm(stallMs * ANSWER_TO_BODY);
}

function watched(
  body: Dispatcher.ResponseData['body'],
  watchdog: StallWatchdog,
  stallMs: number,
  signal: AbortSignal,
  host: string,
): WireBody {
  // Without a listener, an abort after the body was dropped would end the process.
  body.on('error', () => undefined);
  async function* read(): AsyncGenerator<Uint8Array, undefined> {
    const chunks = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        watchdog.arm(stallMs);
        const next = (await chunks.next()) as IteratorResult<Uint8Array, undefined>;
        watchdog.disarm();
        if (next.done === true) return undefined;
        yield next.value;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw networkFailure(error, host);
    } finally {
      watchdog.disarm();
      body.destroy();
    }
  }
  return {
    [Symbol.asyncIterator]: read,
    // Ending a short answer early would cost its connection, and most answers dropped have no body at all.
    drop: () => void body.dump({ limit: DROPPED_BYTES, signal }).catch(() => undefined),
  };
}
