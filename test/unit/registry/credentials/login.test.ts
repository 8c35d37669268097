import { readdir, readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialSource } from '../../../../electron/engine/registry/credentials/credential-source.ts';
import { login, logout } from '../../../../electron/engine/registry/credentials/login.ts';
import type { LoginOptions } from '../../../../electron/engine/registry/credentials/login.ts';
import { auth, keepingHelper, makeMachine } from './machine.ts';
import type { Machine } from './machine.ts';

const HOST = 'registry.example:5000';

let machine: Machine;
beforeEach(async () => {
  machine = await makeMachine();
});
afterEach(() => machine.remove());

const place = () => ({ environment: machine.environment, authFile: machine.authFile });

function logIn(host = HOST, more: Partial<LoginOptions> = {}) {
  return login({
    ...place(),
    host,
    username: 'alice',
    password: 'pa:ss',
    verify: () => Promise.resolve(),
    ...more,
  });
}

const find = (host = HOST) => createCredentialSource(place()).forRegistry(host);
const stored = async (): Promise<unknown> => JSON.parse(await readFile(machine.authFile, 'utf8'));

describe('without a helper', () => {
  it('keeps a login in a file that says it is plain text, in the form that podman reads', async () => {
    expect(await logIn()).toEqual({ storedIn: machine.authFile, plainText: true });
    expect(await stored()).toEqual({ auths: { [HOST]: auth('alice:pa:ss') } });
    expect(await find()).toEqual({ username: 'alice', password: 'pa:ss', origin: machine.authFile });
  });

  it('lets nobody else read the file or the folder, whatever the umask (E3)', async () => {
    const before = process.umask(0);
    try {
      await logIn();
    } finally {
      process.umask(before);
    }
    expect((await stat(machine.authFile)).mode & 0o777).toBe(0o600);
    expect((await stat(machine.path('state'))).mode & 0o777).toBe(0o700);
  });

  it('keeps what else the file holds, and leaves nothing beside it', async () => {
    await machine.write('state/auth.json', {
      auths: { 'other.example': auth('bob:x'), [HOST]: auth('old:x') },
      future: { a: 1 },
    });
    await logIn();
    expect(await stored()).toEqual({
      auths: { 'other.example': auth('bob:x'), [HOST]: auth('alice:pa:ss') },
      future: { a: 1 },
    });
    expect(await readdir(machine.path('state'))).toEqual(['auth.json']);
  });

  it('keeps nothing where the login is refused', async () => {
    const refused = new Error('wrong password');
    await expect(logIn(HOST, { verify: () => Promise.reject(refused) })).rejects.toBe(refused);
    await expect(stat(machine.authFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tries exactly the login that it keeps, at that host alone', async () => {
    await machine.write('.docker/config.json', { auths: { [HOST]: auth('docker:x') } });
    await logIn(HOST, {
      verify: async (credentials) => {
        expect(await credentials.forRegistry(HOST, 'any/repository')).toMatchObject({
          username: 'alice',
          password: 'pa:ss',
        });
        expect(await credentials.forRegistry('other.example')).toBeUndefined();
        expect(await credentials.webCredentials(`https://${HOST}/`)).toBeUndefined();
      },
    });
  });

  it('keeps Docker Hub under the name that people write', async () => {
    await logIn('index.docker.io');
    expect(await stored()).toEqual({ auths: { 'docker.io': auth('alice:pa:ss') } });
    expect(await find('docker.io')).toMatchObject({ username: 'alice' });
  });

  it('does not touch a file that it cannot read', async () => {
    await machine.write('state/auth.json', '{broken');
    await expect(logIn()).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(machine.authFile, 'utf8')).toBe('{broken');
  });

  it('says where it could not write', async () => {
    await machine.write('state', 'a file where the folder should be');
    await expect(logIn()).rejects.toMatchObject({ code: 'LOCAL_IO', details: { path: machine.authFile } });
  });

  it.each(['http://registry.example', 'registry.example/team', 'https://host.example/path', '', 'a b'])(
    'refuses %j as a place to log in to',
    async (host) => {
      await expect(logIn(host)).rejects.toMatchObject({ code: 'USAGE' });
    },
  );

  it('refuses a user with a colon, which would become part of the password', async () => {
    await expect(logIn(HOST, { username: 'a:b' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(logIn(HOST, { username: '' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('with the helper that docker’s configuration names', () => {
  beforeEach(async () => {
    await machine.helper('keep', keepingHelper(machine.path('store')));
    await machine.write('.docker/config.json', { credsStore: 'keep' });
  });

  it('keeps the password there and not in the file', async () => {
    expect(await logIn()).toEqual({ storedIn: 'docker-credential-keep', plainText: false });
    expect(await readFile(machine.authFile, 'utf8')).not.toContain(auth('alice:pa:ss').auth);
    expect(await find()).toEqual({
      username: 'alice',
      password: 'pa:ss',
      origin: 'docker-credential-keep',
    });
  });

  it('wins over an older login elsewhere', async () => {
    await machine.write('state/auth.json', { auths: { [HOST]: auth('old:x') } });
    const environment = {
      ...machine.environment,
      REGISTRY_AUTH_FILE: await machine.write('ci.json', { auths: { [HOST]: auth('ci:x') } }),
    };
    await logIn(HOST, { environment });
    const credentials = createCredentialSource({ ...place(), environment });
    expect(await credentials.forRegistry(HOST)).toMatchObject({ username: 'alice' });
  });

  it('uses docker’s key for Docker Hub, so that docker finds it too', async () => {
    await logIn('docker.io');
    expect(await readFile(machine.path('store', 'calls'), 'utf8')).toContain('"https://index.docker.io/v1/"');
    expect(await find('docker.io')).toMatchObject({ username: 'alice' });
  });

  it('prefers the helper of the host', async () => {
    await machine.helper('special', keepingHelper(machine.path('special')));
    await machine.write('.docker/config.json', { credsStore: 'keep', credHelpers: { [HOST]: 'special' } });
    expect(await logIn()).toMatchObject({ storedIn: 'docker-credential-special' });
  });

  it('says so where the helper fails, and keeps nothing', async () => {
    await machine.helper('keep', 'cat >/dev/null; echo "no key ring here"; exit 1');
    await expect(logIn()).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: expect.stringContaining('no key ring here') as string,
    });
    await expect(stat(machine.authFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives the helper the password on stdin, never as an argument', async () => {
    await machine.helper('keep', `echo "$@" > '${machine.path('arguments')}'; cat > /dev/null`);
    await logIn();
    expect(await readFile(machine.path('arguments'), 'utf8')).toBe('store\n');
  });

  it('forgets it there again', async () => {
    await logIn();
    expect(await logout({ ...place(), host: HOST })).toEqual({
      removedFrom: ['docker-credential-keep'],
      stillIn: undefined,
    });
    expect(await find()).toBeUndefined();
    expect(await stored()).toEqual({});
  });
});

describe('a web server', () => {
  it('has its login under its origin, for its files alone', async () => {
    expect(await logIn('https://charts.example/')).toMatchObject({ plainText: true });
    expect(await stored()).toEqual({ auths: { 'https://charts.example': auth('alice:pa:ss') } });
    const credentials = createCredentialSource(place());
    expect(await credentials.webCredentials('https://charts.example/index.yaml')).toMatchObject({
      username: 'alice',
    });
    expect(await credentials.webCredentials('https://charts.example:8443/')).toBeUndefined();
    expect(await credentials.forRegistry('charts.example')).toBeUndefined();
  });

  it('may have it in a helper', async () => {
    await machine.helper('keep', keepingHelper(machine.path('store')));
    await machine.write('.docker/config.json', { credsStore: 'keep' });
    await logIn('https://charts.example');
    expect(await createCredentialSource(place()).webCredentials('https://charts.example/a')).toEqual({
      username: 'alice',
      password: 'pa:ss',
      origin: 'docker-credential-keep',
    });
    await logout({ ...place(), host: 'https://charts.example' });
    expect(await createCredentialSource(place()).webCredentials('https://charts.example/a')).toBeUndefined();
  });
});

describe('logging out', () => {
  it('forgets the login of this host and no other', async () => {
    await logIn();
    await logIn('other.example');
    expect(await logout({ ...place(), host: HOST })).toEqual({
      removedFrom: [machine.authFile],
      stillIn: undefined,
    });
    expect(await find()).toBeUndefined();
    expect(await find('other.example')).toMatchObject({ username: 'alice' });
  });

  it('says where another program still has one, and leaves it there', async () => {
    const path = await machine.write('.docker/config.json', { auths: { [HOST]: auth('docker:x') } });
    expect(await logout({ ...place(), host: HOST })).toEqual({ removedFrom: [], stillIn: path });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ auths: { [HOST]: auth('docker:x') } });
    await expect(stat(machine.authFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
