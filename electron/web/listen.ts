// One port on this machine's loopback addresses, and on no other.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AirlockError } from '../../shared/errors/airlock-error.ts';

/** A free port of 127.0.0.1 may be taken on ::1. */
const TRIES = 10;

/**
 * Opens the port on 127.0.0.1 and, where this machine has it, on ::1: a browser may take either for `localhost`, and the
 * other must not be a stranger's. Throws PORT_IN_USE, NO_ACCESS.
 */
export async function listenOnLoopback(
  createServer: () => Server,
  port: number,
): Promise<{
  readonly port: number;
  readonly servers: readonly Server[];
}> {
  for (let left = port === 0 ? TRIES : 1; ; left -= 1) {
    const four = createServer();
    await open(four, '127.0.0.1', port);
    const taken = (four.address() as AddressInfo).port;
    const six = createServer();
    try {
      await open(six, '::1', taken);
      return { port: taken, servers: [four, six] };
    } catch (error) {
      if (hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return { port: taken, servers: [four] };
      four.close();
      if (left <= 1) throw error;
    }
  }
}

async function open(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(failureOf(error, port)));
    server.listen({ host, port, exclusive: true }, resolve);
  });
  // A failure of one connection must not end the station.
  server.on('error', () => undefined);
}

function failureOf(error: Error, port: number): Error {
  if (hasCode(error, 'EADDRINUSE'))
    return new AirlockError('PORT_IN_USE', `Another program listens on port ${port} already.`, {
      cause: error,
      details: { port },
      remedy: 'Choose another port with --port, or leave it out for a free one.',
    });
  if (hasCode(error, 'EACCES'))
    return new AirlockError('NO_ACCESS', `This user may not listen on port ${port}.`, {
      cause: error,
      remedy: 'Choose a port from 1024 on with --port.',
    });
  return error;
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
