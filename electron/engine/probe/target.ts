// The registry under test: where it is reached, by which way, and what it is judged by.
import tls from 'node:tls';
import { baseUrlOf, nameOf, normaliseHost } from '../registry/origins.ts';
import { proxyFor } from '../registry/proxy.ts';
import type { ProxyChoice } from '../registry/proxy.ts';
import { trustFor } from '../registry/trust.ts';
import type { EngineOptions } from '../engine-options.ts';

export interface Target {
  /** As people write it. */
  readonly host: string;
  readonly url: URL;
  readonly hostname: string;
  readonly port: number;
  readonly proxy: ProxyChoice | undefined;
  /** Reads the authorities of this machine when it is called. Throws USAGE, NO_ACCESS. */
  readonly secureContext: () => tls.SecureContext;
}

/** Throws REFERENCE_INVALID for what is no registry host, USAGE for a proxy that is none. */
export function targetOf(text: string, options: Pick<EngineOptions, 'hosts' | 'environment'>): Target {
  const host = normaliseHost(text);
  const choices = new Map(
    Object.entries(options.hosts).map(([name, choice]) => [normaliseHost(name), choice]),
  );
  const choice = choices.get(host);
  const url = baseUrlOf(host, choice?.plainHttp === true);
  const usual = url.protocol === 'https:' ? 443 : 80;
  return {
    host,
    url,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    proxy: proxyFor(url, options.environment),
    secureContext: () =>
      tls.createSecureContext(trustFor(nameOf(url), { environment: options.environment, ca: choice?.ca })),
  };
}
