import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialSource } from '../../../../electron/engine/registry/credentials/credential-source.ts';
import { auth, keepingHelper, makeMachine } from './machine.ts';
import type { Machine } from './machine.ts';

const HOST = 'registry.example:5000';

let machine: Machine;
beforeEach(async () => {
  machine = await makeMachine();
});
afterEach(() => machine.remove());

function source(environment: Readonly<Record<string, string>> = {}) {
  return createCredentialSource({
    environment: { ...machine.environment, ...environment },
    authFile: machine.authFile,
  });
}

const find = (host = HOST, repository?: string) => source().forRegistry(host, repository);

describe('docker’s config.json', () => {
  const config = (content: unknown) => machine.write('.docker/config.json', content);

  it('gives user and password, and says where they came from', async () => {
    const path = await config({ auths: { [HOST]: auth('alice:pa:ss') } });
    expect(await find()).toEqual({ username: 'alice', password: 'pa:ss', origin: path });
    expect(await find('other.example')).toBeUndefined();
  });

  it('lies where $DOCKER_CONFIG says', async () => {
    await config({ auths: { [HOST]: auth('wrong:one') } });
    await machine.write('elsewhere/config.json', { auths: { [HOST]: auth('alice:x') } });
    expect(await source({ DOCKER_CONFIG: machine.path('elsewhere') }).forRegistry(HOST)).toMatchObject({
      username: 'alice',
    });
  });

  it('may hold user and password on their own, and `auth` wins over them', async () => {
    await config({
      auths: {
        'a.example': { username: 'alice', password: 'x' },
        'b.example': { username: 'no', password: 'no', ...auth('bob:y') },
      },
    });
    expect(await find('a.example')).toMatchObject({ username: 'alice', password: 'x' });
    expect(await find('b.example')).toMatchObject({ username: 'bob', password: 'y' });
  });

  it('may hold an identity token or a registry token', async () => {
    const path = await config({
      auths: {
        'a.example': { ...auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 'refresh' },
        'b.example': { identitytoken: 'refresh' },
        'c.example': { registrytoken: 'ready' },
      },
    });
    expect(await find('a.example')).toEqual({
      identityToken: 'refresh',
      username: '00000000-0000-0000-0000-000000000000',
      origin: path,
    });
    expect(await find('b.example')).toEqual({ identityToken: 'refresh', origin: path });
    expect(await find('c.example')).toEqual({ registryToken: 'ready', origin: path });
  });

  it.each([
    'https://registry.example:5000/v1/',
    'https://registry.example:5000',
    'http://registry.example:5000/v2/',
    'registry.example:5000/v1/',
  ])('is understood with the legacy key %s', async (key) => {
    await config({ auths: { [key]: auth('alice:x') } });
    expect(await find()).toMatchObject({ username: 'alice' });
    expect(await find('registry.example')).toBeUndefined();
  });

  it('prefers the exact key to a legacy one', async () => {
    await config({ auths: { [`https://${HOST}/v1/`]: auth('old:x'), [HOST]: auth('new:x') } });
    expect(await find()).toMatchObject({ username: 'new' });
  });

  it.each(['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io'])(
    'has the login of Docker Hub under %s',
    async (key) => {
      await config({ auths: { [key]: auth('alice:x') } });
      expect(await find('docker.io', 'library/nginx')).toMatchObject({ username: 'alice' });
    },
  );

  it('passes over what else is in it', async () => {
    await config({
      auths: { [HOST]: { ...auth('alice:x'), email: 'a@example' }, 'b.example': null, 'c.example': {} },
      HttpHeaders: { 'User-Agent': 'Docker' },
      proxies: {},
      plugins: { x: 1 },
      credHelpers: null,
    });
    expect(await find()).toMatchObject({ username: 'alice' });
    expect(await find('b.example')).toBeUndefined();
    expect(await find('c.example')).toBeUndefined();
  });

  it('drops the zero bytes that docker once padded passwords with', async () => {
    await config({ auths: { [HOST]: auth('alice:x\0\0') } });
    expect(await find()).toMatchObject({ password: 'x' });
  });

  it.each([
    ['is not JSON', '{"auths":', 'it is not JSON'],
    [
      'has no base64',
      { auths: { [HOST]: { auth: 'not base64!' } } },
      `"auth" of "${HOST}" is not user:password`,
    ],
    ['has no colon', { auths: { [HOST]: auth('alice') } }, `"auth" of "${HOST}" is not user:password`],
    ['has the wrong shape', { auths: { [HOST]: { auth: 7 } } }, `auths.${HOST}.auth`],
    ['is a list', [], 'the whole'],
  ])('is named where it %s', async (_what, content, why) => {
    const path = await config(content);
    const error: unknown = await find().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'USAGE',
      remedy: expect.stringContaining('Correct this file') as string,
    });
    expect(String(error)).toContain(path);
    expect(String(error)).toContain(why);
  });

  it('is named where it is far too large', async () => {
    await config(' '.repeat(4 * 1024 * 1024 + 1));
    await expect(find()).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('podman’s auth.json', () => {
  it.each([
    ['run/containers/auth.json'],
    ['config/containers/auth.json'],
    ['.config/containers/auth.json'],
    ['config/helm/registry/config.json'],
  ])('is found at %s, as helm’s file is', async (name) => {
    const path = await machine.write(name, { auths: { [HOST]: auth('alice:x') } });
    expect(await find()).toEqual({ username: 'alice', password: 'x', origin: path });
  });

  it('may have a key for each namespace; the longest that fits wins', async () => {
    await machine.write('run/containers/auth.json', {
      auths: {
        [HOST]: auth('host:x'),
        [`${HOST}/team`]: auth('team:x'),
        [`${HOST}/team/app`]: auth('app:x'),
      },
    });
    expect(await find(HOST, 'team/app')).toMatchObject({ username: 'app' });
    expect(await find(HOST, 'team/app/more')).toMatchObject({ username: 'app' });
    expect(await find(HOST, 'team/application')).toMatchObject({ username: 'team' });
    expect(await find(HOST, 'other')).toMatchObject({ username: 'host' });
    expect(await find(HOST)).toMatchObject({ username: 'host' });
  });

  it('may have namespaces of Docker Hub', async () => {
    await machine.write('run/containers/auth.json', {
      auths: { 'docker.io/team': auth('team:x'), 'docker.io': auth('hub:x') },
    });
    expect(await find('docker.io', 'team/app')).toMatchObject({ username: 'team' });
    expect(await find('docker.io', 'library/nginx')).toMatchObject({ username: 'hub' });
  });

  it('as $REGISTRY_AUTH_FILE comes before docker’s file', async () => {
    await machine.write('.docker/config.json', { auths: { [HOST]: auth('docker:x') } });
    const path = await machine.write('ci/auth.json', { auths: { [HOST]: auth('ci:x') } });
    expect(await source({ REGISTRY_AUTH_FILE: path }).forRegistry(HOST)).toMatchObject({ username: 'ci' });
  });

  it('comes after docker’s file otherwise, and may be empty', async () => {
    await machine.write('run/containers/auth.json', '');
    expect(await find()).toBeUndefined();
    await machine.write('run/containers/auth.json', { auths: { [HOST]: auth('podman:x') } });
    expect(await find()).toMatchObject({ username: 'podman' });
    await machine.write('.docker/config.json', { auths: { [HOST]: auth('docker:x') } });
    expect(await find()).toMatchObject({ username: 'docker' });
  });
});

it('reads ~/.dockercfg last', async () => {
  await machine.write('.dockercfg', { 'https://index.docker.io/v1/': { ...auth('old:x'), email: 'a@b' } });
  expect(await find('docker.io')).toMatchObject({ username: 'old' });
});

describe('Airlock’s own file', () => {
  it('comes before all others', async () => {
    await machine.write('state/auth.json', { auths: { [HOST]: auth('own:x') } });
    const ci = await machine.write('ci.json', { auths: { [HOST]: auth('ci:x') } });
    expect(await source({ REGISTRY_AUTH_FILE: ci }).forRegistry(HOST)).toEqual({
      username: 'own',
      password: 'x',
      origin: machine.authFile,
    });
  });

  it('keeps logins of web servers apart from those of registries at the same host', async () => {
    await machine.write('state/auth.json', { auths: { 'https://host.example': auth('web:x') } });
    expect(await find('host.example')).toBeUndefined();
    expect(await source().webCredentials('https://host.example/charts/index.yaml')).toMatchObject({
      username: 'web',
    });
  });
});

describe('a credential helper', () => {
  const answer = (username: string, secret: string) =>
    `cat > /dev/null; echo '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`;

  it('of the host comes before the one for all and before the file', async () => {
    await machine.helper('one', answer('one', 'x'));
    await machine.helper('all', answer('all', 'x'));
    await machine.write('.docker/config.json', {
      auths: { [HOST]: auth('file:x') },
      credHelpers: { [HOST]: 'one' },
      credsStore: 'all',
    });
    expect(await find()).toEqual({ username: 'one', password: 'x', origin: 'docker-credential-one' });
    expect(await find('other.example')).toMatchObject({ username: 'all' });
  });

  it('is asked for the server in docker’s words, once for all repositories', async () => {
    const store = machine.path('store');
    await machine.helper('keep', keepingHelper(store));
    await machine.write('.docker/config.json', { credsStore: 'keep' });
    const credentials = source();
    await Promise.all([credentials.forRegistry(HOST, 'a'), credentials.forRegistry(HOST, 'b')]);
    await credentials.forRegistry('docker.io');
    expect(await readFile(join(store, 'calls'), 'utf8')).toBe(
      `get ${HOST}\nget https://index.docker.io/v1/\n`,
    );
    await credentials.forRegistry(HOST, 'a', { fresh: true });
    expect((await readFile(join(store, 'calls'), 'utf8')).split('\n')).toHaveLength(4);
  });

  it('that has nothing leaves the word to the file and to the next file', async () => {
    await machine.helper('none', 'cat >/dev/null; echo "credentials not found in native keychain"; exit 1');
    await machine.write('.docker/config.json', { credsStore: 'none', auths: { [HOST]: auth('file:x') } });
    await machine.write('run/containers/auth.json', { auths: { 'b.example': auth('podman:x') } });
    expect(await find()).toMatchObject({ username: 'file' });
    expect(await find('b.example')).toMatchObject({ username: 'podman' });
  });

  it('may hold an identity token', async () => {
    await machine.helper('token', answer('<token>', 'refresh'));
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'token' } });
    expect(await find()).toEqual({ identityToken: 'refresh', origin: 'docker-credential-token' });
  });

  it('that fails is named with what it says on stdout', async () => {
    await machine.helper('locked', 'cat >/dev/null; echo "the key ring is locked"; exit 3');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'locked' } });
    await expect(find()).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message:
        'The credential helper docker-credential-locked failed: it ended with 3: the key ring is locked.',
    });
  });

  it('for all that is not there matters only where the file says that this host is logged in', async () => {
    await machine.write('.docker/config.json', { credsStore: 'desktop', auths: { [HOST]: {} } });
    await expect(find()).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: 'The credential helper docker-credential-desktop failed: it is not on PATH.',
    });
    expect(await find('public.example')).toBeUndefined();
  });

  it('never has its answer repeated in an error', async () => {
    await machine.helper('odd', 'cat >/dev/null; echo "{\\"Secret\\": \\"hunter2\\""');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'odd' } });
    const error: unknown = await find().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED' });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('that never stops talking is stopped', async () => {
    await machine.helper('yes', 'exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'yes' } });
    await expect(find()).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: expect.stringContaining('more than 1048576 bytes') as string,
    });
  });

  it('that never answers is stopped', async () => {
    await machine.helper('mute', 'exec sleep 600');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'mute' } });
    const { environment, authFile } = machine;
    const credentials = createCredentialSource({ environment, authFile, helperTimeoutMs: 200 });
    await expect(credentials.forRegistry(HOST)).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
      message: 'The credential helper docker-credential-mute failed: it gave no answer within 0.2 s.',
    });
  });

  it('that reads nothing does no harm', async () => {
    await machine.helper('deaf', 'echo \'{"Username":"u","Secret":"s"}\'');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'deaf' } });
    expect(await find()).toMatchObject({ username: 'u', password: 's' });
  });

  it.each(['../evil', 'a/b', 'x; rm', 'a b', '$(x)', 'a\0b'])(
    'is not started where the file calls it %j',
    async (suffix) => {
      await machine.write('.docker/config.json', { credHelpers: { [HOST]: suffix } });
      await expect(find()).rejects.toMatchObject({
        code: 'CREDENTIAL_HELPER_FAILED',
        message: expect.stringContaining('no name of a credential helper') as string,
      });
    },
  );

  it('gets the environment as it is', async () => {
    await machine.helper('env', `cat >/dev/null; echo "{\\"Username\\":\\"$WHO\\",\\"Secret\\":\\"s\\"}"`);
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'env' } });
    expect(await source({ WHO: 'me' }).forRegistry(HOST)).toMatchObject({ username: 'me' });
  });

  it('is tried again after it failed', async () => {
    await machine.helper('flaky', 'cat >/dev/null; echo no; exit 1');
    await machine.write('.docker/config.json', { credHelpers: { [HOST]: 'flaky' } });
    const credentials = source();
    await expect(credentials.forRegistry(HOST)).rejects.toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED' });
    await machine.helper('flaky', answer('u', 's'));
    expect(await credentials.forRegistry(HOST)).toMatchObject({ username: 'u' });
  });
});

describe('logins of web servers', () => {
  const web = (url: string, environment = {}) => source(environment).webCredentials(url);

  it('come from netrc by machine', async () => {
    const path = await machine.write('.netrc', 'machine files.example login alice password s3cret\n');
    expect(await web('https://files.example/a/b?c')).toEqual({
      username: 'alice',
      password: 's3cret',
      origin: path,
    });
    expect(await web('https://other.example/')).toBeUndefined();
    expect(await web('https://sub.files.example/')).toBeUndefined();
  });

  it('lie where $NETRC says', async () => {
    await machine.write('.netrc', 'machine files.example login wrong password x');
    const path = await machine.write('my.netrc', 'machine files.example login alice password x');
    expect(await web('https://files.example/', { NETRC: path })).toMatchObject({ username: 'alice' });
  });

  it('never go over plain http', async () => {
    await machine.write('.netrc', 'machine files.example login alice password s3cret');
    expect(await web('http://files.example/')).toBeUndefined();
  });

  it('come from helm’s repositories for their origin alone', async () => {
    await machine.write(
      'config/helm/repositories.yaml',
      `apiVersion: ""
repositories:
  - name: one
    url: https://charts.example/one
    username: one
    password: x
  - name: two
    url: https://charts.example/two/
    username: two
    password: "y"
  - name: open
    url: https://open.example
    username: ""
`,
    );
    expect(await web('https://charts.example/one/index.yaml')).toMatchObject({ username: 'one' });
    expect(await web('https://charts.example/two/a-1.0.0.tgz')).toMatchObject({
      username: 'two',
      password: 'y',
    });
    expect(await web('https://charts.example/elsewhere/a.tgz')).toMatchObject({ username: 'one' });
    expect(await web('https://charts.example:8443/one/index.yaml')).toBeUndefined();
    expect(await web('https://open.example/index.yaml')).toBeUndefined();
  });

  it('come from Airlock’s own file first', async () => {
    await machine.write('.netrc', 'machine files.example login netrc password x');
    await machine.write('state/auth.json', { auths: { 'https://files.example': auth('own:x') } });
    expect(await web('https://files.example/a')).toMatchObject({ username: 'own' });
    expect(await web('https://files.example:8443/a')).toMatchObject({ username: 'netrc' });
  });

  it('name the file that is broken', async () => {
    const path = await machine.write('config/helm/repositories.yaml', 'repositories: {a: [');
    const error: unknown = await web('https://files.example/').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'USAGE', message: `${path} cannot be used: it is not YAML.` });
  });
});
