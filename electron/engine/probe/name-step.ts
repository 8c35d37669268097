// Step one: is the name known, and does anybody answer at the port.
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { networkFailure } from '../registry/failures.ts';
import { openTunnel } from '../registry/proxy.ts';
import type { ProxyChoice } from '../registry/proxy.ts';
import type { Found } from './step.ts';
import type { Target } from './target.ts';

/** Throws HOST_UNKNOWN, HOST_UNREACHABLE, PROXY_LOGIN. */
export async function findName(target: Target, milliseconds: number, signal: AbortSignal): Promise<Found> {
  const { host, url, proxy } = target;
  const began = performance.now();
  const took = () => `${Math.max(1, Math.round(performance.now() - began))} ms`;
  try {
    if (proxy !== undefined) {
      await throughProxy(proxy, target, milliseconds, signal);
      const name = new URL(proxy.url).host;
      return { state: 'ok', word: 'Found', fact: `${host} answers through the proxy ${name} in ${took()}` };
    }
    const addresses = await lookup(target.hostname, { all: true });
    signal.throwIfAborted();
    const connecting = performance.now();
    const address = await connect(target, addresses, signal);
    const milli = Math.max(1, Math.round(performance.now() - connecting));
    const is = address === target.hostname ? host : `${host} is ${address}${others(addresses.length - 1)},`;
    return { state: 'ok', word: 'Found', fact: `${is} answers on port ${target.port} in ${milli} ms` };
  } catch (error) {
    signal.throwIfAborted();
    throw networkFailure(error, url.host, { proxy });
  }
}

function others(count: number): string {
  return count === 0 ? '' : ` and ${count} more`;
}

/** The address that answered. */
async function connect(
  { hostname, port }: Target,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<string> {
  const socket = net.connect({
    host: hostname,
    port,
    autoSelectFamily: true,
    // Node's 250 ms give up on slow links before the other side could answer.
    autoSelectFamilyAttemptTimeout: 2000,
    // Asked once: what was found is what is connected to.
    lookup: (_name, _options, done) => done(null, [...addresses]),
  });
  return await settled(socket, 'connect', signal, () => socket.remoteAddress ?? hostname);
}

/** For https as far as the registry's port, for plain http as far as the proxy, which connects only with the request itself. */
async function throughProxy(
  proxy: ProxyChoice,
  { url }: Target,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (url.protocol === 'https:') {
    (await openTunnel(proxy, url, milliseconds)).destroy();
    return;
  }
  const { hostname, port, protocol } = new URL(proxy.url);
  const usual = protocol === 'https:' ? 443 : 80;
  const socket = net.connect({ host: hostname, port: port === '' ? usual : Number(port) });
  await settled(socket, 'connect', signal, () => undefined);
}

/** Waits for one event of a socket, which is closed then, whatever came. */
async function settled<T>(
  socket: net.Socket,
  event: 'connect',
  signal: AbortSignal,
  value: () => T,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once(event, () => resolve(value()));
  socket.once('error', reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}
