// A registry for tests: the engine's own writable one over a temporary folder, with faults put in front where a test asks.
// It is never the only judge of our own client; test/support/programs.ts starts the registries of others.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServe } from '../../electron/engine/serve/index.ts';

/** What goes wrong with one request instead of, or on top of, the registry's own answer. */
export type Fault =
  /** This answer instead of the registry's. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The registry's answer, cut off after so many bytes of its body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The registry's answer with one bit of its body flipped. */
  | { readonly kind: 'flip'; readonly atByte: number }
  /** The registry's answer with some headers replaced; undefined takes one away. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | undefined>> }
  /** The connection is closed without an answer. */
  | { readonly kind: 'drop' }
  /** No answer, and no end either, until the registry closes. */
  | { readonly kind: 'stall' };

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** How many requests of the same method and path came before this one. */
  readonly before: number;
}

export interface BuiltInRegistry {
  /** `127.0.0.1:41234`, as it stands in references. */
  readonly host: string;
  readonly url: string;
  /** What it writes to; a second start over it goes on with what the first one held. */
  readonly folder: string;
  /** Every request so far, those with faults too. */
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

export interface BuiltInRegistryOptions {
  /** Asked for each request; undefined lets it pass. */
  readonly faults?: (request: SeenRequest) => Fault | undefined;
  /** Default: a temporary one, removed by close. */
  readonly folder?: string;
}

/** Starts one on a free loopback port, plain http. */
export async function startRegistry(options: BuiltInRegistryOptions = {}): Promise<BuiltInRegistry> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'airlock-registry-')));
  const serving = await startServe({
    bundles: [],
    host: '127.0.0.1',
    port: 0,
    writable: folder,
    stallMs: 30_000,
  });
  const requests: SeenRequest[] = [];
  const counts = new Map<string, number>();
  const front = createServer({ requestTimeout: 0 }, (request, response) => {
    const seen = see(request, counts);
    requests.push(seen);
    const fault = options.faults?.(seen);
    if (fault?.kind === 'answer') {
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    } else if (fault?.kind === 'drop') request.socket.destroy();
    else if (fault?.kind !== 'stall') pass(serving.url, request, response, fault);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(front.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    folder,
    requests,
    async close() {
      front.closeAllConnections();
      await new Promise<void>((resolve) => front.close(() => resolve()));
      await serving.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function see(request: IncomingMessage, counts: Map<string, number>): SeenRequest {
  const { method = 'GET', url = '/', headers } = request;
  const key = `${method} ${url.split('?', 1)[0] ?? ''}`;
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return { method, url, headers, before };
}

function pass(
  registry: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const { method, url = '/', headers } = request;
  const onward = forward(`${registry}${url}`, { method, headers }, (answer) => {
    const changed = { ...answer.headers, ...(fault?.kind === 'headers' ? fault.headers : {}) };
    response.writeHead(
      answer.statusCode ?? 502,
      Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)),
    );
    let position = 0;
    answer.on('data', (chunk: Buffer) => {
      const start = position;
      position += chunk.byteLength;
      if (fault?.kind === 'cut' && position > fault.afterBytes) {
        response.write(chunk.subarray(0, Math.max(0, fault.afterBytes - start)), () => response.destroy());
        answer.destroy();
        return;
      }
      if (fault?.kind === 'flip' && fault.atByte >= start && fault.atByte < position)
        chunk.writeUInt8(chunk.readUInt8(fault.atByte - start) ^ 1, fault.atByte - start);
      if (!response.write(chunk)) {
        answer.pause();
        response.once('drain', () => answer.resume());
      }
    });
    answer.on('end', () => response.end());
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
