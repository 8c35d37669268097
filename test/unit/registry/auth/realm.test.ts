import { expect, it } from 'vitest';
import { checkRealm } from '../../../../electron/engine/registry/auth/realm.ts';

interface Case {
  readonly realm: string;
  readonly host?: string;
  readonly plain?: boolean;
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

async function check({ realm, host = 'registry.example', plain = false, names = {} }: Case) {
  const base = new URL(`${plain ? 'http' : 'https'}://${host}/`);
  const resolveAddress = (name: string) => {
    const addresses = names[name];
    return addresses === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(addresses);
  };
  return (await checkRealm(realm, { host, base, resolveAddress })).href;
}

it('takes a realm at another host over https', async () => {
  expect(await check({ realm: 'https://auth.docker.io/token' })).toBe('https://auth.docker.io/token');
});

it('keeps the query of a realm', async () => {
  expect(await check({ realm: 'https://auth.example/token?account=a%2Fb' })).toBe(
    'https://auth.example/token?account=a%2Fb',
  );
});

it('resolves a relative realm against the registry', async () => {
  expect(await check({ realm: '/service/token' })).toBe('https://registry.example/service/token');
});

it('uses plain http for the realm that plain-http Harbor advertises as https at its own authority (I26)', async () => {
  expect(await check({ realm: 'https://registry.example/service/token', plain: true })).toBe(
    'http://registry.example/service/token',
  );
  expect(await check({ realm: 'https://harbor:8080/service/token', host: 'harbor:8080', plain: true })).toBe(
    'http://harbor:8080/service/token',
  );
});

it('does not go down to http for another authority, be it another port of the same host', async () => {
  expect(await check({ realm: 'https://auth.example/token', plain: true })).toBe(
    'https://auth.example/token',
  );
  expect(await check({ realm: 'https://harbor/service/token', host: 'harbor:8080', plain: true })).toBe(
    'https://harbor/service/token',
  );
});

it('takes an http realm at the authority of a registry for which http was chosen', async () => {
  expect(await check({ realm: 'http://registry.example/token', plain: true })).toBe(
    'http://registry.example/token',
  );
});

it.each<[string, Case]>([
  ['over plain http where https is in use', { realm: 'http://registry.example/token' }],
  ['over plain http at another host', { realm: 'http://auth.example/token', plain: true }],
  ['over plain http at another port', { realm: 'http://registry.example:81/token', plain: true }],
  ['with another scheme', { realm: 'file:///etc/passwd' }],
  ['that is no URL', { realm: 'https://' }],
  ['with a password in it', { realm: 'https://user:word@auth.example/token' }],
])('refuses a realm %s', async (_what, input) => {
  await expect(check(input)).rejects.toMatchObject({ code: 'REALM_REFUSED' });
});

it.each([
  '10.0.0.1',
  '192.168.7.7',
  '172.20.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '0.0.0.0',
  '169.254.169.254',
  '[::1]',
  '[fd00::1]',
  '[fe80::1]',
  '[::ffff:10.0.0.1]',
  'localhost',
])('refuses a realm at %s for a public registry', async (address) => {
  await expect(
    check({ realm: `https://${address}/token`, names: { 'registry.example': ['93.184.216.34'] } }),
  ).rejects.toMatchObject({ code: 'REALM_REFUSED' });
});

it('refuses a name that stands for a private address, named by a public registry', async () => {
  const names = { 'registry.example': ['93.184.216.34'], 'inside.example': ['93.184.216.35', '10.0.0.1'] };
  await expect(check({ realm: 'https://inside.example/token', names })).rejects.toMatchObject({
    code: 'REALM_REFUSED',
  });
});

it('takes a private realm for a private registry, as inside an enclave', async () => {
  const names = { 'registry.example': ['10.1.2.3'], 'auth.example': ['10.9.9.9'] };
  expect(await check({ realm: 'https://auth.example/token', names })).toBe('https://auth.example/token');
  expect(await check({ realm: 'https://10.9.9.9/token', names })).toBe('https://10.9.9.9/token');
});

it('refuses the metadata server of a cloud and this machine to a private registry too', async () => {
  const names = { 'registry.example': ['10.1.2.3'] };
  for (const realm of ['https://169.254.169.254/token', 'https://127.0.0.1/token'])
    await expect(check({ realm, names })).rejects.toMatchObject({ code: 'REALM_REFUSED' });
});

it('takes a loopback realm for a loopback registry', async () => {
  expect(await check({ realm: 'https://127.0.0.1:5001/token', host: 'localhost:5000' })).toBe(
    'https://127.0.0.1:5001/token',
  );
});

it('takes a name that only the proxy can resolve', async () => {
  expect(await check({ realm: 'https://auth.example/token' })).toBe('https://auth.example/token');
});

it('says who sends logins where', async () => {
  await expect(check({ realm: 'http://auth.example/token' })).rejects.toMatchObject({
    message: 'registry.example sends logins to auth.example over plain http; none was sent.',
  });
});
