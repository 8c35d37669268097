// What the station answers to whom: screens to everybody on this host, everything else to a page with a session.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isAirlockError } from '../../shared/errors/airlock-error.ts';
import { toWire } from '../../shared/errors/wire.ts';
import { tokenProtocolPrefix, webPaths } from '../../shared/ipc/web-wire.ts';
import type { Screens } from '../host/screens.ts';
import { answerEmpty, answerFailure, answerJson, refuse, refuseUpgrade } from './answers.ts';
import type { DroppedFiles } from './dropped-files.ts';
import type { PageCalls } from './page-calls.ts';
import { bearerOf, bodyRefusalOf, refusalOf, targetOf } from './request-rules.ts';
import type { Refusal } from './request-rules.ts';
import type { Sessions } from './sessions.ts';

const LIMITS = {
  headersTimeout: 10_000,
  // A dropped file may take as long as it moves; nothing else has a body.
  requestTimeout: 0,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};
const STALL_MS = 60_000;
const MOST_CONNECTIONS = 256;

const NOT_KNOWN: Refusal = { status: 401, text: 'This token was used already, or was never given out.' };
const TOO_MANY: Refusal = { status: 429, text: 'There were too many wrong tokens.' };
const FULL: Refusal = { status: 503, text: 'Too many pages are open.' };
const NOT_THERE: Refusal = { status: 404, text: 'There is nothing here.' };
const OTHER_METHOD: Refusal = { status: 405, text: 'This cannot be done here.' };
const LENGTH_WANTED: Refusal = { status: 411, text: 'The length of the file has to be said.' };

export interface ServedParts {
  readonly screens: Screens;
  readonly sessions: Sessions;
  readonly dropped: DroppedFiles;
  readonly pages: PageCalls;
}

/** A server that listens nowhere yet. */
export function createStationServer(parts: ServedParts): Server {
  const server = createServer(LIMITS, (request, response) => {
    answer(request, response, parts).catch(() => response.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(STALL_MS);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    upgrade(request, socket, head, parts);
  });
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: ServedParts): Promise<void> {
  const { method = '' } = request;
  const reads = method === 'GET' || method === 'HEAD';
  const { path } = targetOf(request);
  const refusal =
    refusalOf(request, { changes: !reads }) ??
    (method === 'PUT' && path === webPaths.dropped ? undefined : bodyRefusalOf(request));
  if (refusal !== undefined) refuse(response, refusal);
  else if (path === webPaths.session) answerSession(request, response, parts.sessions);
  else if (path === webPaths.dropped) await answerDropped(request, response, parts);
  else if (!reads) refuse(response, OTHER_METHOD);
  else answerScreen(path, response, parts.screens);
}

function answerSession(request: IncomingMessage, response: ServerResponse, sessions: Sessions): void {
  const token = bearerOf(request);
  if (request.method === 'GET') {
    if (sessions.find(token) === undefined) refuse(response, unknownTo(sessions));
    else answerEmpty(response);
    return;
  }
  if (request.method !== 'POST') {
    refuse(response, OTHER_METHOD);
    return;
  }
  const exchanged = sessions.exchange(token);
  if (exchanged === 'full') refuse(response, FULL);
  else if (exchanged === 'refused') refuse(response, unknownTo(sessions));
  else answerJson(response, 200, exchanged);
}

async function answerDropped(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, dropped }: ServedParts,
): Promise<void> {
  if (request.method !== 'PUT') {
    refuse(response, OTHER_METHOD);
    return;
  }
  if (sessions.find(bearerOf(request)) === undefined) {
    refuse(response, unknownTo(sessions));
    return;
  }
  const length = request.headers['content-length'];
  if (length === undefined) {
    refuse(response, LENGTH_WANTED);
    return;
  }
  const name = targetOf(request).query.get('name') ?? '';
  try {
    answerJson(response, 201, { path: await dropped.take(name, Number(length), request) });
  } catch (error) {
    answerFailure(response, isAirlockError(error, 'DISK_FULL') ? 507 : 500, toWire(error));
  }
}

function answerScreen(path: string, response: ServerResponse, screens: Screens): void {
  const file = screens.file(path);
  if (file === undefined) {
    refuse(response, NOT_THERE);
    return;
  }
  response.writeHead(200, { ...file.headers, 'content-length': file.body.byteLength });
  response.end(response.req.method === 'HEAD' ? undefined : file.body);
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { sessions, pages }: ServedParts,
): void {
  const refusal = refusalOf(request, { changes: true });
  if (refusal !== undefined) {
    refuseUpgrade(socket, refusal);
    return;
  }
  if (targetOf(request).path !== webPaths.calls) {
    refuseUpgrade(socket, NOT_THERE);
    return;
  }
  const session = sessions.find(offeredToken(request));
  if (session === undefined) refuseUpgrade(socket, unknownTo(sessions));
  else if (!session.connect()) refuseUpgrade(socket, FULL);
  else pages.accept(request, socket, head, session);
}

/** A page can set no header of a WebSocket save the protocols it offers. */
function offeredToken({ headers }: IncomingMessage): string | undefined {
  return headers['sec-websocket-protocol']
    ?.split(',')
    .map((offered) => offered.trim())
    .find((offered) => offered.startsWith(tokenProtocolPrefix))
    ?.slice(tokenProtocolPrefix.length);
}

const unknownTo = (sessions: Sessions): Refusal => (sessions.hasHadEnough ? TOO_MANY : NOT_KNOWN);
