// Stands before a registry and lets bodies through slowly, in both directions, until it is told to hurry.
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

export interface SlowFront {
  readonly host: string;
  /** True: bodies pass as they come. */
  hurries: boolean;
  close(): Promise<void>;
}

const PIECE_BYTES = 16 * 1024;

/** Starts one on a free loopback port, plain http. About 1.5 MB a second for each body. */
export async function startSlowFront(behind: string): Promise<SlowFront> {
  const slowly = () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        void (async () => {
          for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
            this.push(chunk.subarray(at, at + PIECE_BYTES));
            if (!front.hurries) await wait(10);
          }
          done();
        })();
      },
    });
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    const { method, url = '/', headers } = request;
    const onward = forward(`${behind}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(slowly()).pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.on('close', () => {
      if (!request.complete) onward.destroy();
    });
    response.on('close', () => onward.destroy());
    request.pipe(slowly()).pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: SlowFront = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hurries: false,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}
