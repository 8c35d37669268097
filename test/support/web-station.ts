// A web station in this process with an engine of its own, and a client that can say what no browser would.
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { forkEngine, startWebStation } from '../../electron/web/index.ts';
import type { EngineChild } from '../../electron/host/supervisor.ts';
import type { WebStation } from '../../electron/web/index.ts';
import { tokenProtocolPrefix, webPaths, webProtocol } from '../../shared/ipc/web-wire.ts';
import { tempFolder } from './temp-folder.ts';

export interface TestStation extends WebStation {
  /** `127.0.0.1:41234`. */
  readonly host: string;
  readonly origin: string;
  readonly stateFolder: string;
  readonly newToken: () => string;
  readonly killEngine: () => void;
  /** A page's session. */
  readonly newSession: () => Promise<string>;
}

/** `page` is the whole of its index.html, `script` lies at /assets/app-1a2b.js. Closed when the test has ended. */
export async function startTestStation(
  page = '<!doctype html><title>Airlock</title>',
  script = 'globalThis.isHere = true;',
): Promise<TestStation> {
  const folder = await tempFolder();
  const stateFolder = join(folder, 'state');
  const screensFolder = join(folder, 'screens');
  await mkdir(join(screensFolder, 'assets'), { recursive: true });
  await writeFile(join(screensFolder, 'index.html'), page);
  await writeFile(join(screensFolder, 'assets/app-1a2b.js'), script);
  const environment = { ...process.env, AIRLOCK_HOME: stateFolder, HOME: folder };
  let engine: EngineChild | undefined;
  const station = await startWebStation({
    port: 0,
    platform: process.platform,
    environment,
    stateFolder,
    version: '0.0.0',
    screensFolder,
    spawnEngine: () => {
      engine = forkEngine(environment);
      return engine;
    },
    findProgram: () => Promise.resolve(undefined),
    opened: ['/tmp/handed.over'],
  });
  onTestFinished(() => station.close());
  const host = `127.0.0.1:${station.port}`;
  const origin = `http://${host}`;
  const newToken = () => station.newAddress().split('#token=')[1] ?? '';
  return {
    ...station,
    host,
    origin,
    stateFolder,
    newToken,
    killEngine: () => engine?.kill(),
    async newSession() {
      const answer = await ask(station.port, 'POST', webPaths.session, {
        origin,
        authorization: `Bearer ${newToken()}`,
      });
      return (JSON.parse(answer.body) as { readonly session: string }).session;
    },
  };
}

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** One request, its target and headers sent as they stand. Without a `host` it is the station's own. */
export function ask(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Buffer,
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { host: `127.0.0.1:${port}`, ...headers },
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The protocols that a page with this token offers. */
export const offering = (token: string): string[] => [webProtocol, `${tokenProtocolPrefix}${token}`];

/** A connection that was let in, or the status that it was refused with. */
export function connect(
  url: string,
  protocols: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols], { headers });
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (sent, { statusCode }) => {
      resolve(statusCode ?? 0);
      sent.destroy();
    });
    socket.once('error', reject);
  });
}
