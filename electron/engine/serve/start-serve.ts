// Puts a server on a port: bundles checked first, TLS where asked for, a watch on stalled clients, an orderly end.
import type { Server } from 'node:http';
import { isIP } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { createBundleGraph } from './bundle-graph.ts';
import type { CheckedBundle } from './bundle-graph.ts';
import { createBundleLibrary } from './bundle-library.ts';
import { createChartShelf } from './chart-shelf.ts';
import type { Exchange, ServeStats } from './exchange.ts';
import { createFileShelf } from './file-shelf.ts';
import { createRequestHandler } from './request-handler.ts';
import { createVerifiedBlobs } from './verified-blobs.ts';
import { openWritableStore } from './writable-store.ts';
import type { ServableBundle } from './served.ts';

export interface ServeOptions {
  readonly bundles: readonly ServableBundle[];
  /** An address or a name of this machine: `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array };
  /** The folder that takes pushes; made where it is not there. */
  readonly writable?: string;
  /** A client that neither sends nor takes a byte for this long (ms) is dropped. A whole request has no limit. */
  readonly stallMs: number;
  readonly signal?: AbortSignal;
  /** Called when a request has ended, however it ended. */
  readonly onRequest?: (entry: ServedRequest) => void;
  /** Warnings, one sentence each. */
  readonly onNotice?: (text: string) => void;
}

export interface ServedRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** False where the connection ended before the answer did. */
  readonly complete: boolean;
  readonly client: string;
}

export interface Serving {
  /** `http://127.0.0.1:5000`; of an address that stands for all of them, this machine's own loopback address. */
  readonly url: string;
  /** The same for every address it can be reached at. */
  readonly addresses: readonly string[];
  /** Live: the object counts on. */
  readonly stats: Readonly<ServeStats>;
  /** Takes no more requests, lets those under way end, and drops what is left after a few seconds. Bundles stay open. */
  close(): Promise<void>;
}

const HEADERS_MS = 60_000;
const HEADER_BYTES = 32 * 1024;
/** Longer than the pause between two requests of a client that hashes or asks its user; Go's clients keep 90 s. */
const KEEP_ALIVE_MS = 95_000;
const GRACE_MS = 5_000;

/**
 * Serves bundles, a writable folder, or both on one port: the distribution API under /v2/, a Helm repository under
 * /charts/, files under /files/. Throws what `checkBeforeFirstByte` finds before the port is opened, PORT_IN_USE,
 * NO_ACCESS (a port below 1024), USAGE (an address that is not this machine's, a certificate that cannot be used),
 * IN_USE (another server writes to the folder), and the file errors of the writable folder.
 *
 * Beside a writable folder bundles answer to their full names alone: their short ones belong to whoever pushes.
 */
export async function startServe(options: ServeOptions): Promise<Serving> {
  const { bundles, host, tls, signal } = options;
  const onNotice = options.onNotice ?? (() => undefined);
  const server = await createServer(tls);
  const checked: CheckedBundle[] = [];
  for (const bundle of bundles)
    checked.push({
      bundle,
      manifests: await bundle.checkBeforeFirstByte(signal === undefined ? {} : { signal }),
    });
  const graph = createBundleGraph(checked);
  const { writable } = options;
  const library = createBundleLibrary(graph, { shortNames: writable === undefined, onNotice });
  const store =
    writable === undefined
      ? undefined
      : await openWritableStore(writable, Date.now).catch((error: unknown) => {
          throw fileFailure(error, writable);
        });
  const stats: ServeStats = { requests: 0, bytesSent: 0, bytesReceived: 0 };
  const underWay = new Set<Promise<void>>();
  const handle = createRequestHandler({
    served: {
      graph,
      library,
      charts: createChartShelf(graph, onNotice),
      files: createFileShelf(graph),
      store,
      verified: createVerifiedBlobs(),
      secure: tls !== undefined,
    },
    stats,
    // With TLS a name that is not the certificate's never gets here.
    checksHost: isLoopback(host) && tls === undefined,
    onNotice,
  });
  watchForStalls(server, options.stallMs, onNotice);
  server.on('request', (request, response) => {
    const started = performance.now();
    const exchange = handle(request, response);
    exchanges.set(request.socket, exchange);
    underWay.add(exchange.handled);
    void exchange.handled.then(() => underWay.delete(exchange.handled));
    response.once('close', () => {
      if (exchanges.get(request.socket) === exchange) exchanges.delete(request.socket);
      options.onRequest?.({
        method: exchange.method,
        path: exchange.target.path,
        status: response.statusCode,
        bytes: exchange.bytesSent,
        milliseconds: performance.now() - started,
        complete: response.writableFinished,
        client: request.socket.remoteAddress ?? '',
      });
    });
  });
  const port = await listen(server, host, options.port).catch(async (error: unknown) => {
    await store?.close();
    throw error;
  });
  const place = `${inUrl(host)}:${port}`;
  if (!isLoopback(host) && tls === undefined)
    onNotice(`Other machines reach ${place} without TLS: what they read can be changed on the way.`);
  if (store !== undefined)
    onNotice(`Whoever reaches ${place} may push and delete in ${writable ?? ''}: there are no accounts.`);
  const scheme = tls === undefined ? 'http' : 'https';
  const addresses = reachableAt(host).map((address) => `${scheme}://${inUrl(address)}:${port}`);
  return {
    url: addresses[0] ?? `${scheme}://${inUrl(host)}:${port}`,
    addresses,
    stats,
    async close() {
      await closeServer(server);
      // What a dropped client leaves half done is finished or undone before anybody takes the folder.
      await Promise.all(underWay);
      await store?.close();
    },
  };
}

/** Which exchange a socket is busy with. A socket answers one request at a time. */
const exchanges = new WeakMap<Socket, Exchange>();

async function createServer(tls: ServeOptions['tls']): Promise<Server> {
  const limits = {
    // The whole of a request may take as long as it moves; only its headers may not.
    requestTimeout: 0,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES,
    noDelay: true,
  };
  // Imported when needed: node:http alone costs a command 40 ms, whatever it then does.
  if (tls === undefined) return (await import('node:http')).createServer(limits);
  const https = await import('node:https');
  try {
    return https.createServer({ ...limits, ...asPem(tls) });
  } catch (error) {
    throw new AirlockError('USAGE', 'The TLS certificate and key do not make a pair that can be used.', {
      cause: error,
      remedy:
        'Give --tls-cert and --tls-key as PEM files that belong together; the key without a passphrase.',
    });
  }
}

function asPem(tls: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array }): {
  cert: Buffer;
  key: Buffer;
} {
  return { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) };
}

/** Node's socket timer sees also a slow write that moves. Where it is the server that takes long, the client waits on. */
function watchForStalls(server: Server, stallMs: number, onNotice: (text: string) => void): void {
  server.setTimeout(stallMs, (socket: Socket) => {
    const exchange = exchanges.get(socket);
    if (exchange?.turn === 'server') {
      socket.setTimeout(stallMs);
      return;
    }
    if (exchange !== undefined)
      onNotice(
        `${socket.remoteAddress ?? 'A client'} did nothing for ${Math.ceil(stallMs / 1000)} s and was dropped (${exchange.target.path}).`,
      );
    socket.destroy();
  });
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  // A failure of one connection must not end the server.
  server.on('error', () => undefined);
  return (server.address() as AddressInfo).port;
}

function listenError(error: Error, host: string, port: number): AirlockError {
  const code = 'code' in error ? error.code : undefined;
  const place = `${inUrl(host)}:${port}`;
  if (code === 'EADDRINUSE')
    return new AirlockError('PORT_IN_USE', `Another program listens on ${place} already.`, {
      cause: error,
      details: { host, port },
    });
  if (code === 'EACCES')
    return new AirlockError('NO_ACCESS', `This user may not listen on ${place}.`, {
      cause: error,
      remedy: 'Choose a port from 1024 on with --addr.',
    });
  return new AirlockError('USAGE', `${place} is no address of this machine.`, {
    cause: error,
    remedy: 'Give --addr an address that this machine has, as 127.0.0.1:5000 or 0.0.0.0:5000.',
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const last = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(last);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Loopback first: it is what works from here. */
function reachableAt(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const all = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, scopeid }) => family === 'IPv4' || (host === '::' && (scopeid ?? 0) === 0))
    .map(({ address, internal }) => ({ address, internal }));
  return all.toSorted((a, b) => Number(b.internal) - Number(a.internal)).map(({ address }) => address);
}

function inUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
