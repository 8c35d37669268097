// Logins, proxies and certificates with the real client, against registries that check them.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quietContext } from '../../electron/engine/jobs/job-context.ts';
import { createRegistryClient } from '../../electron/engine/registry/index.ts';
import type { RegistryClient, RegistryClientOptions } from '../../electron/engine/registry/index.ts';
import { login } from '../../electron/engine/registry/credentials/login.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import type { ConnectProxyOptions } from '../support/connect-proxy.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { makeCertificate, requireProgram, startDockerRegistry } from '../support/programs.ts';
import type { RegistryOptions } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTokenRegistry } from '../support/token-registry.ts';
import type { TokenRegistryOptions } from '../support/token-registry.ts';

const IMAGE = makeImage({ seed: 'auth', layers: 2 });
const BASIC = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

interface Machine {
  readonly home: string;
  readonly environment: Record<string, string>;
  readonly authFile: string;
}

/** A machine without any login. */
async function machine(): Promise<Machine> {
  const home = await tempFolder();
  return {
    home,
    environment: { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_RUNTIME_DIR: join(home, 'run') },
    authFile: join(home, 'state', 'auth.json'),
  };
}

async function machineWith(auths: Readonly<Record<string, unknown>>): Promise<Machine> {
  const made = await machine();
  await mkdir(join(made.home, '.docker'));
  await writeFile(join(made.home, '.docker', 'config.json'), JSON.stringify({ auths }));
  return made;
}

const entry = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

function client(on: Machine, more: Partial<RegistryClientOptions> = {}): RegistryClient {
  const { limits, clock } = quietContext();
  const made = createRegistryClient({
    limits: { ...limits, retries: 1 },
    clock,
    environment: on.environment,
    authFile: on.authFile,
    ...more,
  });
  onTestFinished(() => made.close());
  return made;
}

/** Every blob and then the manifest, as an import does. */
async function push(to: RegistryClient, host: string, name: string): Promise<void> {
  const repository = to.repository(host, name);
  for (const descriptor of [...IMAGE.layers.map((layer) => layer.descriptor), configOf()]) {
    const writer = await repository.ingest(descriptor);
    if (writer === null) continue;
    try {
      await writer.write(IMAGE.blobs.get(descriptor.digest) ?? new Uint8Array());
      await writer.commit();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }
  const bytes = IMAGE.blobs.get(IMAGE.root.digest) ?? new Uint8Array();
  await repository.pushManifest('1', { descriptor: IMAGE.root, bytes });
}

function configOf() {
  const manifest = JSON.parse(Buffer.from(IMAGE.blobs.get(IMAGE.root.digest) ?? []).toString()) as {
    config: (typeof IMAGE)['root'];
  };
  return manifest.config;
}

async function tokenRegistry(options: Partial<TokenRegistryOptions> = {}) {
  const behind = await startRegistry();
  onTestFinished(() => behind.close());
  const front = await startTokenRegistry({ behind: behind.url, ...options });
  onTestFinished(() => front.close());
  return { ...front, behind };
}

async function dockerRegistry(options: RegistryOptions) {
  const registry = await startDockerRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

describe('a registry with a token server', () => {
  test('gives a public image to everybody', async () => {
    const registry = await tokenRegistry({ publicPull: true });
    await pushContent(registry.behind.url, 'team/app', IMAGE, '1');
    const repository = client(await machine()).repository(registry.host, 'team/app');
    expect((await repository.resolve('1'))?.digest).toBe(IMAGE.root.digest);
    expect((await repository.fetchManifest('1'))?.descriptor.digest).toBe(IMAGE.root.digest);
    expect(registry.tokenRequests).toEqual(['GET - repository:team/app:pull']);
  });

  test('takes a push from who may, blobs and manifest alike (I15)', async () => {
    const registry = await tokenRegistry({ accounts: { alice: 'right' } });
    const on = await machineWith({ [registry.host]: entry('alice:right') });
    const to = client(on);
    await push(to, registry.host, 'team/app');
    expect((await to.repository(registry.host, 'team/app').resolve('1'))?.digest).toBe(IMAGE.root.digest);
    expect(registry.tokenRequests).toContain('GET alice repository:team/app:pull,push');
  });

  test('says how to log in to who is nobody', async () => {
    const registry = await tokenRegistry({ accounts: { alice: 'right' } });
    await expect(
      client(await machine())
        .repository(registry.host, 'team/app')
        .resolve('1'),
    ).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      remedy: expect.stringContaining(`airlock login ${registry.host}`) as string,
    });
  });

  test('lets nobody push where only pulling is public', async () => {
    const registry = await tokenRegistry({ publicPull: true });
    await expect(push(client(await machine()), registry.host, 'team/app')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('lets nobody pull and push team/app without a login') as string,
    });
  });

  test('is sent a wrong password once, however many items want it', async () => {
    const registry = await tokenRegistry({ accounts: { alice: 'right' } });
    const on = await machineWith({ [registry.host]: entry('alice:wrong') });
    const to = client(on);
    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) => to.repository(registry.host, name).resolve('1')),
    );
    for (const result of results)
      expect(result).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'UNAUTHORIZED',
          message: expect.stringMatching(/refused the login of "alice" from .*config\.json/) as string,
        },
      });
    await expect(to.repository(registry.host, 'e').resolve('1')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    expect(registry.tokenRequests).toHaveLength(1);
  });

  test('forgets its tokens in the middle of a push, and the push goes on (I4)', async () => {
    let uploads = 0;
    const registry = await tokenRegistry({
      accounts: { alice: 'right' },
      // With the body of the second blob on its way.
      expireBefore: (method) => method === 'PUT' && (uploads += 1) === 2,
    });
    const on = await machineWith({ [registry.host]: entry('alice:right') });
    // Old enough to have been good once: a token refused as soon as it was given is a refusal.
    let skew = 0;
    const { limits, clock } = quietContext();
    const to = client(on, { limits, clock: { ...clock, now: () => clock.now() + (skew += 1500) } });
    await push(to, registry.host, 'team/app');
    expect((await to.repository(registry.host, 'team/app').resolve('1'))?.digest).toBe(IMAGE.root.digest);
    expect(uploads).toBeGreaterThan(3);
  });

  test('takes an identity token by POST', async () => {
    const registry = await tokenRegistry({ identityTokens: ['refresh-1'] });
    const on = await machineWith({ [registry.host]: { identitytoken: 'refresh-1' } });
    await push(client(on), registry.host, 'team/app');
    expect(registry.tokenRequests).toContain('POST refresh-1 repository:team/app:pull,push');
    expect(registry.tokenRequests.filter((request) => !request.startsWith('POST refresh-1 '))).toEqual([]);
  });

  test('without POST takes an identity token by GET', async () => {
    const registry = await tokenRegistry({ accounts: { alice: 'refresh-1' } });
    const on = await machineWith({ [registry.host]: { ...entry('alice:'), identitytoken: 'refresh-1' } });
    await push(client(on), registry.host, 'team/app');
    expect(registry.tokenRequests).toContain('GET alice repository:team/app:pull,push');
  });

  test('says that an identity token is spent', async () => {
    const registry = await tokenRegistry({ identityTokens: ['other'] });
    const on = await machineWith({ [registry.host]: { identitytoken: 'refresh-1' } });
    await expect(push(client(on), registry.host, 'team/app')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('refused the identity token') as string,
    });
  });

  test('over plain http may name its token server with https, as Harbor does (I26)', async () => {
    const registry = await tokenRegistry({
      accounts: { alice: 'right' },
      realm: (url) => `${url.replace('http:', 'https:')}/token`,
    });
    const on = await machineWith({ [registry.host]: entry('alice:right') });
    await push(client(on, { hosts: { [registry.host]: { plainHttp: true } } }), registry.host, 'team/app');
  });

  test('that sends logins elsewhere over plain http gets none', async () => {
    const registry = await tokenRegistry({ realm: () => 'http://auth.test/token' });
    const on = await machineWith({ [registry.host]: entry('alice:right') });
    await expect(push(client(on), registry.host, 'team/app')).rejects.toMatchObject({
      code: 'REALM_REFUSED',
    });
    expect(registry.tokenRequests).toEqual([]);
  });
});

describeWith('docker-registry')('docker-registry with accounts', () => {
  test('takes a login, a push and a pull', async () => {
    const registry = await dockerRegistry({ htpasswd: { alice: 'pa:ss wörd' } });
    const on = await machine();
    const result = await login({
      host: registry.host,
      username: 'alice',
      password: 'pa:ss wörd',
      environment: on.environment,
      authFile: on.authFile,
      verify: (credentials) => client(on, { credentials }).ping(registry.host),
    });
    expect(result).toEqual({ storedIn: on.authFile, plainText: true });
    const to = client(on);
    await push(to, registry.host, 'team/app');
    expect((await to.repository(registry.host, 'team/app').resolve('1'))?.digest).toBe(IMAGE.root.digest);
  });

  test('refuses a wrong password, which is then not kept', async () => {
    const registry = await dockerRegistry({ htpasswd: { alice: 'right' } });
    const on = await machine();
    await expect(
      login({
        host: registry.host,
        username: 'alice',
        password: 'wrong',
        environment: on.environment,
        authFile: on.authFile,
        verify: (credentials) => client(on, { credentials }).ping(registry.host),
      }),
    ).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: `${registry.host} refused the login of "alice" from what was typed (401).`,
    });
    await expect(readFile(on.authFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('says how to log in to who is nobody', async () => {
    const registry = await dockerRegistry({ htpasswd: { alice: 'right' } });
    await expect(push(client(await machine()), registry.host, 'team/app')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: `${registry.host} asks for a login.`,
      remedy: expect.stringContaining(`airlock login ${registry.host}`) as string,
    });
  });
});

describeWith('docker-registry', 'openssl')('docker-registry with a certificate of its own authority', () => {
  test('is trusted with --ca, and with certs.d', async () => {
    const registry = await dockerRegistry({ tls: true });
    const { ca = '' } = registry;
    await push(client(await machine(), { hosts: { [registry.host]: { ca } } }), registry.host, 'team/app');
    const on = await machine();
    const folder = join(on.home, 'config', 'containers', 'certs.d', registry.host);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.crt'), ca);
    expect((await client(on).repository(registry.host, 'team/app').resolve('1'))?.digest).toBe(
      IMAGE.root.digest,
    );
  });

  test('is not trusted without, and the message names the authority', async () => {
    const registry = await dockerRegistry({ tls: true });
    await expect(client(await machine()).ping(registry.host)).rejects.toMatchObject({
      code: 'TLS_UNTRUSTED',
      message: expect.stringContaining('"Airlock test authority"') as string,
      remedy: expect.stringContaining(`--ca ${registry.host}=FILE`) as string,
    });
  });
});

describeWith('docker-registry')('a proxy', () => {
  const NAME = 'registry.test';

  async function behindProxy(options: Partial<ConnectProxyOptions> = {}) {
    // The engine's own registry on loopback answers to no name but localhost.
    const registry = await dockerRegistry({});
    await pushContent(registry.url, 'team/app', IMAGE, '1');
    const proxy = await startConnectProxy({
      routes: { [`${NAME}:80`]: registry.host, [`${NAME}:443`]: registry.host },
      ...options,
    });
    onTestFinished(() => proxy.close());
    return proxy;
  }

  async function machineBehind(url: string): Promise<Machine> {
    const made = await machine();
    return { ...made, environment: { ...made.environment, HTTP_PROXY: url, HTTPS_PROXY: url } };
  }

  const plain = { hosts: { [NAME]: { plainHttp: true } } };

  test('with a login gets it, and the registry does not', async () => {
    const proxy = await behindProxy({ authorization: BASIC('desk:p@ss') });
    const on = await machineBehind(proxy.url.replace('//', '//desk:p%40ss@'));
    const repository = client(on, plain).repository(NAME, 'team/app');
    const manifest = await repository.fetchManifest('1');
    expect(manifest?.descriptor.digest).toBe(IMAGE.root.digest);
    expect(proxy.requests.length).toBeGreaterThan(0);
  });

  test('that asks for a login is named, with the way to give one', async () => {
    const proxy = await behindProxy({ authorization: BASIC('desk:p@ss') });
    const { host } = new URL(proxy.url);
    for (const hosts of [plain.hosts, {}])
      await expect(client(await machineBehind(proxy.url), { hosts }).ping(NAME)).rejects.toMatchObject({
        code: 'PROXY_LOGIN',
        message: expect.stringContaining(host) as string,
      });
  });

  test('that refuses a login is named, and the login is not', async () => {
    const proxy = await behindProxy({ authorization: BASIC('desk:p@ss') });
    const on = await machineBehind(proxy.url.replace('//', '//desk:hunter2@'));
    const error: unknown = await client(on)
      .ping(NAME)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'PROXY_LOGIN',
      message: `The proxy ${new URL(proxy.url).host} refused the user and password that were sent.`,
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('is not used for this machine', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.close());
    const proxy = await behindProxy();
    await client(await machineBehind(proxy.url)).ping(registry.host);
    expect(proxy.requests).toEqual([]);
  });

  describeWith('openssl')('that looks into TLS', () => {
    async function inspecting() {
      const folder = await tempFolder();
      const { ca } = await makeCertificate(folder);
      const file = (name: string) => join(folder, name);
      // As such a proxy does: a certificate for the name that is asked for, signed by the company.
      await writeFile(file('names'), `subjectAltName=DNS:${NAME}\n`);
      const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '30'];
      const subject = ['-in', file('server.csr'), '-out', file('proxy.pem'), '-extfile', file('names')];
      execFileSync(requireProgram('openssl').path, ['x509', '-req', ...signer, ...subject], {
        stdio: 'pipe',
      });
      const cert = await readFile(file('proxy.pem'), 'utf8');
      const key = await readFile(file('server.key'), 'utf8');
      return { ca, proxy: await behindProxy({ inspect: { cert, key } }) };
    }

    test('is named by its authority', async () => {
      const { proxy } = await inspecting();
      await expect(client(await machineBehind(proxy.url)).ping(NAME)).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
        message: expect.stringContaining('"Airlock test authority"') as string,
        remedy: expect.stringContaining('company proxy') as string,
      });
    });

    test('works with its authority', async () => {
      const { ca, proxy } = await inspecting();
      const to = client(await machineBehind(proxy.url), { hosts: { [NAME]: { ca } } });
      const manifest = await to.repository(NAME, 'team/app').fetchManifest('1');
      expect(manifest?.descriptor.digest).toBe(IMAGE.root.digest);
      expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT ${NAME}:443`]));
    });
  });
});
