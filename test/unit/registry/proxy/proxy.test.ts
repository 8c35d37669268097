import { expect, it } from 'vitest';
import { proxyFor, proxyLoginRequired } from '../../../../electron/engine/registry/proxy.ts';

const PROXY = 'http://proxy.example:3128';

it('goes directly where nothing is set', () => {
  expect(proxyFor('https://registry.example/v2/', {})).toBeUndefined();
  expect(proxyFor('https://registry.example/v2/', { HTTPS_PROXY: ' ' })).toBeUndefined();
});

it.each([
  ['https://registry.example', { HTTPS_PROXY: PROXY }],
  ['https://registry.example', { https_proxy: PROXY }],
  ['https://registry.example', { ALL_PROXY: PROXY }],
  ['https://registry.example', { all_proxy: PROXY }],
  ['http://registry.example', { HTTP_PROXY: PROXY }],
  ['http://registry.example', { http_proxy: PROXY }],
  ['http://registry.example', { all_proxy: PROXY }],
  [
    'https://registry.example',
    { https_proxy: PROXY, HTTPS_PROXY: 'http://other:1', ALL_PROXY: 'http://other:2' },
  ],
  ['https://registry.example', { HTTPS_PROXY: 'proxy.example:3128' }],
  ['https://registry.example', { HTTPS_PROXY: `${PROXY}/` }],
])('goes to %s through the proxy of %j', (url, environment) => {
  expect(proxyFor(url, environment)).toEqual({ url: PROXY });
});

it('has a variable for each scheme', () => {
  expect(proxyFor('https://registry.example', { HTTP_PROXY: PROXY })).toBeUndefined();
  expect(proxyFor('http://registry.example', { HTTPS_PROXY: PROXY })).toBeUndefined();
});

it('does not let the client of a CGI program choose the proxy', () => {
  const cgi = { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil.example' };
  expect(proxyFor('http://registry.example', cgi)).toBeUndefined();
  expect(proxyFor('http://registry.example', { ...cgi, http_proxy: PROXY })).toEqual({ url: PROXY });
});

it.each([
  'http://127.0.0.1:5000',
  'http://127.8.9.1',
  'http://localhost:5000',
  'https://registry.localhost',
  'http://[::1]:5000',
  'http://[::ffff:127.0.0.1]',
])('goes directly to this machine at %s', (url) => {
  expect(proxyFor(url, { ALL_PROXY: PROXY })).toBeUndefined();
});

it.each([
  ['*', 'https://registry.example'],
  ['registry.example', 'https://registry.example'],
  ['example', 'https://registry.example'],
  ['.example', 'https://registry.example'],
  ['*.example', 'https://registry.example'],
  ['REGISTRY.EXAMPLE', 'https://registry.example'],
  ['registry.example', 'https://registry.example./v2/'],
  ['other, registry.example', 'https://registry.example'],
  ['other registry.example', 'https://registry.example'],
  ['registry.example:443', 'https://registry.example'],
  ['registry.example:5000', 'https://registry.example:5000'],
  ['.example:5000', 'https://registry.example:5000'],
  ['10.0.0.0/8', 'https://10.1.2.3:5000'],
  ['10.1.2.3', 'https://10.1.2.3:5000'],
  ['10.1.2.3:5000', 'https://10.1.2.3:5000'],
  ['fd00::/8', 'https://[fd00::5]:5000'],
  ['[fd00::5]:5000', 'https://[fd00::5]:5000'],
  ['fd00:0::5', 'https://[fd00::5]:5000'],
])('excepts with NO_PROXY=%s %s', (list, url) => {
  expect(proxyFor(url, { ALL_PROXY: PROXY, NO_PROXY: list })).toBeUndefined();
  expect(proxyFor(url, { ALL_PROXY: PROXY, no_proxy: list })).toBeUndefined();
});

it.each([
  ['gistry.example', 'https://registry.example'],
  ['.registry.example', 'https://registry.example'],
  ['registry.example:5000', 'https://registry.example'],
  ['10.0.0.0/8', 'https://11.1.2.3'],
  ['10.0.0.0/8', 'https://ten.example'],
  ['10.1.2.3:5001', 'https://10.1.2.3:5000'],
  ['fd00::/8', 'https://10.1.2.3'],
  ['', 'https://registry.example'],
])('does not except with NO_PROXY=%s %s', (list, url) => {
  expect(proxyFor(url, { ALL_PROXY: PROXY, NO_PROXY: list })).toEqual({ url: PROXY });
});

it('makes a login of user and password in the variable, and keeps them out of the address', () => {
  expect(
    proxyFor('https://registry.example', { HTTPS_PROXY: 'http://desk:p%40ss%3A@proxy.example:3128' }),
  ).toEqual({
    url: PROXY,
    authorization: `Basic ${Buffer.from('desk:p@ss:').toString('base64')}`,
  });
});

it.each([
  'http://',
  'http://user:hunter2@:99999',
  'socks5://user:hunter2@proxy:1080',
  'http://user:hunter2%@proxy',
])('refuses %s, naming the variable and not its value', (value) => {
  let error: unknown;
  try {
    proxyFor('https://registry.example', { HTTPS_PROXY: value });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining('HTTPS_PROXY') as string });
  expect(String(error)).not.toContain('hunter2');
});

it('tells a proxy that wants a login from one that refuses it, and never the login', () => {
  expect(proxyLoginRequired(PROXY)).toMatchObject({
    code: 'PROXY_LOGIN',
    message: 'The proxy proxy.example:3128 asks for a login.',
  });
  expect(proxyLoginRequired('http://desk:hunter2@proxy.example:3128', { loginSent: true })).toMatchObject({
    message: 'The proxy proxy.example:3128 refused the user and password that were sent.',
  });
});
