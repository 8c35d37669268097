// A registry that asks for bearer tokens, with its token server at the same address: front of a registry without accounts.
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenRegistryOptions {
  /** The registry behind, `http://127.0.0.1:5000`. */
  readonly behind: string;
  /** Passwords by user. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Refresh tokens that POST takes; without any, POST is 404. */
  readonly identityTokens?: readonly string[];
  /** True: pulling needs no login. */
  readonly publicPull?: boolean;
  /** How the challenge names the token server. Default: as it is. */
  readonly realm?: (url: string) => string;
  /** Logins that are right and get no token for the scope: 403. */
  readonly denies?: (user: string, scope: string) => boolean;
  /** Forget all tokens before this request is looked at. */
  readonly expireBefore?: (method: string, path: string) => boolean;
}

export interface TokenRegistry {
  readonly host: string;
  /** `GET alice repository:team/app:pull`, `POST refresh …`, one for each token asked for. */
  readonly tokenRequests: readonly string[];
  close(): Promise<void>;
}

/** Starts one on a free loopback port, plain http. */
export async function startTokenRegistry(options: TokenRegistryOptions): Promise<TokenRegistry> {
  const tokens = new Map<string, { readonly scopes: readonly string[] }>();
  const tokenRequests: string[] = [];
  let issued = 0;
  let base = '';

  const giveToken = (response: ServerResponse, user: string | undefined, scopes: readonly string[]) => {
    const allowed =
      user === undefined ? scopes.map((scope) => scope.replace(/:pull,push$/, ':pull')) : scopes;
    if (user === undefined && options.publicPull !== true) return refuse(response);
    issued += 1;
    const token = `token-${issued}`;
    tokens.set(token, { scopes: allowed });
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ token, expires_in: 300 }));
  };
  const refuse = (response: ServerResponse) =>
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end('{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}');

  async function tokenEndpoint(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method === 'POST') {
      const form = new URLSearchParams(await textOf(request));
      tokenRequests.push(`POST ${form.get('refresh_token')} ${form.get('scope')}`);
      if (options.identityTokens === undefined) response.writeHead(404).end();
      else if (options.identityTokens.includes(form.get('refresh_token') ?? ''))
        giveToken(response, 'identity', (form.get('scope') ?? '').split(' '));
      else response.writeHead(400).end('{"error":"invalid_grant"}');
      return;
    }
    const login = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
    const scopes = url.searchParams.getAll('scope');
    const user = login.slice(0, login.indexOf(':'));
    tokenRequests.push(`GET ${user} ${scopes.join(' ')}`.replaceAll('  ', ' - ').trim());
    if (login === '') giveToken(response, undefined, scopes);
    else if (options.accounts?.[user] !== login.slice(user.length + 1)) refuse(response);
    else if (options.denies?.(user, scopes.join(' ')) === true)
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"DENIED","message":"not yours"}]}');
    else giveToken(response, user, scopes);
  }

  function challenge(response: ServerResponse, wanted: string | undefined, sent: boolean): void {
    const realm = options.realm?.(base) ?? `${base}/token`;
    const scope = wanted === undefined ? '' : `,scope="${wanted}"`;
    const error = sent && wanted !== undefined ? ',error="insufficient_scope"' : '';
    response
      .writeHead(401, {
        'www-authenticate': `Bearer realm="${realm}",service="tests"${scope}${error}`,
        'content-type': 'application/json',
      })
      .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  }

  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    const { method = 'GET' } = request;
    const url = new URL(request.url ?? '/', base);
    if (url.pathname === '/token') {
      void tokenEndpoint(request, response, url);
      return;
    }
    if (options.expireBefore?.(method, url.pathname) === true) tokens.clear();
    const repository = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url.pathname)?.[1];
    const action = method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push';
    const wanted = repository === undefined ? undefined : `repository:${repository}:${action}`;
    const token = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (token === undefined || (wanted !== undefined && !covers(token.scopes, wanted))) {
      request.resume();
      challenge(response, wanted, request.headers.authorization !== undefined);
      return;
    }
    const onward = forward(
      `${options.behind}${request.url}`,
      { method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  base = `http://${host}`;
  return {
    host,
    tokenRequests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function covers(scopes: readonly string[], wanted: string): boolean {
  return scopes.some((scope) => scope === wanted || scope === wanted.replace(/:pull$/, ':pull,push'));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
