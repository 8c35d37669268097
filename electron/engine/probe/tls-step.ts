// Step two: which certificate the registry shows, and whether this machine has a reason to trust it.
import type { Duplex } from 'node:stream';
import net from 'node:net';
import tls from 'node:tls';
import type { DetailedPeerCertificate } from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ProbeResult } from '../../../shared/station/target.ts';
import { isPlainAnswer, networkCodeOf, networkFailure } from '../registry/failures.ts';
import { isLoopback } from '../registry/origins.ts';
import { openTunnel } from '../registry/proxy.ts';
import { chainFrom, isoDate, nameIn } from './certificate-words.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { Fault } from './step.ts';
import type { Found } from './step.ts';
import type { Target } from './target.ts';

type Chain = ProbeResult['chain'];

export interface TlsFound {
  readonly chain: Chain;
  /** Thrown by the caller once it has kept the chain: it is worth seeing most where it is not trusted. */
  readonly outcome: Found | Fault;
}

/** Throws a Fault where there is no greeting at all, and what reading the authorities of this machine throws. */
export async function greet(target: Target, milliseconds: number, signal: AbortSignal): Promise<TlsFound> {
  if (target.url.protocol === 'http:') return { chain: [], outcome: notEncrypted(target) };
  const secureContext = target.secureContext();
  let connected = false;
  try {
    const tunnel = target.proxy && (await openTunnel(target.proxy, target.url, milliseconds));
    return await shake(target, tunnel, secureContext, signal, () => (connected = true));
  } catch (error) {
    signal.throwIfAborted();
    const isPlain = isPlainAnswer(error) || (connected && networkCodeOf(error) === 'ECONNRESET');
    if (isPlain && isLoopback(target.hostname)) return { chain: [], outcome: notEncrypted(target) };
    throw greetingFault(error, target);
  }
}

function notEncrypted({ hostname }: Target): Found {
  return {
    state: 'warn',
    word: 'Not encrypted',
    fact: isLoopback(hostname)
      ? 'Plain http, which stays within this machine'
      : 'Plain http: whoever is on the way can read and change what is sent, the login too',
  };
}

async function shake(
  target: Target,
  tunnel: Duplex | undefined,
  secureContext: tls.SecureContext,
  signal: AbortSignal,
  onConnect: () => void,
): Promise<TlsFound> {
  const { promise, resolve, reject } = Promise.withResolvers<TlsFound>();
  const socket = tls.connect({
    ...(tunnel === undefined ? { host: target.hostname, port: target.port } : { socket: tunnel }),
    secureContext,
    // Judged here, so that the chain is had also where it is not trusted. Nothing is sent before.
    rejectUnauthorized: false,
    ...(net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
  });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('connect', onConnect);
  socket.once('secureConnect', () => {
    const peer = socket.getPeerCertificate(true);
    const outcome = judgeCertificate(target.host, {
      peer,
      protocol: socket.getProtocol() ?? 'TLS',
      refusal: socket.authorized ? undefined : codeOf(socket.authorizationError),
    });
    resolve({ chain: chainFrom(peer).map(linkOf), outcome });
  });
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('closed during the greeting')));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
    tunnel?.destroy();
  }
}

/** Typed as an error, and a code at run time (node lib/_tls_wrap.js, onConnectSecure). */
function codeOf(refusal: unknown): string {
  if (refusal instanceof Error) return networkCodeOf(refusal) ?? refusal.message;
  return typeof refusal === 'string' ? refusal : 'CERT_UNTRUSTED';
}

function linkOf(certificate: DetailedPeerCertificate): Chain[number] {
  return {
    subject: nameIn(certificate.subject),
    issuer: nameIn(certificate.issuer),
    validTo: isoDate(certificate.valid_to),
    fingerprint256: certificate.fingerprint256,
  };
}

function greetingFault(error: unknown, { host, url, proxy }: Target): Fault {
  if (isPlainAnswer(error))
    return new Fault(
      'Plain http',
      `${host} answers in plain http where https was asked for`,
      new AirlockError('PROTOCOL', `${host} answers in plain http where https was asked for.`, {
        cause: error,
        details: { host },
        remedy: 'Choose plain http for this registry, or the port at which it has TLS.',
      }),
    );
  const failure = networkFailure(error, url.host, { proxy });
  return new Fault('Broken off', failure.message.replace(/\.$/, ''), failure);
}
