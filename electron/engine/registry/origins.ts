// How a registry host, as people write it, is reached: its name on the wire, http or https, the proxy, the certificates.
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { isHost } from '../oci/reference.ts';
import { isPlainAnswer, networkCodeOf, networkFailure } from './failures.ts';
import type { HostChoice } from './index.ts';
import { openTunnel } from './proxy.ts';
import type { ProxyChoice } from './proxy.ts';

/** A greeting that a plain server neither answers nor refuses is given up after this. */
const GREETING_MS = 3000;

/** Docker Hub's images live at docker.io, its registry elsewhere. */
const WIRE_HOST: Readonly<Record<string, string>> = {
  'docker.io': 'registry-1.docker.io',
  'index.docker.io': 'registry-1.docker.io',
};

/** A registry host as it is written everywhere in this room: no scheme, no slash, Docker Hub as docker.io. Throws REFERENCE_INVALID. */
export function normaliseHost(text: string): string {
  const host = text.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
  if (!isHost(host))
    throw new AirlockError('REFERENCE_INVALID', `"${text}" is no registry host.`, {
      details: { host: text },
      remedy:
        'Give the name of its host, with its port where it has one: registry.example or registry.example:5000.',
    });
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

/** What the operator calls the host of a URL: the key of certificates and choices. */
export function nameOf(url: URL): string {
  return Object.entries(WIRE_HOST).find(([, wireHost]) => wireHost === url.host)?.[0] ?? url.host;
}

/** Where a registry is reached: Docker Hub elsewhere than at its name. */
export function baseUrlOf(host: string, plain: boolean): URL {
  // A host may be called as something that every object has: `constructor`.
  const name = Object.hasOwn(WIRE_HOST, host) ? WIRE_HOST[host] : host;
  return new URL(`${plain ? 'http' : 'https'}://${name}/`);
}

/** True for localhost and loopback addresses, whatever the port. */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    bare === 'localhost' ||
    bare.endsWith('.localhost') ||
    bare === '::1' ||
    (net.isIPv4(bare) && bare.startsWith('127.'))
  );
}

export interface Origins {
  /** `https://registry-1.docker.io/`, `http://127.0.0.1:5000/`. A loopback registry without TLS is found out by asking it. */
  baseOf(host: string, signal: AbortSignal): Promise<URL>;
  /** True where http is in use for the host: chosen, or found out for a loopback one. */
  isPlain(host: string): boolean;
}

export function createOrigins(hosts: Readonly<Record<string, HostChoice>>): Origins {
  const plainLoopback = new Set<string>();
  const asked = new Map<string, Promise<boolean>>();
  const isPlain = (host: string) => hosts[host]?.plainHttp === true || plainLoopback.has(host);
  return {
    isPlain,
    async baseOf(host, signal) {
      if (hosts[host]?.plainHttp !== true && isLoopback(new URL(`https://${host}`).hostname)) {
        let answer = asked.get(host);
        if (answer === undefined) {
          answer = speaksTls(new URL(`https://${host}`));
          asked.set(host, answer);
          answer.catch(() => asked.delete(host));
        }
        if (!(await answer)) plainLoopback.add(host);
        signal.throwIfAborted();
      }
      return baseUrlOf(host, isPlain(host));
    },
  };
}

/** https first, as Docker does for loopback registries. Certificates are judged later, by the request itself. */
async function speaksTls(url: URL): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  let connected = false;
  const socket = tls.connect({
    host: hostname,
    port: url.port === '' ? 443 : Number(url.port),
    rejectUnauthorized: false,
    ...(net.isIP(hostname) === 0 ? { servername: hostname } : {}),
  });
  socket.setTimeout(GREETING_MS, () => resolve(false));
  socket.once('connect', () => (connected = true));
  socket.once('secureConnect', () => resolve(true));
  socket.once('error', (error) => {
    if (isPlainAnswer(error) || (connected && networkCodeOf(error) === 'ECONNRESET')) resolve(false);
    // A server that asks for a client certificate breaks the greeting off, but in TLS.
    else if (connected) resolve(true);
    else reject(networkFailure(error, url.host));
  });
  socket.once('close', () => resolve(false));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/**
 * Who signed the certificate that a host shows, for the message that says it is not trusted; through the proxy where one
 * is in use, since it may be the proxy's own certificate. Nothing is sent to the host.
 */
export async function issuerOf(url: URL, proxy: ProxyChoice | undefined): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  let tunnel: Duplex | undefined;
  try {
    tunnel = proxy === undefined ? undefined : await openTunnel(proxy, url, GREETING_MS);
  } catch {
    return undefined;
  }
  const socket = tls.connect({
    ...(tunnel === undefined
      ? { host: hostname, port: url.port === '' ? 443 : Number(url.port) }
      : { socket: tunnel }),
    rejectUnauthorized: false,
    ...(net.isIP(hostname) === 0 ? { servername: hostname } : {}),
  });
  socket.setTimeout(GREETING_MS, () => resolve(undefined));
  socket.once('secureConnect', () => resolve(nameOfIssuer(socket)));
  socket.once('error', () => resolve(undefined));
  socket.once('close', () => resolve(undefined));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function nameOfIssuer(socket: tls.TLSSocket): string | undefined {
  const issuer: Partial<Record<'O' | 'CN', string | string[]>> | undefined =
    socket.getPeerCertificate().issuer;
  const name = issuer?.CN ?? issuer?.O;
  const text = (Array.isArray(name) ? name.join(', ') : name)?.replaceAll(/[\p{Cc}"`]/gu, '').slice(0, 100);
  return text === '' ? undefined : text;
}
