// How the station answers: always with the headers that hold a page, never with a cookie.
import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WireError } from '../../shared/errors/wire.ts';
import { heldBy } from '../host/screens.ts';
import type { Refusal } from './request-rules.ts';

const HELD = { ...heldBy(undefined, "'self'"), 'cache-control': 'no-store' };

/** Ends the connection as well: what is left of a body that nobody wants is not waited for. */
export function refuse(response: ServerResponse, { status, text }: Refusal): void {
  response.writeHead(status, { ...HELD, 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${text}\n`);
}

/**
 * The same to a client that wanted another protocol. Nobody else watches over its connection any more: one that is kept open
 * from the other end would take a place for ever.
 */
export function refuseUpgrade(socket: Duplex, { status, text }: Refusal): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text) + 1}\r\n\r\n${text}\n`,
    () => socket.destroy(),
  );
}

export function answerJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { ...HELD, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export function answerEmpty(response: ServerResponse): void {
  response.writeHead(204, HELD);
  response.end();
}

/** For one who has a session: the failure as it is told everywhere, and the connection ended. */
export function answerFailure(response: ServerResponse, status: number, error: WireError): void {
  response.setHeader('connection', 'close');
  answerJson(response, status, error);
}
