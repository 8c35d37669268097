// A registry in memory that answers as it is told to: for the faults and quirks that real registries cannot be asked for.
// Without orders it behaves as the distribution specification says.
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Connections are numbered in the order in which they came. */
  readonly connection: number;
}

/** One request that an order answers in place of the registry. */
export interface FaultExchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly registry: FaultRegistry;
  /** The whole request body. */
  readonly body: () => Promise<Buffer>;
  /** Answers at once. */
  readonly answer: (
    status: number,
    headers?: Readonly<Record<string, string>>,
    body?: string | Uint8Array,
  ) => void;
  /** Lets the registry answer as it would have. */
  readonly pass: () => Promise<void>;
}

export interface Order {
  readonly method?: string;
  /** Matched against path and query. */
  readonly path: RegExp;
  /** How often it is obeyed; then the registry answers again. Default: always. */
  readonly times?: number;
  readonly respond: (exchange: FaultExchange) => void | Promise<void>;
}

export interface FaultRegistry {
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** `GET /v2/…`, for comparing whole conversations. */
  readonly lines: readonly string[];
  /** `repository@digest` to bytes. */
  readonly blobs: Map<string, Buffer>;
  /** `repository:tag` and `repository@digest` to a manifest. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  /** Upload sessions and the bytes each has got. */
  readonly uploads: Map<string, Buffer>;
  order(order: Order): void;
  /** Takes back the orders of such a path. */
  forget(path: RegExp): void;
  /** Stores a blob and names it. */
  putBlob(repository: string, bytes: Uint8Array): string;
  /** Stores a manifest under its digest and a tag, and names it. */
  putManifest(repository: string, mediaType: string, bytes: Uint8Array, tag?: string): string;
  close(): Promise<void>;
}

export interface FaultRegistryOptions {
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts one on a free loopback port. */
export async function startFaultRegistry(options: FaultRegistryOptions = {}): Promise<FaultRegistry> {
  const requests: SeenRequest[] = [];
  const orders: { order: Order; left: number }[] = [];
  const sockets = new Map<Socket, number>();
  const blobs: FaultRegistry['blobs'] = new Map();
  const manifests: FaultRegistry['manifests'] = new Map();
  const uploads: FaultRegistry['uploads'] = new Map();

  const listener: http.RequestListener = (request, response) => {
    const path = request.url ?? '';
    const method = request.method ?? '';
    requests.push({ method, path, headers: request.headers, connection: sockets.get(request.socket) ?? -1 });
    const order = orders.find(
      (entry) => entry.left > 0 && (entry.order.method ?? method) === method && entry.order.path.test(path),
    );
    const exchange: FaultExchange = {
      request,
      response,
      registry,
      body: () => bodyOf(request),
      answer(status, headers = {}, body = '') {
        const bytes = Buffer.from(body);
        response.writeHead(status, { 'content-length': String(bytes.byteLength), ...headers });
        response.end(method === 'HEAD' ? undefined : bytes);
      },
      pass: () => obeySpecification(exchange),
    };
    const respond = order?.order.respond ?? obeySpecification;
    if (order !== undefined) order.left -= 1;
    // A request that breaks off is part of many tests.
    Promise.resolve(respond(exchange)).catch(() => response.destroy());
  };
  const server =
    options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
  let count = 0;
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.set(socket, (count += 1));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;

  const registry: FaultRegistry = {
    host,
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}`,
    requests,
    get lines() {
      return requests.map((request) => `${request.method} ${request.path}`);
    },
    blobs,
    manifests,
    uploads,
    order(order) {
      orders.push({ order, left: order.times ?? Number.POSITIVE_INFINITY });
    },
    forget(path) {
      for (const entry of orders) if (entry.order.path.source === path.source) entry.left = 0;
    },
    putBlob(repository, bytes) {
      const digest = sha256(bytes);
      blobs.set(`${repository}@${digest}`, Buffer.from(bytes));
      return digest;
    },
    putManifest(repository, mediaType, bytes, tag) {
      const digest = sha256(bytes);
      const manifest = { mediaType, bytes: Buffer.from(bytes) };
      manifests.set(`${repository}@${digest}`, manifest);
      if (tag !== undefined) manifests.set(`${repository}:${tag}`, manifest);
      return digest;
    },
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
  return registry;
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function obeySpecification(exchange: FaultExchange): Promise<void> {
  const { request, answer } = exchange;
  const url = new URL(request.url ?? '', 'http://registry.invalid');
  const path = url.pathname;
  if (path === '/v2/') return answer(200);
  const match = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(path);
  if (match === null) return answer(404, {}, '404 page not found');
  const [, repository = '', kind, name = ''] = match;
  switch (kind) {
    case 'blobs':
      return answerBlob(exchange, `${repository}@${name}`);
    case 'blobs/uploads':
      return answerUpload(exchange, repository, name, url);
    case 'manifests':
      return answerManifest(exchange, repository, name);
    case 'tags': {
      const tags = [...exchange.registry.manifests.keys()]
        .filter((key) => key.startsWith(`${repository}:`))
        .map((key) => key.slice(repository.length + 1));
      return answer(200, { 'content-type': 'application/json' }, JSON.stringify({ name: repository, tags }));
    }
    default:
      return answer(404, {}, '404 page not found');
  }
}

function answerBlob({ request, registry, answer }: FaultExchange, key: string): void {
  const bytes = registry.blobs.get(key);
  if (bytes === undefined) return answer(404, {}, errorBody('BLOB_UNKNOWN', 'blob unknown to registry'));
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range === null || request.method === 'HEAD') {
    const length = { 'content-length': String(bytes.byteLength) };
    return answer(200, { 'content-type': 'application/octet-stream', ...length }, bytes);
  }
  const start = Number(range[1]);
  const end = range[2] === '' ? bytes.byteLength - 1 : Number(range[2]);
  const part = bytes.subarray(start, end + 1);
  return answer(206, { 'content-range': `bytes ${start}-${end}/${bytes.byteLength}` }, part);
}

async function answerUpload(
  { request, registry, answer, body }: FaultExchange,
  repository: string,
  session: string,
  url: URL,
): Promise<void> {
  const { blobs, uploads } = registry;
  const location = (id: string) => ({ location: `/v2/${repository}/blobs/uploads/${id}` });
  if (request.method === 'POST') {
    const mount = `${url.searchParams.get('from')}@${url.searchParams.get('mount')}`;
    const mounted = blobs.get(mount);
    if (mounted !== undefined) {
      blobs.set(`${repository}@${url.searchParams.get('mount')}`, mounted);
      return answer(201);
    }
    const id = randomUUID();
    uploads.set(id, Buffer.alloc(0));
    return answer(202, location(id));
  }
  const stored = uploads.get(session);
  if (stored === undefined) return answer(404, {}, errorBody('BLOB_UPLOAD_UNKNOWN', 'no such upload'));
  const range = (bytes: Buffer) => ({ range: `0-${Math.max(0, bytes.byteLength - 1)}` });
  if (request.method === 'GET') return answer(204, { ...location(session), ...range(stored) });
  const start = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
  if (start !== undefined && Number(start) !== stored.byteLength)
    return answer(416, { ...location(session), ...range(stored) });
  const bytes = Buffer.concat([stored, await body()]);
  uploads.set(session, bytes);
  if (request.method === 'PATCH') return answer(202, { ...location(session), ...range(bytes) });
  const digest = url.searchParams.get('digest') ?? '';
  if (sha256(bytes) !== digest) return answer(400, {}, errorBody('DIGEST_INVALID', 'digest did not match'));
  blobs.set(`${repository}@${digest}`, bytes);
  uploads.delete(session);
  return answer(201, { 'docker-content-digest': digest });
}

async function answerManifest(
  { request, registry, answer, body }: FaultExchange,
  repository: string,
  name: string,
): Promise<void> {
  const key = name.includes(':') ? `${repository}@${name}` : `${repository}:${name}`;
  if (request.method === 'PUT') {
    const bytes = await body();
    const digest = registry.putManifest(
      repository,
      request.headers['content-type'] ?? '',
      bytes,
      name.includes(':') ? undefined : name,
    );
    return answer(201, { 'docker-content-digest': digest });
  }
  const manifest = registry.manifests.get(key);
  if (manifest === undefined) return answer(404, {}, errorBody('MANIFEST_UNKNOWN', 'manifest unknown'));
  return answer(
    200,
    {
      'content-type': manifest.mediaType,
      'content-length': String(manifest.bytes.byteLength),
      'docker-content-digest': sha256(manifest.bytes),
    },
    manifest.bytes,
  );
}

/** The specification's error body. */
export function errorBody(code: string, message: string, detail?: unknown): string {
  return JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
}
