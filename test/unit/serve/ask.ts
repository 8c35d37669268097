// Servers for the tests of serve that end with the test, and requests as they go over the wire.
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startServe } from '../../../electron/engine/serve/index.ts';
import type { ServeOptions, Serving } from '../../../electron/engine/serve/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** False where the connection ended before the length that was announced. */
  readonly complete: boolean;
  /** Code of the first error of a registry's body. */
  readonly code: string | undefined;
}

/** A server on a free loopback port, closed when the test ends. */
export async function serve(options: Partial<ServeOptions> = {}): Promise<Serving> {
  const serving = await startServe({ bundles: [], host: '127.0.0.1', port: 0, stallMs: 10_000, ...options });
  onTestFinished(() => serving.close());
  return serving;
}

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One request on a connection of its own; the path goes out as it is. Rejects where there was no answer at all. */
export function ask(
  { url }: Pick<Serving, 'url'>,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array | string;
  } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const { method = 'GET', headers = {}, body } = options;
    const isChunked = headers['transfer-encoding'] !== undefined;
    const length = body === undefined || isChunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const asking = request(
      { hostname, port, path, method, agent: false, headers: { ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => undefined);
        response.on('close', () => {
          const whole = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: whole,
            complete: response.complete,
            code: codeOf(whole, response.headers),
          });
        });
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

/** The parsed body of an answer that is JSON. */
export function json(reply: Reply): unknown {
  return JSON.parse(reply.body.toString());
}

function codeOf(body: Buffer, headers: IncomingHttpHeaders): string | undefined {
  if (headers['content-type'] !== 'application/json') return undefined;
  const value: unknown = JSON.parse(body.toString() || '{}');
  const { errors } = value as { errors?: readonly { readonly code: string }[] };
  return errors?.[0]?.code;
}
