import { beforeEach, describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../electron/engine/registry/auth/authorizer.ts';
import type {
  Authorizer,
  TokenAnswer,
  TokenRequest,
} from '../../../../electron/engine/registry/auth/authorizer.ts';
import type {
  Credential,
  CredentialSource,
} from '../../../../electron/engine/registry/credentials/credential.ts';

const HOST = 'registry.example';
const PULL = ['repository:team/app:pull'];
const PUSH = ['repository:team/app:pull,push'];
const BEARER = ['Bearer realm="https://auth.example/token",service="registry.example"'];
const signal = new AbortController().signal;

let now: number;
let requests: TokenRequest[];
/** What the token server answers; by default a new token each time. */
let answer: (request: TokenRequest) => TokenAnswer | Promise<TokenAnswer>;
let logins: Record<string, Credential | undefined>;
let lookups: { host: string; repository: string | undefined; fresh: boolean }[];

beforeEach(() => {
  now = Date.UTC(2026, 10, 21);
  requests = [];
  let count = 0;
  answer = () => json(200, { token: `T${(count += 1)}` });
  logins = {};
  lookups = [];
});

function json(status: number, body: unknown, headers: TokenAnswer['headers'] = {}): TokenAnswer {
  return { status, headers, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function authorizer(plainHttp = false): Authorizer {
  const credentials: CredentialSource = {
    forRegistry: (host, repository, { fresh = false } = {}) => {
      lookups.push({ host, repository, fresh });
      return Promise.resolve(logins[`${host}/${repository}`] ?? logins[host]);
    },
    webCredentials: () => Promise.resolve(undefined),
  };
  return createAuthorizer({
    credentials,
    fetchToken: async (request) => {
      requests.push(request);
      return await answer(request);
    },
    clock: { now: () => now, sleep: () => Promise.reject(new Error('nothing here waits')) },
    plainHttp: () => plainHttp,
  });
}

const alice: Credential = { username: 'alice', password: 'pa:ss', origin: '/home/a/.docker/config.json' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

function queryOf(request: TokenRequest | undefined): [string, string][] {
  return [...(request?.url.searchParams ?? [])];
}

describe('before a registry asks', () => {
  it('knows no header and asks nobody', async () => {
    logins[HOST] = alice;
    expect(await authorizer().header(HOST, PULL, signal)).toBeUndefined();
    expect(lookups).toEqual([]);
  });
});

describe('a registry that asks for Basic', () => {
  const CHALLENGE = ['Basic realm="Registry Realm"'];

  it('gets user and password, and from then on with the first request', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    expect(await auth.challenged(HOST, CHALLENGE, PULL, signal, undefined)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe(basic('alice:pa:ss'));
    expect(await auth.header(HOST, PUSH, signal)).toBe(basic('alice:pa:ss'));
    expect(await auth.header('other.example', PULL, signal)).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it('sends names outside ASCII in UTF-8', async () => {
    logins[HOST] = { username: 'jürgen', password: 'пароль', origin: 'a file' };
    const auth = authorizer();
    await auth.challenged(HOST, CHALLENGE, PULL, signal, undefined);
    expect(await auth.header(HOST, PULL, signal)).toBe(basic('jürgen:пароль'));
  });

  it('says how to log in where there is no login', async () => {
    await expect(authorizer().challenged(HOST, CHALLENGE, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'registry.example asks for a login.',
      remedy: expect.stringContaining('`airlock login registry.example`') as string,
    });
  });

  it('says whose password is wrong and where it came from, and does not send it again', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, CHALLENGE, PULL, signal, undefined);
    const sent = await auth.header(HOST, PULL, signal);
    const wrong = {
      code: 'UNAUTHORIZED',
      message: 'registry.example refused the login of "alice" from /home/a/.docker/config.json (401).',
    };
    await expect(auth.challenged(HOST, CHALLENGE, PULL, signal, sent)).rejects.toMatchObject(wrong);
    await expect(auth.header(HOST, PUSH, signal)).rejects.toMatchObject(wrong);
  });

  it('takes the new password where a helper has one by now', async () => {
    logins[HOST] = { username: 'AWS', password: 'old', origin: 'docker-credential-ecr-login' };
    const auth = authorizer();
    await auth.challenged(HOST, CHALLENGE, PULL, signal, undefined);
    const sent = await auth.header(HOST, PULL, signal);
    logins[HOST] = { username: 'AWS', password: 'new', origin: 'docker-credential-ecr-login' };
    expect(await auth.challenged(HOST, CHALLENGE, PULL, signal, sent)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe(basic('AWS:new'));
  });

  it('says that a stored token is no password', async () => {
    logins[HOST] = { identityToken: 'refresh', origin: 'a file' };
    await expect(authorizer().challenged(HOST, CHALLENGE, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('the identity token from a file is neither') as string,
    });
  });
});

describe('a registry that asks for Bearer', () => {
  it('gets an anonymous token for the scopes of the request', async () => {
    const auth = authorizer();
    expect(await auth.challenged(HOST, BEARER, PULL, signal, undefined)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T1');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.method).toBe('GET');
    expect(requests[0]?.headers['authorization']).toBeUndefined();
    expect(requests[0]?.url.origin).toBe('https://auth.example');
    expect(queryOf(requests[0])).toEqual([
      ['service', 'registry.example'],
      ['scope', 'repository:team/app:pull'],
      ['client_id', 'airlock'],
    ]);
  });

  it('asks with user and password, and tells the account', async () => {
    logins[HOST] = alice;
    await authorizer().challenged(HOST, BEARER, PUSH, signal, undefined);
    expect(requests[0]?.headers['authorization']).toBe(basic('alice:pa:ss'));
    expect(queryOf(requests[0])).toContainEqual(['account', 'alice']);
  });

  it('uses the login of the registry, never one of the realm’s host', async () => {
    logins['auth.example'] = alice;
    await authorizer().challenged(HOST, BEARER, PULL, signal, undefined);
    expect(requests[0]?.headers['authorization']).toBeUndefined();
    expect(lookups.every(({ host }) => host === HOST)).toBe(true);
  });

  it('asks for pull and push on exactly the repository, so that the manifest is taken too (I15)', async () => {
    const challenge = ['Bearer realm="https://gitlab.example/jwt/auth",scope="repository:team/app:pull"'];
    await authorizer().challenged(HOST, challenge, PUSH, signal, undefined);
    expect(requests[0]?.url.searchParams.getAll('scope')).toEqual(['repository:team/app:pull,push']);
  });

  it('repeats scope in the query, and keeps what the realm has there', async () => {
    const challenge = ['Bearer realm="https://auth.example/token?tenant=a%2Fb"'];
    await authorizer().challenged(
      HOST,
      challenge,
      ['repository:b:pull', 'repository:a:pull'],
      signal,
      undefined,
    );
    expect(requests[0]?.url.search).toBe(
      '?tenant=a%2Fb&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull&client_id=airlock',
    );
  });

  it('knows the token server for the next repository without being asked again', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, [], signal, undefined);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
    expect(await auth.header(HOST, ['repository:team/other:pull'], signal)).toBe('Bearer T3');
  });

  it('keeps one token for the same scopes in any order', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, ['repository:a:pull', 'repository:b:push,pull'], signal, undefined);
    expect(await auth.header(HOST, ['repository:b:pull,push', 'repository:a:pull'], signal)).toBe(
      'Bearer T1',
    );
  });

  it('looks for a login of the repository’s namespace', async () => {
    logins[`${HOST}/team/app`] = alice;
    await authorizer().challenged(HOST, BEARER, PULL, signal, undefined);
    expect(requests[0]?.headers['authorization']).toBe(basic('alice:pa:ss'));
  });

  it('prefers Bearer to Basic where there is nothing to send with Basic', async () => {
    const auth = authorizer();
    expect(await auth.challenged(HOST, ['Basic realm="r"', ...BEARER], PULL, signal, undefined)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T1');
  });

  it('takes the first challenge it can meet', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, [`Negotiate, Basic realm="r", ${BEARER[0]}`], PULL, signal, undefined);
    expect(await auth.header(HOST, PULL, signal)).toBe(basic('alice:pa:ss'));
  });

  it('follows a token server that differs by repository, as Artifactory’s do', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, ['Bearer realm="https://auth.example/one"'], PULL, signal, undefined);
    const other = ['repository:other/app:pull'];
    const sent = await auth.header(HOST, other, signal);
    expect(
      await auth.challenged(HOST, ['Bearer realm="https://auth.example/two"'], other, signal, sent),
    ).toBe(true);
    expect(requests.map(({ url }) => url.pathname)).toEqual(['/one', '/one', '/two']);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T1');
  });

  it('sends a token of the registry as it is and asks no token server', async () => {
    logins[HOST] = { registryToken: 'ready', origin: 'a file' };
    const auth = authorizer();
    expect(
      await auth.challenged(HOST, ['Bearer realm="https://auth.example/t"'], PULL, signal, undefined),
    ).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer ready');
    expect(requests).toEqual([]);
    await expect(auth.challenged(HOST, BEARER, PULL, signal, 'Bearer ready')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'registry.example refused the token from a file (401).',
    });
  });

  it('asks the realm of plain-http Harbor over http (I26)', async () => {
    await authorizer(true).challenged(
      'harbor:8080',
      ['Bearer realm="https://harbor:8080/service/token",service="harbor-registry"'],
      PULL,
      signal,
      undefined,
    );
    expect(requests[0]?.url.origin).toBe('http://harbor:8080');
  });

  it('sends nothing to a realm that is not safe', async () => {
    logins[HOST] = alice;
    await expect(
      authorizer().challenged(HOST, ['Bearer realm="http://auth.example/t"'], PULL, signal, undefined),
    ).rejects.toMatchObject({ code: 'REALM_REFUSED' });
    expect(requests).toEqual([]);
  });

  it('says what it does not speak', async () => {
    await expect(
      authorizer().challenged(HOST, ['Negotiate, NTLM'], PULL, signal, undefined),
    ).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('negotiate, ntlm') as string,
    });
    await expect(
      authorizer().challenged(HOST, ['Bearer service="s"'], PULL, signal, undefined),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('refuses a header that names two realms', async () => {
    await expect(
      authorizer().challenged(
        HOST,
        ['Bearer realm="https://a.example",realm="https://b.example"'],
        PULL,
        signal,
        undefined,
      ),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(requests).toEqual([]);
  });
});

describe('an identity token', () => {
  beforeEach(() => {
    logins[HOST] = { identityToken: 'refresh-me', username: 'alice', origin: 'a file' };
  });

  it('is exchanged by POST with blanks between the scopes', async () => {
    answer = () => json(200, { access_token: 'A1', refresh_token: 'ignored' });
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, ['repository:b:pull', 'repository:a:pull'], signal, undefined);
    expect(await auth.header(HOST, ['repository:a:pull', 'repository:b:pull'], signal)).toBe('Bearer A1');
    expect(requests[0]?.method).toBe('POST');
    expect(requests[0]?.url.search).toBe('');
    expect(requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(new TextDecoder().decode(requests[0]?.body))]).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'refresh-me'],
      ['service', 'registry.example'],
      ['client_id', 'airlock'],
      ['scope', 'repository:a:pull repository:b:pull'],
    ]);
  });

  it.each([404, 405])('is sent by GET where the token server answers POST with %i', async (status) => {
    answer = ({ method }) => (method === 'POST' ? json(status, {}) : json(200, { token: 'G1' }));
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer G1');
    expect(requests[1]?.headers['authorization']).toBe(basic('alice:refresh-me'));
  });

  it('that is spent means: log in again', async () => {
    answer = () => json(400, { error: 'invalid_grant', error_description: 'token is expired' });
    await expect(authorizer().challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message:
        'auth.example, which registry.example names for logins, refused the identity token from a file (400: token is expired).',
      remedy: expect.stringContaining('`airlock login registry.example`') as string,
    });
  });
});

describe('what a token server answers', () => {
  it.each([
    [{ token: 'T', access_token: 'A' }, 'Bearer T'],
    [{ access_token: 'A' }, 'Bearer A'],
    [{ token: '', access_token: 'A' }, 'Bearer A'],
    [{ token: null, access_token: 'A', expires_in: null, issued_at: null }, 'Bearer A'],
    [{ token: 'T', expires_in: '300' }, 'Bearer T'],
    [{ token: 'T', expires_in: 'soon', issued_at: 7 }, 'Bearer T'],
  ])('is read from %j', async (body, header) => {
    answer = () => json(200, body);
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    expect(await auth.header(HOST, PULL, signal)).toBe(header);
  });

  it.each([
    ['a login page', new TextEncoder().encode('<html>Log in</html>')],
    ['an object without a token', new TextEncoder().encode('{}')],
    ['a token with a line break', new TextEncoder().encode('{"token":"a\\r\\nX-Evil: 1"}')],
    ['nothing', new Uint8Array()],
  ])('is no token where it is %s', async (_what, body) => {
    answer = () => ({ status: 200, headers: {}, body });
    await expect(authorizer().challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'PROTOCOL',
      message: 'auth.example, which registry.example names for logins, answered without a token.',
    });
  });

  it('tells a wrong password by who refused it and where it came from, and does not send it twice', async () => {
    logins[HOST] = alice;
    answer = () => json(401, { details: 'incorrect username or password' });
    const auth = authorizer();
    const wrong = {
      code: 'UNAUTHORIZED',
      message:
        'auth.example, which registry.example names for logins, refused the login of "alice" from /home/a/.docker/config.json (401: incorrect username or password).',
    };
    await expect(auth.challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject(wrong);
    await expect(auth.header(HOST, PUSH, signal)).rejects.toMatchObject(wrong);
    await expect(auth.header(HOST, ['repository:x:pull'], signal)).rejects.toMatchObject(wrong);
    expect(requests).toHaveLength(1);
  });

  it('names the registry alone where it is its own token server', async () => {
    logins[HOST] = alice;
    answer = () => json(401, {});
    await expect(
      authorizer().challenged(HOST, ['Bearer realm="/token"'], PULL, signal, undefined),
    ).rejects.toMatchObject({
      message: 'registry.example refused the login of "alice" from /home/a/.docker/config.json (401).',
    });
  });

  it('goes on with the new password where a helper has one by now', async () => {
    logins[HOST] = alice;
    answer = ({ headers }) => {
      if (headers['authorization'] === basic('alice:new')) return json(200, { token: 'N' });
      logins[HOST] = { username: 'alice', password: 'new', origin: 'a helper' };
      return json(401, {});
    };
    const auth = authorizer();
    expect(await auth.challenged(HOST, BEARER, PULL, signal, undefined)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer N');
  });

  it('tells a missing login from a wrong one', async () => {
    answer = () => json(401, { errors: [{ code: 'UNAUTHORIZED', message: 'access denied' }] });
    await expect(authorizer().challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message:
        'auth.example, which registry.example names for logins, gives nothing without a login (401: access denied).',
      remedy: expect.stringContaining('`airlock login registry.example`') as string,
    });
  });

  it('tells a login without permission from a wrong one', async () => {
    logins[HOST] = alice;
    answer = () => json(403, {});
    const auth = authorizer();
    await expect(auth.challenged(HOST, BEARER, PUSH, signal, undefined)).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining('to pull and push team/app') as string,
    });
    answer = () => json(200, { token: 'T' });
    expect(await auth.header(HOST, ['repository:other:pull'], signal)).toBe('Bearer T');
  });

  it('hands on how long to wait', async () => {
    answer = () => json(429, {}, { 'retry-after': '17' });
    await expect(authorizer().challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: 17 },
    });
  });

  it('may help later where it failed', async () => {
    answer = () => json(503, {});
    const auth = authorizer();
    await expect(auth.challenged(HOST, BEARER, PULL, signal, undefined)).rejects.toMatchObject({
      code: 'SERVER_FAULT',
    });
    answer = () => json(200, { token: 'T' });
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T');
  });

  it('repeats no secret in any message', async () => {
    logins[HOST] = { username: 'alice', password: 'hunter2', origin: 'a file' };
    for (const status of [400, 401, 403, 429, 500]) {
      answer = () => json(status, { error: 'x' });
      const error: unknown = await authorizer()
        .challenged(HOST, BEARER, PULL, signal, undefined)
        .catch((thrown: unknown) => thrown);
      const text = JSON.stringify(error) + String(error);
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(basic('alice:hunter2').slice(6));
    }
  });
});

describe('the life of a token', () => {
  async function withToken(body: Record<string, unknown>, headers: TokenAnswer['headers'] = {}) {
    let count = 0;
    answer = () => json(200, { token: `T${(count += 1)}`, ...body }, headers);
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    const start = now;
    return async (seconds: number) => {
      now = start + seconds * 1000;
      return await auth.header(HOST, PULL, signal);
    };
  }

  it('is 60 s where the server says nothing; it is renewed 5 s early', async () => {
    const at = await withToken({});
    expect(await at(54)).toBe('Bearer T1');
    expect(await at(56)).toBe('Bearer T2');
  });

  it('is what the server says', async () => {
    const at = await withToken({ expires_in: 300 });
    expect(await at(290)).toBe('Bearer T1');
    expect(await at(296)).toBe('Bearer T2');
  });

  it('is never under 60 s', async () => {
    const at = await withToken({ expires_in: 5 });
    expect(await at(54)).toBe('Bearer T1');
  });

  it.each(['2001-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'yesterday'])(
    'does not depend on the clocks of server and machine agreeing (issued %s)',
    async (issuedAt) => {
      const at = await withToken({ expires_in: 300, issued_at: issuedAt });
      expect(await at(290)).toBe('Bearer T1');
      expect(await at(296)).toBe('Bearer T2');
    },
  );

  it('counts the age that a cached token had by the server’s own clock', async () => {
    const at = await withToken(
      { expires_in: 300, issued_at: '2001-01-01T00:00:00Z' },
      { date: 'Mon, 01 Jan 2001 00:01:40 GMT' },
    );
    expect(await at(194)).toBe('Bearer T1');
    expect(await at(196)).toBe('Bearer T2');
  });

  it('ends when the registry refuses it before its time, as in a long upload (I4)', async () => {
    const auth = authorizer();
    answer = () => json(200, { token: 'T1', expires_in: 3600 });
    await auth.challenged(HOST, BEARER, PUSH, signal, undefined);
    answer = () => json(200, { token: 'T2', expires_in: 3600 });
    now += 900_000;
    expect(await auth.header(HOST, PUSH, signal)).toBe('Bearer T1');
    expect(await auth.challenged(HOST, BEARER, PUSH, signal, 'Bearer T1')).toBe(true);
    expect(await auth.header(HOST, PUSH, signal)).toBe('Bearer T2');
  });

  it('that cannot be renewed ends the work at once with "log in again" (I3)', async () => {
    logins[HOST] = alice;
    const at = await withToken({});
    answer = () => json(401, {});
    await expect(at(100)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      remedy: expect.stringContaining('log in again') as string,
    });
    await expect(at(101)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(requests).toHaveLength(2);
  });
});

describe('a token that is refused', () => {
  it('for a scope that is missing is asked for once more with it', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    const wider = [`${BEARER[0]},scope="repository:team/base:pull",error="insufficient_scope"`];
    expect(await auth.challenged(HOST, wider, PULL, signal, 'Bearer T1')).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
    expect(requests[1]?.url.searchParams.getAll('scope')).toEqual([
      'repository:team/app:pull',
      'repository:team/base:pull',
    ]);
    await expect(auth.challenged(HOST, wider, PULL, signal, 'Bearer T2')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    expect(requests).toHaveLength(2);
  });

  it('means for nobody in particular: log in, or it is not there', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    await expect(auth.challenged(HOST, BEARER, PULL, signal, 'Bearer T1')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'registry.example lets nobody pull team/app without a login, or it is not there.',
    });
  });

  it('means for a login that is right: no permission', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PUSH, signal, undefined);
    await expect(auth.challenged(HOST, BEARER, PUSH, signal, 'Bearer T1')).rejects.toMatchObject({
      code: 'DENIED',
      message:
        'registry.example does not allow the login of "alice" from /home/a/.docker/config.json to pull and push team/app, or it is not there.',
    });
  });

  it('though just given points at a clock', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    await expect(
      auth.challenged(HOST, [`${BEARER[0]},error="invalid_token"`], PULL, signal, 'Bearer T1'),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED', remedy: expect.stringContaining('clocks') as string });
  });

  it('without a challenge is left to the words of the answer (Harbor: project not found)', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PUSH, signal, undefined);
    expect(await auth.challenged(HOST, [], PUSH, signal, 'Bearer T1')).toBe(false);
  });

  it('by Harbor with a Basic challenge is denied when new, and renewed when old', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PUSH, signal, undefined);
    const harbor = ['Basic realm="harbor"'];
    await expect(auth.challenged(HOST, harbor, PUSH, signal, 'Bearer T1')).rejects.toMatchObject({
      code: 'DENIED',
    });
    now += 50_000;
    expect(await auth.challenged(HOST, harbor, PUSH, signal, 'Bearer T1')).toBe(true);
    expect(await auth.header(HOST, PUSH, signal)).toBe('Bearer T2');
  });

  it('is renewed without a challenge too, where it had been good', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    now += 30_000;
    expect(await auth.challenged(HOST, [], PULL, signal, 'Bearer T1')).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
  });
});

describe('a 401 without a challenge', () => {
  it('is answered by what the host asked for before, as gcr.io needs it', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, [], signal, undefined);
    expect(await auth.challenged(HOST, [], PULL, signal, undefined)).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
  });

  it('leads nowhere at a host that never asked', async () => {
    expect(await authorizer().challenged(HOST, [], PULL, signal, undefined)).toBe(false);
  });
});

describe('requests side by side', () => {
  it('share one token request', async () => {
    const auth = authorizer();
    const given = await Promise.all(
      Array.from({ length: 8 }, async () => {
        await auth.challenged(HOST, BEARER, PULL, signal, undefined);
        return await auth.header(HOST, PULL, signal);
      }),
    );
    expect(new Set(given)).toEqual(new Set(['Bearer T1']));
    expect(requests).toHaveLength(1);
  });

  it('share one renewal, though each of them was refused with the old token', async () => {
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    now += 30_000;
    const again = await Promise.all(
      Array.from({ length: 8 }, () => auth.challenged(HOST, BEARER, PULL, signal, 'Bearer T1')),
    );
    expect(again).toEqual(Array.from({ length: 8 }, () => true));
    expect(await auth.challenged(HOST, BEARER, PULL, signal, 'Bearer T1')).toBe(true);
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T2');
    expect(requests).toHaveLength(2);
  });

  it('send a login one at a time until it is known to be right', async () => {
    logins[HOST] = alice;
    const answers: ((value: TokenAnswer) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const auth = authorizer();
    const asking = ['a', 'b', 'c'].map((name) =>
      auth.challenged(HOST, BEARER, [`repository:${name}:pull`], signal, undefined),
    );
    const settled = Promise.allSettled(asking);
    for (let turns = 0; turns < 100; turns += 1) await Promise.resolve();
    expect(requests).toHaveLength(1);
    answers[0]?.(json(401, {}));
    for (const result of await settled)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAUTHORIZED' } });
    expect(requests).toHaveLength(1);
  });

  it('go side by side once a login was accepted', async () => {
    logins[HOST] = alice;
    const auth = authorizer();
    await auth.challenged(HOST, BEARER, PULL, signal, undefined);
    answer = () => new Promise(() => undefined);
    const cancel = new AbortController();
    const asking = Promise.allSettled(
      ['a', 'b', 'c'].map((name) => auth.header(HOST, [`repository:${name}:pull`], cancel.signal)),
    );
    for (let turns = 0; turns < 100; turns += 1) await Promise.resolve();
    expect(requests).toHaveLength(4);
    cancel.abort();
    await asking;
  });

  it('do not fail because one of them was cancelled', async () => {
    const { promise, resolve } = Promise.withResolvers<TokenAnswer>();
    answer = () => promise;
    const auth = authorizer();
    const first = new AbortController();
    const one = auth.challenged(HOST, BEARER, PULL, first.signal, undefined);
    const other = auth.challenged(HOST, BEARER, PULL, signal, undefined);
    const reason = new Error('cancelled');
    first.abort(reason);
    await expect(one).rejects.toBe(reason);
    resolve(json(200, { token: 'T' }));
    expect(await other).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('stop the token request when all of them were cancelled, and the next one starts anew', async () => {
    answer = (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      });
    const auth = authorizer();
    const cancel = new AbortController();
    const asking = auth.challenged(HOST, BEARER, PULL, cancel.signal, undefined);
    const reason = new Error('cancelled');
    while (requests.length === 0) await Promise.resolve();
    cancel.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(requests[0]?.signal.aborted).toBe(true);
    answer = () => json(200, { token: 'T' });
    expect(await auth.header(HOST, PULL, signal)).toBe('Bearer T');
  });
});

it('holds a bounded number of tokens', async () => {
  const auth = authorizer();
  await auth.challenged(HOST, BEARER, [], signal, undefined);
  for (let count = 0; count < 1200; count += 1)
    await auth.header(HOST, [`repository:app${count}:pull`], signal);
  expect(requests).toHaveLength(1201);
  await auth.header(HOST, ['repository:app1199:pull'], signal);
  expect(requests).toHaveLength(1201);
  await auth.header(HOST, ['repository:app0:pull'], signal);
  expect(requests).toHaveLength(1202);
});
