// A registry that takes requests and says nothing until it is told to, so that a job is under way for as long as a test wants.
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SilentRegistry {
  readonly host: string;
  /** From now on nothing is there: 404, also for those who wait. */
  speak(): void;
  close(): Promise<void>;
}

export async function startSilentRegistry(): Promise<SilentRegistry> {
  const waiting = new Set<ServerResponse>();
  let isSilent = true;
  const answer = (response: ServerResponse) =>
    response
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not there"}]}');
  const server = createServer((_request, response) => {
    if (!isSilent) {
      answer(response);
      return;
    }
    waiting.add(response);
    response.on('close', () => waiting.delete(response));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    speak() {
      isSilent = false;
      for (const response of waiting) answer(response);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
