import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, DEFAULT_LIMITS, quietContext } from '../../electron/engine/index.ts';
import type { EngineOptions, ProbeChoice } from '../../electron/engine/index.ts';
import { ProbeResult } from '../../shared/station/target.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { describeWith } from '../support/describe-with.ts';
import { startFaultRegistry } from '../support/fault-registry.ts';
import type { FaultRegistry, FaultRegistryOptions } from '../support/fault-registry.ts';
import { makeAuthority } from '../support/make-certificate.ts';
import type { MadeAuthority } from '../support/make-certificate.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RegistryOptions, RunningRegistry } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTokenRegistry } from '../support/token-registry.ts';

async function probe(
  choice: Pick<ProbeChoice, 'host'> & Partial<ProbeChoice>,
  options: Partial<EngineOptions> = {},
  limits: Partial<typeof DEFAULT_LIMITS> = {},
): Promise<ProbeResult> {
  const engine = createEngine({
    environment: {},
    stateFolder: await tempFolder(),
    version: '0.0.0',
    hosts: {},
    ...options,
  });
  const result = await engine.probe(
    { prefix: 'plant', login: undefined, ...choice },
    quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } }),
  );
  expect(ProbeResult.parse(result)).toEqual(result);
  return result;
}

/** `name ok Found`, one a step. */
const lines = ({ steps }: ProbeResult) => steps.map(({ step, state, word }) => `${step} ${state} ${word}`);
const factOf = ({ steps }: ProbeResult, step: string) => steps.find((one) => one.step === step)?.fact;

async function docker(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const registry = await startDockerRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

async function faulty(options: FaultRegistryOptions = {}): Promise<FaultRegistry> {
  const registry = await startFaultRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

/** Every file below a folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isFile()));
  return names.filter((_, index) => files[index] === true);
}

const alice = { username: 'alice', password: 'right horse' };
const accounts = { htpasswd: { [alice.username]: alice.password } };

describeWith('docker-registry')('a test of a registry that works', () => {
  it('finds all four in order, and leaves nothing behind', async () => {
    const registry = await docker();
    const result = await probe({ host: registry.host });
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login ok Not asked for',
      'permission ok Granted',
    ]);
    expect(result).toMatchObject({ host: registry.host, chain: [], error: null });
    expect(factOf(result, 'name')).toMatch(/^127\.0\.0\.1:\d+ answers on port \d+ in \d+ ms$/);
    expect(factOf(result, 'permission')).toBe(
      'Pull: yes. Push to plant: yes, an upload was opened and cancelled',
    );
    // distribution 2.8 writes the state of its hash once more after a cancel, and sweeps it up later.
    const left = await filesBelow(join(registry.folder, 'data'));
    expect(left.filter((file) => !file.includes('/hashstates/'))).toEqual([]);
    const catalog = (await (await fetch(`${registry.url}/v2/_catalog`)).json()) as { repositories: string[] };
    expect(catalog.repositories).toEqual([]);
  });

  it('takes the login that was typed, and does not keep it', async () => {
    const registry = await docker(accounts);
    const result = await probe({ host: registry.host, login: alice });
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login ok Accepted',
      'permission ok Granted',
    ]);
    expect(factOf(result, 'login')).toBe('alice, as typed');
    expect(lines(await probe({ host: registry.host }))).toContain('login failed No login');
    expect(JSON.stringify(result)).not.toContain(alice.password);
  });

  it('takes the login of the keyring where none was typed', async () => {
    const registry = await docker(accounts);
    const result = await probe({ host: registry.host }, { login: () => Promise.resolve(alice) });
    expect(factOf(result, 'login')).toBe('alice, from the keyring');
    expect(result.error).toBeNull();
  });

  it('asks for a prefix of nothing as for any other', async () => {
    const registry = await docker();
    const result = await probe({ host: registry.host, prefix: '' });
    expect(factOf(result, 'permission')).toBe('Pull: yes. Push: yes, an upload was opened and cancelled');
  });

  it('goes by token, anonymous or as somebody', async () => {
    const behind = await docker();
    const registry = await startTokenRegistry({
      behind: behind.url,
      accounts: { [alice.username]: alice.password },
      publicPull: true,
    });
    onTestFinished(() => registry.close());
    expect(lines(await probe({ host: registry.host, login: alice }))).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login ok Accepted',
      'permission ok Granted',
    ]);
    const anonymous = await probe({ host: registry.host });
    expect(lines(anonymous)).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login ok Anonymous',
      'permission failed Refused',
    ]);
    expect(factOf(anonymous, 'permission')).toMatch(/^Pull: yes\. Push to plant: no/);
    expect(anonymous.error?.side).toBe('target');
  });
});

describeWith('docker-registry', 'openssl')('a test of a registry with TLS', () => {
  it('shows the chain, and trusts it by the authority given for this host', async () => {
    const registry = await docker({ tls: true, ...accounts });
    if (registry.ca === undefined) throw new TypeError('a registry with TLS has an authority');
    const result = await probe(
      { host: registry.host, login: alice },
      { hosts: { [registry.host]: { ca: registry.ca } } },
    );
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls ok Trusted',
      'login ok Accepted',
      'permission ok Granted',
    ]);
    expect(factOf(result, 'tls')).toMatch(
      /^TLS 1\.3\. Certificate of localhost, issued by Airlock test authority, to \d{4}-\d\d-\d\d$/,
    );
    expect(result.chain).toMatchObject([
      { subject: 'localhost', issuer: 'Airlock test authority' },
      { subject: 'Airlock test authority', issuer: 'Airlock test authority' },
    ]);
    expect(result.chain[0]?.fingerprint256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(Number.isNaN(Date.parse(result.chain[0]?.validTo ?? ''))).toBe(false);
  });

  it('stops at a certificate whose authority this machine does not know, names it, and sends no login', async () => {
    const registry = await docker({ tls: true, ...accounts });
    const result = await probe({ host: registry.host, login: alice });
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls failed Not trusted',
      'login notTested Not tested',
      'permission notTested Not tested',
    ]);
    expect(result.error).toMatchObject({
      code: 'TLS_UNTRUSTED',
      side: 'target',
      details: { issuer: 'Airlock test authority', network: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
    expect(result.error?.remedy).toContain('choose it under Trust');
    expect(result.chain[0]?.issuer).toBe('Airlock test authority');
  });

  it('says so where the wrong authority was chosen', async () => {
    const registry = await docker({ tls: true });
    const other = await makeAuthority(await tempFolder(), 'Another authority');
    const result = await probe({ host: registry.host }, { hosts: { [registry.host]: { ca: other.ca } } });
    expect(lines(result)[1]).toBe('tls failed Not trusted');
    expect(factOf(result, 'tls')).toBe(
      `The certificate of ${registry.host} is issued by Airlock test authority, which this machine does not trust`,
    );
  });

  it('says so where a registry without TLS was asked for it', async () => {
    // A name that is not loopback's is never taken for plain http by itself.
    const registry = await docker();
    const port = registry.host.split(':')[1] ?? '';
    const proxy = await startConnectProxy({ routes: { [`registry.test:${port}`]: registry.host } });
    onTestFinished(() => proxy.close());
    const result = await probe(
      { host: `registry.test:${port}` },
      { environment: { https_proxy: proxy.url } },
    );
    expect(lines(result).slice(0, 2)).toEqual(['name ok Found', 'tls failed Plain http']);
    expect(result.error?.remedy).toContain('Choose plain http');
  });
});

describeWith('openssl')('a certificate that is wrong', () => {
  let authority: MadeAuthority;
  const folders: string[] = [];
  beforeAll(async () => {
    const { mkdtemp } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const folder = await mkdtemp(join(tmpdir(), 'airlock-authority-'));
    folders.push(folder);
    authority = await makeAuthority(folder, 'Plant Root CA');
  });
  afterAll(async () => {
    const { rm } = await import('node:fs/promises');
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  async function probeWith(
    options: Parameters<MadeAuthority['sign']>[0],
  ): Promise<ProbeResult & { readonly seen: number }> {
    const registry = await faulty({ tls: await authority.sign(options) });
    const result = await probe(
      { host: registry.host, login: alice },
      { hosts: { [registry.host]: { ca: authority.ca } } },
    );
    return { ...result, seen: registry.requests.length };
  }
  const here = ['IP:127.0.0.1'];

  it('because it expired is told with both its dates', async () => {
    const result = await probeWith({ names: here, from: '20240101', to: '20250101' });
    expect(lines(result)[1]).toBe('tls failed Expired');
    expect(factOf(result, 'tls')).toMatch(/was valid from 2024-01-01 to 2025-01-01$/);
    expect(result.error?.remedy).toContain('The clock of this machine says');
    expect(result.seen).toBe(0);
  });

  it('because its time has not come is told with both its dates', async () => {
    const result = await probeWith({ names: here, from: '20390101', to: '20400101' });
    expect(lines(result)[1]).toBe('tls failed Not yet valid');
    expect(result.error?.message).toMatch(/is valid from 2039-01-01 to 2040-01-01\.$/);
  });

  it('because it is made out to others is told with their names', async () => {
    const result = await probeWith({ names: ['DNS:harbor.plant.example', 'DNS:registry.plant.example'] });
    expect(lines(result)[1]).toBe('tls failed Other name');
    expect(factOf(result, 'tls')).toMatch(
      /^The certificate is made out to harbor\.plant\.example, registry\.plant\.example, not to 127\.0\.0\.1:\d+$/,
    );
    expect(result.seen).toBe(0);
  });

  it('in no way passes', async () => {
    expect(lines(await probeWith({ names: here }))).toEqual([
      'name ok Found',
      'tls ok Trusted',
      'login ok Not asked for',
      'permission ok Granted',
    ]);
  });
});

describe('a test that ends at its first fault', () => {
  it('ends at a name that nobody knows', async () => {
    const result = await probe({ host: 'registry.invalid' });
    expect(lines(result)).toEqual([
      'name failed Not found',
      'tls notTested Not tested',
      'login notTested Not tested',
      'permission notTested Not tested',
    ]);
    expect(result.error).toMatchObject({ code: 'HOST_UNKNOWN', side: 'target' });
    expect(result.steps.at(-1)?.fact).toBe('Pull from and push to plant');
  });

  it('ends at a port where nobody answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const result = await probe({ host: `127.0.0.1:${port}` });
    expect(lines(result)[0]).toBe('name failed No answer');
    expect(result.error).toMatchObject({ code: 'HOST_UNREACHABLE', side: 'target' });
  });

  it('ends at a server that says nothing, within the time of a step', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const result = await probe({ host: `127.0.0.1:${port}` }, {}, { stallMs: 300 });
    expect(lines(result).slice(0, 2)).toEqual(['name ok Found', 'tls failed No answer']);
    expect(result.milliseconds).toBeLessThan(5000);
  });

  it('ends at a host that this machine may not call, before anything goes out', async () => {
    const result = await probe({ host: 'registry.invalid' }, { mayCall: () => false });
    expect(lines(result)[0]).toBe('name failed Not allowed');
    expect(result.error).toMatchObject({ code: 'HOST_NOT_NAMED', side: 'machine' });
  });

  it('ends at what is no host', async () => {
    expect((await probe({ host: 'not a host' })).error?.code).toBe('REFERENCE_INVALID');
  });

  it('ends at an upload that is refused, and says that pulling goes', async () => {
    const registry = await faulty();
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => answer(403, {}, '{"errors":[{"code":"DENIED","message":"no push here"}]}'),
    });
    const result = await probe({ host: registry.host });
    expect(lines(result)[3]).toBe('permission failed Refused');
    expect(factOf(result, 'permission')).toBe('Pull: yes. Push to plant: no, 403 DENIED');
    expect(result.error).toMatchObject({
      code: 'DENIED',
      side: 'target',
      details: { request: 'POST /v2/plant/airlock-test/blobs/uploads/' },
    });
  });

  it('ends at what is no registry', async () => {
    const server = await faulty();
    server.order({ path: /./, respond: ({ answer }) => answer(404, {}, '<title>Welcome</title>') });
    const result = await probe({ host: server.host });
    expect(lines(result)[2]).toBe('login failed No registry');
    expect(result.error).toMatchObject({ code: 'PROTOCOL', side: 'target' });
  });

  it('cancels the upload that it opened, and passes where that cannot be done', async () => {
    const registry = await faulty();
    expect(lines(await probe({ host: registry.host }))[3]).toBe('permission ok Granted');
    const written = registry.lines.filter((line) => !/^(?:GET|HEAD) /.test(line));
    expect(written).toEqual([
      'POST /v2/plant/airlock-test/blobs/uploads/',
      expect.stringMatching(/^DELETE \/v2\/plant\/airlock-test\/blobs\/uploads\//),
    ]);
    registry.order({ method: 'DELETE', path: /./, respond: ({ answer }) => answer(405) });
    expect(lines(await probe({ host: registry.host }))[3]).toBe('permission ok Granted');
  });

  it('throws where it is cancelled', async () => {
    const registry = await faulty();
    const cancel = new AbortController();
    registry.order({
      path: /\/v2\/$/,
      respond: () => cancel.abort(new Error('cancelled by the test')),
    });
    const engine = createEngine({
      environment: {},
      stateFolder: await tempFolder(),
      version: '0',
      hosts: {},
    });
    const call = engine.probe(
      { host: registry.host, prefix: '', login: undefined },
      quietContext({ signal: cancel.signal }),
    );
    await expect(call).rejects.toThrow('cancelled by the test');
  });
});

describeWith('docker-registry')('a login that a registry refuses', () => {
  it('ends the test with whose it was, and never with its password', async () => {
    const registry = await docker(accounts);
    const result = await probe({ host: registry.host, login: { username: 'alice', password: 'wr0ng' } });
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login failed Refused',
      'permission notTested Not tested',
    ]);
    expect(factOf(result, 'login')).toBe(`${registry.host} refused alice, as typed`);
    expect(result.error).toMatchObject({ code: 'UNAUTHORIZED', side: 'target' });
    expect(JSON.stringify(result)).not.toContain('wr0ng');
  });

  it('ends the test where none is there', async () => {
    const registry = await docker(accounts);
    const result = await probe({ host: registry.host });
    expect(lines(result)[2]).toBe('login failed No login');
    expect(result.error?.remedy).toBe('Choose a login for this registry, then test again.');
  });

  it('is tried without being kept', async () => {
    const registry = await docker(accounts);
    const stateFolder = await tempFolder();
    const engine = createEngine({ environment: {}, stateFolder, version: '0', hosts: {} });
    await engine.tryLogin({ host: registry.host, ...alice }, quietContext());
    expect(await readdir(stateFolder)).toEqual([]);
    await expect(
      engine.tryLogin({ host: registry.host, username: 'alice', password: 'wr0ng' }, quietContext()),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(
      engine.tryLogin({ host: registry.host, username: 'a:b', password: 'x' }, quietContext()),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describeWith('docker-registry')('a test through a proxy', () => {
  it('asks the proxy for a name that only the proxy knows', async () => {
    const registry = await docker();
    const proxy = await startConnectProxy({ routes: { 'registry.test:80': registry.host } });
    onTestFinished(() => proxy.close());
    const result = await probe(
      { host: 'registry.test' },
      { environment: { http_proxy: proxy.url }, hosts: { 'registry.test': { plainHttp: true } } },
    );
    expect(lines(result)).toEqual([
      'name ok Found',
      'tls warn Not encrypted',
      'login ok Not asked for',
      'permission ok Granted',
    ]);
    expect(factOf(result, 'tls')).toContain('whoever is on the way can read');
  });

  it('says what the proxy says', async () => {
    const proxy = await startConnectProxy({ routes: {}, authorization: 'Basic x' });
    onTestFinished(() => proxy.close());
    const refused = await probe({ host: 'registry.test' }, { environment: { https_proxy: proxy.url } });
    expect(lines(refused)[0]).toBe('name failed Proxy login');
    const open = await startConnectProxy({ routes: {} });
    onTestFinished(() => open.close());
    const unknown = await probe({ host: 'registry.test' }, { environment: { https_proxy: open.url } });
    expect(lines(unknown)[0]).toBe('name failed No answer');
    expect(factOf(unknown, 'name')).toContain('through the proxy');
  });
});
