// A proxy as companies have them: CONNECT and plain requests, a login where asked for, and an eye inside TLS where asked for.
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

export interface ConnectProxyOptions {
  /** Names that only the proxy knows, `registry.test:443`, and the loopback address each stands for. */
  readonly routes: Readonly<Record<string, string>>;
  /** Proxy-Authorization that it wants. */
  readonly authorization?: string;
  /** Ends TLS itself with this certificate and talks plain http to the other side. */
  readonly inspect?: { readonly cert: string; readonly key: string };
}

export interface ConnectProxy {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** What it was asked for: `CONNECT registry.test:443`, `GET http://registry.test:80/v2/`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts one on a free loopback port. */
export async function startConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const requests: string[] = [];
  const open = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    open.add(socket);
    // Either side may leave at any time.
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  };
  const isAllowed = (request: IncomingMessage) =>
    options.authorization === undefined || request.headers['proxy-authorization'] === options.authorization;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://nowhere.test');
    const route = options.routes[`${url.hostname}:${url.port === '' ? '80' : url.port}`];
    if (!isAllowed(request)) response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    else if (route === undefined) response.writeHead(502).end();
    else {
      const { 'proxy-authorization': _secret, ...headers } = request.headers;
      const onward = forward(
        `http://${route}${url.pathname}${url.search}`,
        { method: request.method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    }
  });
  server.on('connection', keep);
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    requests.push(`CONNECT ${request.url}`);
    const route = options.routes[request.url ?? ''];
    if (!isAllowed(request)) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"\r\n\r\n',
      );
      return;
    }
    if (route === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${route}`);
    const target = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const inside = options.inspect === undefined ? client : endTls(client, options.inspect);
      keep(inside);
      inside.pipe(target).pipe(inside);
    });
    keep(target);
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function endTls(client: Duplex, { cert, key }: { readonly cert: string; readonly key: string }): Duplex {
  if (!(client instanceof net.Socket)) throw new Error('a connection that is no socket');
  return new tls.TLSSocket(client, { isServer: true, secureContext: tls.createSecureContext({ cert, key }) });
}
