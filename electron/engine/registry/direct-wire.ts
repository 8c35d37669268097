// GETs over connections that read into our own buffers: blobs and files, wherever no proxy lies between.
import type tls from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { connect, createSlabPool } from './direct-connection.ts';
import type { DirectConnection, DirectOrigin } from './direct-connection.ts';
import { networkFailure } from './failures.ts';
import type { Wire, WireRequest, WireResponse } from './wire.ts';

/** Routers forget a silent connection without telling either side; an older one is not trusted with a request. */
const IDLE_MS = 30_000;

export interface DirectWireOptions {
  readonly stallMs: number;
  /** Certificates for an https origin. */
  readonly contextOf: (url: URL) => tls.SecureContext;
  /** Maps a failure to connect, where more can be found out than its code. */
  readonly connectFailure: (error: unknown, url: URL) => Promise<AirlockError>;
}

export interface DirectWire {
  readonly send: Wire;
  close(): void;
}

interface Idle {
  readonly connection: DirectConnection;
  readonly since: number;
}

export function createDirectWire(options: DirectWireOptions): DirectWire {
  const pool = createSlabPool();
  const idle = new Map<string, Idle[]>();
  const sessions = new Map<string, { current: Buffer | undefined }>();
  const open = new Set<DirectConnection>();

  function takeIdle(origin: string): DirectConnection | undefined {
    const kept = idle.get(origin);
    for (let last = kept?.pop(); last !== undefined; last = kept?.pop()) {
      if (last.connection.usable && performance.now() - last.since < IDLE_MS) return last.connection;
      last.connection.destroy();
      open.delete(last.connection);
    }
    return undefined;
  }

  async function connectTo(url: URL, signal: AbortSignal): Promise<DirectConnection> {
    const secure = url.protocol === 'https:';
    const origin: DirectOrigin = {
      host: url.host,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      tls: secure ? { context: options.contextOf(url) } : undefined,
    };
    let session = sessions.get(url.origin);
    if (session === undefined) sessions.set(url.origin, (session = { current: undefined }));
    try {
      const connection = await connect(origin, {
        pool,
        stallMs: options.stallMs,
        signal,
        session,
        onIdle: (free) => {
          const kept = idle.get(url.origin) ?? [];
          idle.set(url.origin, kept);
          kept.push({ connection: free, since: performance.now() });
          free.setWaited(false);
        },
        onEnd: (dead) => open.delete(dead),
      });
      open.add(connection);
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      throw await options.connectFailure(error, url);
    }
  }

  async function send(request: WireRequest): Promise<WireResponse> {
    const { url, signal } = request;
    const head = headOf(request);
    for (;;) {
      signal.throwIfAborted();
      const kept = takeIdle(url.origin);
      const connection = kept ?? (await connectTo(url, signal));
      connection.setWaited(true);
      const onAbort = () => connection.destroy(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      const letGo = () => signal.removeEventListener('abort', onAbort);
      try {
        const answer = await connection.exchange(head);
        const body = connection.body(answer, letGo);
        return { status: answer.status, headers: answer.headers, body };
      } catch (error) {
        letGo();
        connection.destroy();
        signal.throwIfAborted();
        // The other side may close a connection that was kept just when it is used again; a GET may simply be sent anew.
        if (kept !== undefined && !connection.heard) continue;
        throw networkFailure(error, url.host);
      }
    }
  }

  return {
    send,
    close() {
      for (const connection of open) connection.destroy();
      open.clear();
      idle.clear();
    },
  };
}

function headOf(request: WireRequest): string {
  const { url } = request;
  const fields = Object.entries({ host: url.host, ...request.headers }).map(([name, value]) => {
    // A token that came over the network goes into a header here.
    if (/[\r\n\0]/.test(value))
      throw new AirlockError('PROTOCOL', `A header for ${url.host} would have a line break in it.`);
    return `${name}: ${value}\r\n`;
  });
  return `${request.method} ${url.pathname}${url.search} HTTP/1.1\r\n${fields.join('')}\r\n`;
}
