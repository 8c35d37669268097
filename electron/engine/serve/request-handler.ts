// One request from its first line to its answer: who may ask, which half answers, and what a failure looks like outside.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { DamagedBlob } from './blob-answer.ts';
import { ClientGone, createExchange } from './exchange.ts';
import type { Exchange, ServeStats } from './exchange.ts';
import {
  appendUpload,
  cancelUpload,
  deleteBlob,
  deleteManifest,
  finishUpload,
  putManifest,
  startUpload,
  uploadStatus,
} from './push-routes.ts';
import type { BareAnswer } from './push-routes.ts';
import { answerRead } from './read-routes.ts';
import type { Served } from './read-routes.ts';
import { Refusal } from './refusal.ts';
import { parseRoute, parseTarget } from './route.ts';
import type { Route } from './route.ts';
import { isDamage } from './verified-blobs.ts';
import type { WritableStore } from './writable-store.ts';

export interface HandlerOptions {
  readonly served: Served;
  readonly stats: ServeStats;
  /** Only this machine's own names may stand in Host: for a server that listens on loopback. */
  readonly checksHost: boolean;
  readonly onNotice: (text: string) => void;
}

/** An exchange that is being answered. */
export interface HandledExchange extends Exchange {
  /** Resolves when the server has done all it does for it; never rejects. */
  readonly handled: Promise<void>;
}

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => HandledExchange;

/** The handler answers, or drops the connection, and never throws. */
export function createRequestHandler(options: HandlerOptions): RequestHandler {
  return (request, response) => {
    options.stats.requests += 1;
    const target = parseTarget(request.url ?? '');
    const exchange = createExchange(request, response, target, options.stats);
    const handled = answer(exchange, options)
      .catch((error: unknown) => fail(exchange, error, options))
      .catch(() => void response.destroy());
    return Object.assign(exchange, { handled });
  };
}

async function answer(exchange: Exchange, options: HandlerOptions): Promise<void> {
  const { served } = options;
  refuseStrangers(exchange, options);
  const route = parseRoute(exchange.target.path);
  if (route === undefined) throw new Refusal(404, 'UNSUPPORTED', 'Nothing answers here.');
  const allowed = methodsOf(route, served.store !== undefined);
  if (!allowed.includes(exchange.method))
    throw new Refusal(405, 'UNSUPPORTED', `${exchange.method} is not for this path${readOnly(served)}.`, {
      headers: { Allow: allowed.join(', ') },
    });
  const isRead = exchange.method === 'GET' || exchange.method === 'HEAD';
  if (served.store === undefined || (isRead && route.kind !== 'upload'))
    await answerRead(exchange, route, served);
  else {
    refusePushToBundle(route, served);
    const { status, headers } = await answerWrite(exchange, route, served.store);
    exchange.send(status, { 'Docker-Distribution-Api-Version': 'registry/2.0', ...headers });
  }
}

function methodsOf(route: Route, writable: boolean): readonly string[] {
  const read = ['GET', 'HEAD'];
  if (!writable) return read;
  switch (route.kind) {
    case 'manifest':
      return [...read, 'PUT', 'DELETE'];
    case 'blob':
      return [...read, 'DELETE'];
    case 'uploads':
      return ['POST'];
    case 'upload':
      return ['GET', 'PATCH', 'PUT', 'DELETE'];
    default:
      return read;
  }
}

function readOnly({ store }: Served): string {
  return store === undefined ? ', since what is served here is sealed' : '';
}

function refusePushToBundle(route: Route, { library }: Served): void {
  if (!('name' in route) || !library.has(route.name)) return;
  throw new Refusal(403, 'DENIED', `${route.name} comes out of a sealed bundle; push under another name.`);
}

async function answerWrite(exchange: Exchange, route: Route, store: WritableStore): Promise<BareAnswer> {
  const { method, headers, body } = exchange;
  const { query } = exchange.target;
  switch (route.kind) {
    case 'uploads':
      return startUpload(store, route.name, query, body);
    case 'upload':
      if (method === 'GET') return uploadStatus(store, route.name, route.session);
      if (method === 'DELETE') return cancelUpload(store, route.name, route.session);
      if (method === 'PATCH') return appendUpload(store, route.name, route.session, headers, body);
      return finishUpload(store, route.name, route.session, query, headers, body);
    case 'manifest':
      if (method === 'DELETE') return deleteManifest(store, route.name, route.reference);
      return putManifest(store, route.name, route.reference, query, headers, body);
    case 'blob':
      return deleteBlob(store, route.name, route.digest);
    default:
      throw new Refusal(405, 'UNSUPPORTED', 'Nothing can be written here.');
  }
}

/**
 * A page in a browser on this machine can send requests here: by a name of its own that resolves to a loopback address
 * (DNS rebinding), or by a form. The first shows in Host, the second in Origin; no registry client sends either.
 */
function refuseStrangers({ headers, method }: Exchange, { checksHost }: HandlerOptions): void {
  if (checksHost && headers.host !== undefined && !isOwnName(headers.host))
    throw new Refusal(
      421,
      'DENIED',
      'This server listens on loopback: it answers to localhost and to addresses, not to other names.',
    );
  if (headers.origin !== undefined && method !== 'GET' && method !== 'HEAD')
    throw new Refusal(403, 'DENIED', 'A page in a browser may not change anything here.');
}

function isOwnName(host: string): boolean {
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}

async function fail(exchange: Exchange, error: unknown, { onNotice }: HandlerOptions): Promise<void> {
  const { response } = exchange;
  if (error instanceof ClientGone || exchange.signal.aborted) {
    response.destroy();
    return;
  }
  if (error instanceof DamagedBlob) {
    onNotice(
      `Damaged: ${error.blob.descriptor.digest} was not served as a complete answer (${exchange.target.path}).`,
    );
    await error.blob.drop?.();
  }
  // What went out already is not complete without the rest, and a client sees that.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal = refusalOf(error, onNotice);
  exchange.send(
    refusal.status,
    { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff', ...refusal.headers },
    refusal.body(),
  );
}

function refusalOf(error: unknown, onNotice: (text: string) => void): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof DamagedBlob) return new Refusal(500, 'UNKNOWN', error.message);
  const text = error instanceof Error ? error.message : String(error);
  onNotice(`A request failed: ${text}`);
  if (isDamage(error)) return new Refusal(500, 'UNKNOWN', text);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Refusal(507, 'UNKNOWN', 'There is no room left in the folder that this registry writes to.');
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new Refusal(500, 'UNKNOWN', 'The folder that this registry writes to takes no more files.');
  return new Refusal(500, 'UNKNOWN', 'The server could not answer; it says why where it runs.');
}
