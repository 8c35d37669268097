// Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl and Go read them.
import type { Duplex } from 'node:stream';
import ipaddr from 'ipaddr.js';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyChoice {
  /** `http://proxy.example:3128`, without user, password or path. */
  readonly url: string;
  /** Proxy-Authorization, where the variable holds user and password. */
  readonly authorization?: string;
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy for a URL, undefined where the way is direct: none is set, NO_PROXY excepts the host, or the host is this
 * machine. Lower case names win over upper case ones. Throws USAGE for a variable that names no http(s) proxy; its
 * value is not repeated, since it may hold a password.
 */
export function proxyFor(url: URL | string, environment: Environment): ProxyChoice | undefined {
  const target = new URL(url);
  if (isThisMachine(target.hostname) || isExcepted(target, environment)) return undefined;
  const found =
    (target.protocol === 'https:'
      ? valueOf(environment, 'https_proxy', 'HTTPS_PROXY')
      : // A web server hands a client's `Proxy:` header to CGI programs as HTTP_PROXY (https://httpoxy.org).
        valueOf(
          environment,
          'http_proxy',
          ...(environment['REQUEST_METHOD'] === undefined ? ['HTTP_PROXY'] : []),
        )) ?? valueOf(environment, 'all_proxy', 'ALL_PROXY');
  return found === undefined ? undefined : parseProxy(found.name, found.value);
}

/** PROXY_LOGIN for an answer 407: the proxy wants a login, or refuses the one that was sent. */
export function proxyLoginRequired(
  proxyUrl: string,
  options: { readonly loginSent?: boolean; readonly cause?: unknown } = {},
): AirlockError {
  const { host } = new URL(proxyUrl);
  const message =
    options.loginSent === true
      ? `The proxy ${host} refused the user and password that were sent.`
      : `The proxy ${host} asks for a login.`;
  return new AirlockError('PROXY_LOGIN', message, { cause: options.cause, details: { proxy: host } });
}

/** A connection through the proxy to where a URL leads. Rejects where there is none in time. */
export async function openTunnel(proxy: ProxyChoice, url: URL, timeoutMs: number): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const target = `${url.hostname}:${url.port === '' ? DEFAULT_PORT[url.protocol] : url.port}`;
  // Imported when needed: node:http alone costs a command 40 ms, whatever it then does.
  const { request: send } = await (proxy.url.startsWith('https:')
    ? import('node:https')
    : import('node:http'));
  const request = send(proxy.url, {
    method: 'CONNECT',
    path: target,
    timeout: timeoutMs,
    headers: {
      host: target,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  });
  request.once('connect', (answer, socket) => {
    if (answer.statusCode === 200) resolve(socket);
    else {
      socket.destroy();
      // As undici puts it, so that one reader of failures knows both.
      reject(new Error(`Proxy response (${answer.statusCode ?? 0})`));
    }
  });
  request.once('error', reject);
  request.once('timeout', () => request.destroy(new Error('the proxy did not answer')));
  request.end();
  return await promise;
}

function valueOf(
  environment: Environment,
  ...names: readonly string[]
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

function parseProxy(name: string, value: string): ProxyChoice {
  const refuse = (why: string): AirlockError =>
    new AirlockError('USAGE', `${name} names no proxy that Airlock can use: ${why}.`, {
      remedy: `Set ${name} to http://host:port or http://user:password@host:port.`,
      details: { variable: name },
    });
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) throw refuse('it is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(`it has the scheme ${url.protocol.slice(0, -1)}`);
  if (url.username === '' && url.password === '') return { url: url.origin };
  let login: string;
  try {
    login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw refuse('its user or password has a % that stands for nothing (write %25)');
  }
  return { url: url.origin, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

function isThisMachine(hostname: string): boolean {
  const bare = bareHost(hostname);
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

function isExcepted(target: URL, environment: Environment): boolean {
  const list = valueOf(environment, 'no_proxy', 'NO_PROXY')?.value ?? '';
  const host = bareHost(target.hostname);
  const port = target.port === '' ? DEFAULT_PORT[target.protocol] : target.port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry.toLowerCase(), host, port));
}

/** `*`, `example.com` (and what is below), `.example.com` (only below), an address, a range; all but ranges with a port. */
function matches(entry: string, host: string, port: string | undefined): boolean {
  if (entry === '*') return true;
  if (ipaddr.isValidCIDR(entry)) return isWithin(host, entry);
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry);
  if (match !== null && match[2] !== port) return false;
  const name = bareHost(match?.[1] ?? entry).replace(/^\*/, '');
  if (ipaddr.isValid(name)) return ipaddr.isValid(host) && sameAddress(name, host);
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isWithin(host: string, range: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  const [network, bits] = ipaddr.parseCIDR(range);
  return address.kind() === network.kind() && address.match(network, bits);
}

function sameAddress(one: string, other: string): boolean {
  return ipaddr.process(one).toNormalizedString() === ipaddr.process(other).toNormalizedString();
}

/** Lower case, without brackets and the dot of a full name. */
function bareHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
