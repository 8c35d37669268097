import { readFile } from 'node:fs/promises';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import http from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MEDIA } from '../../../../shared/domain/descriptor.ts';
import { networkFailure } from '../../../../electron/engine/registry/failures.ts';
import { describeWith } from '../../../support/describe-with.ts';
import { errorBody } from '../../../support/fault-registry.ts';
import { makeCertificate } from '../../../support/programs.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { blobOf, errorOf, faultRegistry, manifestOf, readAll, testClient } from './harness.ts';

describe('a registry that wants to be left alone', () => {
  it.each([
    ['seconds', '7200', 7200],
    ['a date', 'Thu, 01 Jan 2026 03:00:00 GMT', 10_800],
  ])('is waited for as long as it says, in %s, and the operator is told', async (_, header, seconds) => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    registry.order({
      path: /manifests/,
      times: 1,
      respond: ({ answer }) =>
        answer(429, { 'retry-after': header }, errorBody('TOOMANYREQUESTS', 'slow down')),
    });
    const told: unknown[] = [];
    const client = testClient({ onWait: (...wait) => told.push(wait) });
    expect(await client.repository(registry.host, 'team/app').resolve('1.0')).toEqual(descriptor);
    expect(client.waits.seconds).toEqual([seconds]);
    expect(told).toEqual([[registry.host, seconds, expect.stringContaining('asked too often')]]);
  });

  it('is not asked by the others either while one waits', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /first/,
      times: 1,
      respond: ({ answer }) => answer(429, { 'retry-after': '60' }),
    });
    const client = testClient({ retries: 0 });
    const repository = client.repository(registry.host, 'team/app');
    const error = await errorOf(repository.fetchManifest('first'));
    expect(error.code).toBe('RATE_LIMITED');
    await repository.resolve('second');
    expect(client.waits.seconds).toEqual([60]);
  });

  it('says what it has left, and warns once', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /manifests/,
      respond: ({ answer }) =>
        answer(404, {
          'ratelimit-limit': '100;w=21600',
          'ratelimit-remaining': '20;w=21600',
          warning: '299 - "This registry moves on Friday"',
        }),
    });
    const client = testClient();
    await client.repository(registry.host, 'team/app').resolve('1.0');
    await client.repository(registry.host, 'team/app').resolve('1.0');
    expect(client.rateLimits.get(registry.host)).toEqual({
      limit: 100,
      remaining: 20,
      windowSeconds: 21_600,
    });
    expect(client.notices).toEqual([`${registry.host}: This registry moves on Friday`]);
  });
});

describe('an answer that is a failure', () => {
  it.each([408, 425, 429, 499, 500, 502, 503, 504, 522])('%i is tried again', async (status) => {
    const registry = await faultRegistry();
    const { bytes } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    registry.order({ path: /manifests/, times: 2, respond: ({ answer }) => answer(status) });
    const client = testClient();
    expect(await client.repository(registry.host, 'team/app').fetchManifest('1.0')).toBeDefined();
    const [first = 0, second = 0] = client.waits.seconds;
    expect(first).toBeGreaterThanOrEqual(0.25);
    expect(first).toBeLessThanOrEqual(0.5);
    expect(second).toBeGreaterThanOrEqual(0.5);
    expect(second).toBeLessThanOrEqual(1);
  });

  it.each([
    [400, 'MANIFEST_INVALID', 'PROTOCOL'],
    [403, 'DENIED', 'DENIED'],
    [405, 'UNSUPPORTED', 'PROTOCOL'],
    [409, 'CONFLICT', 'PROTOCOL'],
    [501, 'UNSUPPORTED', 'PROTOCOL'],
  ])('%i %s is final', async (status, registryCode, code) => {
    const registry = await faultRegistry();
    registry.order({
      path: /manifests/,
      respond: ({ answer }) => answer(status, {}, errorBody(registryCode, 'no')),
    });
    const client = testClient();
    const error = await errorOf(client.repository(registry.host, 'team/app').fetchManifest('1.0'));
    expect(error.code).toBe(code);
    expect(error.details['status']).toBe(status);
    expect(registry.requests).toHaveLength(1);
  });

  it('is given up after the attempts that the limits allow, and says how many they were', async () => {
    const registry = await faultRegistry();
    registry.order({ path: /./, respond: ({ answer }) => answer(503) });
    const client = testClient({ retries: 3 });
    const error = await errorOf(client.repository(registry.host, 'team/app').fetchManifest('1.0'));
    expect(error).toMatchObject({ code: 'SERVER_FAULT', details: { attempts: 4 } });
    expect(registry.requests).toHaveLength(4);
  });

  it('shows the registry’s words without queries, tokens and control characters', async () => {
    const registry = await faultRegistry();
    const words =
      'denied\u001b[31m at https://s3.example/b?X-Amz-Signature=SECRET with Bearer eyJhbGciOiJSUzI1NiJ9.x.y';
    registry.order({ path: /./, respond: ({ answer }) => answer(403, {}, errorBody('DENIED', words)) });
    const error = await errorOf(testClient().repository(registry.host, 'team/app').fetchManifest('1.0'));
    expect(error.message).toContain('denied');
    expect(error.message).not.toMatch(/SECRET|eyJ|\p{Cc}/u);
  });

  it('in HTML gives its title', async () => {
    const registry = await faultRegistry();
    const page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    registry.order({ path: /./, respond: ({ answer }) => answer(502, {}, page) });
    const client = testClient({ retries: 0 });
    const error = await errorOf(client.repository(registry.host, 'team/app').fetchManifest('1.0'));
    expect(error.message).toContain('502 Bad Gateway');
  });

  it('401 for a project that is missing says so (Harbor, with an empty challenge)', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /uploads/,
      respond: ({ answer }) =>
        answer(401, { 'www-authenticate': '' }, errorBody('UNAUTHORIZED', 'project plant not found')),
    });
    const blob = blobOf('a', 10);
    const client = testClient();
    const writer = await client.repository(registry.host, 'plant/app').ingest(blob.descriptor);
    await writer?.write(blob.bytes);
    const error = await errorOf(Promise.resolve(writer?.commit()));
    expect(error.code).toBe('UNAUTHORIZED');
    expect(error.message).toContain('no project plant');
    expect(error.remedy).toContain('create the project plant');
    expect(client.waits.seconds).toEqual([]);
  });

  it('401 without a challenge is answered with the challenge of /v2/ (gcr.io)', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    registry.order({
      path: /^\/v2\//,
      respond: async ({ request, pass, answer }) => {
        if (request.headers.authorization !== undefined) return pass();
        const challenge = { 'www-authenticate': 'Basic realm="r"' };
        return answer(401, request.url === '/v2/' ? challenge : {});
      },
    });
    const client = testClient({ logins: { [registry.host]: { username: 'u', password: 'p' } } });
    expect(await client.repository(registry.host, 'team/app').resolve('1.0')).toEqual(descriptor);
  });

  it('401 that asks for several kinds of login is answered with the one at hand', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = manifestOf();
    registry.putManifest('team/app', MEDIA.ociManifest, bytes, '1.0');
    registry.order({
      path: /^\/v2\//,
      respond: async ({ request, response, pass }) => {
        if (request.headers.authorization?.startsWith('Basic ') === true) return pass();
        response.setHeader('www-authenticate', ['Negotiate', 'Basic realm="a, b"']);
        response.writeHead(401).end();
        return undefined;
      },
    });
    const client = testClient({ logins: { [registry.host]: { username: 'u', password: 'p' } } });
    expect(await client.repository(registry.host, 'team/app').resolve('1.0')).toEqual(descriptor);
  });
});

describe('a host that cannot be reached', () => {
  it('is named, with one short retry for a name that nobody knows', async () => {
    const client = testClient();
    const error = await errorOf(client.ping('registry.does-not-exist.invalid'));
    expect(error.code).toBe('HOST_UNKNOWN');
    expect(error.message).toContain('registry.does-not-exist.invalid');
    expect(client.waits.seconds.length).toBeLessThanOrEqual(1);
  });

  it('is named where nothing listens', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => void server.close(resolve));
    const client = testClient();
    for (const hosts of [{}, { [`127.0.0.1:${port}`]: { plainHttp: true } }]) {
      const error = await errorOf(testClient({ hosts }).ping(`127.0.0.1:${port}`));
      expect(error.code).toBe('HOST_UNREACHABLE');
    }
    expect(client.waits.seconds).toEqual([]);
  });

  it('that closes the connection without a word is a lost connection', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /./,
      respond: ({ request }) => {
        request.socket.destroy();
      },
    });
    const client = testClient({ retries: 2 });
    const { descriptor } = blobOf('a', 10);
    const repository = client.repository(registry.host, 'team/app');
    expect((await errorOf(repository.fetchManifest('1.0'))).code).toBe('CONNECTION_LOST');
    expect((await errorOf(readAll(repository.open(descriptor)))).code).toBe('CONNECTION_LOST');
  });

  it('that speaks something else than HTTP is no registry', async () => {
    const server = net
      .createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('SSH-2.0-OpenSSH_9.2p1\r\n\r\n');
      })
      .listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const host = `127.0.0.1:${port}`;
    const client = testClient({ hosts: { [host]: { plainHttp: true } }, retries: 0 });
    const reading = readAll(client.repository(host, 'team/app').open(blobOf('a', 10).descriptor));
    expect((await errorOf(reading)).code).toBe('PROTOCOL');
  });
});

describe('http and https', () => {
  it('a loopback registry without TLS is found out without being told, and asked once', async () => {
    const registry = await faultRegistry();
    const client = testClient();
    await Promise.all([client.ping(registry.host), client.ping(registry.host)]);
    expect(registry.lines).toEqual(['GET /v2/', 'GET /v2/']);
  });

  it('https spoken to plain http, and the other way round, is said with the flag to change', () => {
    const wrong = Object.assign(new Error('wrong version number'), { code: 'EPROTO' });
    const failure = networkFailure(wrong, 'registry.example');
    expect(failure.code).toBe('PROTOCOL');
    expect(failure.remedy).toContain('--plain-http registry.example');
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'TLS_UNTRUSTED', 'has expired'],
    ['CERT_NOT_YET_VALID', 'TLS_UNTRUSTED', 'not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_UNTRUSTED', 'another name'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_UNTRUSTED', 'signed by "Plant Proxy CA"'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLS_UNTRUSTED', 'broke the TLS greeting off'],
    ['EAI_AGAIN', 'HOST_UNKNOWN', 'DNS'],
    ['ETIMEDOUT', 'HOST_UNREACHABLE', 'No connection'],
    ['EPIPE', 'CONNECTION_LOST', 'broke (EPIPE)'],
  ])('%s of the network is %s', (network, code, words) => {
    const failure = networkFailure(Object.assign(new Error('x'), { code: network }), 'registry.example', {
      issuer: 'Plant Proxy CA',
    });
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    expect(failure.details['network']).toBe(network);
  });

  it('plain http chosen for a registry with TLS is said (Go registries answer 400)', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /./,
      respond: ({ answer }) => answer(400, {}, 'Client sent an HTTP request to an HTTPS server.\n'),
    });
    const client = testClient({ hosts: { [registry.host]: { plainHttp: true } } });
    const error = await errorOf(client.ping(registry.host));
    expect(error.message).toContain('speaks https');
    expect(error.remedy).toContain('--plain-http');
  });
});

describeWith('openssl')('a registry with TLS', () => {
  async function certificate() {
    const { ca, cert, key } = await makeCertificate(await tempFolder());
    return { ca, cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  }

  it('a certificate that nobody signed is named with its issuer, and trusted when given', async () => {
    const tls = await certificate();
    const registry = await faultRegistry({ tls });
    const blob = blobOf('a', 100_000);
    registry.putBlob('team/app', blob.bytes);
    for (const attempt of ['ping', 'open']) {
      const client = testClient();
      const error = await errorOf(
        attempt === 'ping'
          ? client.ping(registry.host)
          : readAll(client.repository(registry.host, 'team/app').open(blob.descriptor)),
      );
      expect(error.code).toBe('TLS_UNTRUSTED');
      expect(error.message).toContain('Airlock test authority');
      expect(error.remedy).toContain(`--ca ${registry.host}=FILE`);
      expect(client.waits.seconds).toEqual([]);
    }
    expect(registry.requests).toEqual([]);
    const client = testClient({ hosts: { [registry.host]: { ca: tls.ca } } });
    await client.ping(registry.host);
    const read = await readAll(client.repository(registry.host, 'team/app').open(blob.descriptor));
    expect(read.equals(blob.bytes)).toBe(true);
  });

  it('a redirect from https to plain http is refused', async () => {
    const tls = await certificate();
    const plain = await faultRegistry();
    const registry = await faultRegistry({ tls });
    const blob = blobOf('a', 1000);
    plain.putBlob('team/app', blob.bytes);
    registry.order({
      path: /blobs/,
      respond: ({ request, answer }) => answer(307, { location: `${plain.url}${request.url}` }),
    });
    const client = testClient({ hosts: { [registry.host]: { ca: tls.ca } } });
    const repository = client.repository(registry.host, 'team/app');
    const error = await errorOf(readAll(repository.open(blob.descriptor)));
    expect(error.code).toBe('PROTOCOL');
    expect(plain.requests).toEqual([]);
  });

  it('an upload’s Location that only lost the https of its own host gets it back', async () => {
    const tls = await certificate();
    const registry = await faultRegistry({ tls });
    const blob = blobOf('a', 1000);
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => {
        registry.uploads.set('id', Buffer.alloc(0));
        answer(202, { location: `http://${registry.host}/v2/team/app/blobs/uploads/id` });
      },
    });
    const client = testClient({ hosts: { [registry.host]: { ca: tls.ca } } });
    const writer = await client.repository(registry.host, 'team/app').ingest(blob.descriptor);
    await writer?.write(blob.bytes);
    await writer?.commit();
    expect(registry.blobs.size).toBe(1);
  });
});

describe('a proxy', () => {
  /** Forwards absolute-form requests to one registry; asks for a login where one is given. */
  async function proxyTo(
    target: string,
    login?: string,
  ): Promise<{ readonly url: string; readonly seen: string[] }> {
    const seen: string[] = [];
    const server = http.createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (login !== undefined && request.headers['proxy-authorization'] !== login) {
        response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
        return;
      }
      const { pathname, search } = new URL(request.url ?? '');
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const onward = http.request(
        `${target}${pathname}${search}`,
        { method: request.method ?? 'GET', headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
    });
    server.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
  }

  it('carries every request, bodies both ways', async () => {
    const registry = await faultRegistry();
    const proxy = await proxyTo(registry.url, `Basic ${Buffer.from('u:p').toString('base64')}`);
    const client = testClient({
      hosts: { 'registry.test': { plainHttp: true } },
      environment: { http_proxy: proxy.url.replace('//', '//u:p@') },
    });
    const blob = blobOf('a', 300_000);
    const repository = client.repository('registry.test', 'team/app');
    const writer = await repository.ingest(blob.descriptor);
    await writer?.write(blob.bytes);
    await writer?.commit();
    expect((await readAll(repository.open(blob.descriptor))).equals(blob.bytes)).toBe(true);
    expect(proxy.seen.every((line) => line.includes(' http://registry.test/v2/'))).toBe(true);
    expect(proxy.seen).toHaveLength(registry.requests.length);
  });

  it('that cannot be reached, or lets nothing through, is named beside the host', () => {
    const proxy = { url: 'http://proxy.corp:3128' };
    const failed = (code: string, message = '') =>
      networkFailure(Object.assign(new Error(message), { code }), 'registry.example', { proxy });
    expect(failed('ECONNREFUSED').message).toContain('registry.example through the proxy proxy.corp:3128');
    expect(failed('ENOTFOUND').message).toContain('The proxy proxy.corp:3128');
    const refused = failed('UND_ERR_ABORTED', 'Proxy response (403) !== 200 when HTTP Tunneling');
    expect(refused.code).toBe('HOST_UNREACHABLE');
    expect(refused.message).toContain('answers 403');
  });

  it('that asks for a login is named, over http and https', async () => {
    const registry = await faultRegistry();
    const proxy = await proxyTo(registry.url, 'Basic nobody');
    const client = testClient({
      hosts: { 'plain.test': { plainHttp: true } },
      environment: { http_proxy: proxy.url, https_proxy: proxy.url },
    });
    for (const host of ['plain.test', 'secure.test']) {
      const error = await errorOf(client.ping(host));
      expect(error.code).toBe('PROXY_LOGIN');
      expect(error.message).toContain(new URL(proxy.url).host);
    }
    expect(client.waits.seconds).toEqual([]);
  });
});

describe('how people write hosts and repositories', () => {
  it.each([
    ['127.0.0.1:5000', 'team/app'],
    ['127.0.0.1:5000/', 'team/app/'],
    ['https://127.0.0.1:5000', '/team/app'],
  ])('%s and %s are one place', (host, name) => {
    const repository = testClient().repository(host, name);
    expect(repository.label).toBe('127.0.0.1:5000/team/app');
  });

  it.each(['index.docker.io', 'registry-1.docker.io', 'docker.io'])('%s is Docker Hub', (host) => {
    expect(testClient().repository(host, 'library/nginx').host).toBe('docker.io');
  });

  it.each([
    ['not a host', 'team/app'],
    ['registry.example', 'Team/App'],
    ['registry.example', ''],
    ['registry.example', '../escape'],
  ])('%s with "%s" is refused', (host, name) => {
    expect(() => testClient().repository(host, name)).toThrow(
      expect.objectContaining({ code: 'REFERENCE_INVALID' }),
    );
  });

  it('an IPv6 host is reached', async () => {
    const server = http.createServer((_request, response) => response.end()).listen(0, '::1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await testClient().ping(`[::1]:${(server.address() as AddressInfo).port}`);
  });
});
