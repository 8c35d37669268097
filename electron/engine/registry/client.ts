// Puts the registry room together: one set of connections, logins and limits for a whole job.
import tls from 'node:tls';
import type { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { createThrottle } from '../jobs/throttle.ts';
import { createAuthorizer } from './auth/authorizer.ts';
import type { FetchToken, ResolveAddress } from './auth/authorizer.ts';
import { lookupAddresses } from './auth/realm.ts';
import { createBlobUploads } from './blob-upload.ts';
import { NO_CREDENTIALS } from './credentials/credential.ts';
import { credentialsOfMachine } from './credentials/keyring.ts';
import { createDirectWire } from './direct-wire.ts';
import { createExchange } from './exchange.ts';
import { isTrustFailure, networkFailure } from './failures.ts';
import type { RegistryClient, RegistryClientOptions, UploadTrial } from './index.ts';
import { createHostGate } from './host-gate.ts';
import { createOrigins, issuerOf, nameOf, normaliseHost } from './origins.ts';
import { proxyFor } from './proxy.ts';
import { createReferrers } from './referrers.ts';
import { createRepository, repositoryAddress } from './repository.ts';
import { createSlots } from './slots.ts';
import { throttledBytes } from './throttled.ts';
import { trustFor } from './trust.ts';
import { tryUpload } from './try-upload.ts';
import { createUndiciWire } from './undici-wire.ts';
import { createWebFiles } from './web-files.ts';
import { discard, readBody } from './wire.ts';
import type { Wire } from './wire.ts';

/** Token bodies are a few KiB; whoever sends more is no token server. */
const TOKEN_BYTES = 128 * 1024;

/** Nothing is connected or read before it is needed. `close` ends what is under way. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient & UploadTrial {
  const { limits, clock } = options;
  const throttle =
    options.throttle ??
    (limits.bytesPerSecond === undefined ? undefined : createThrottle(() => limits.bytesPerSecond, clock));
  const hosts = Object.fromEntries(
    Object.entries(options.hosts ?? {}).map(([host, choice]) => [normaliseHost(host), choice]),
  );
  const onNotice = options.onNotice ?? (() => undefined);
  const origins = createOrigins(hosts);
  const credentials = options.credentials ?? credentialsOfMachine(options);
  const gate = createHostGate(options.mayCall);
  const contexts = new Map<string, tls.SecureContext>();
  const proxyOf = (url: URL) => proxyFor(url, options.environment);

  /** Made once for a host: reading the authorities of a machine takes tens of milliseconds. */
  function contextOf(url: URL): tls.SecureContext {
    let context = contexts.get(url.host);
    if (context === undefined) {
      const host = nameOf(url);
      context = tls.createSecureContext(
        trustFor(host, { environment: options.environment, ca: (hosts[host] ?? hosts[`${host}:443`])?.ca }),
      );
      contexts.set(url.host, context);
    }
    return context;
  }

  async function connectFailure(error: unknown, url: URL): Promise<AirlockError> {
    const proxy = proxyOf(url);
    const issuer = isTrustFailure(error) ? await issuerOf(url, proxy) : undefined;
    return networkFailure(error, url.host, { issuer, proxy });
  }

  const common = { stallMs: limits.stallMs, contextOf, connectFailure };
  const direct = createDirectWire(common);
  const undici = createUndiciWire({ ...common, proxyOf });
  const requestCounts = new Map<string, number>();
  const count = (url: URL): void => {
    const host = nameOf(url);
    requestCounts.set(host, (requestCounts.get(host) ?? 0) + 1);
  };
  const wireFor = (url: URL, bulk: boolean): Wire => {
    gate(url);
    count(url);
    return bulk && proxyOf(url) === undefined ? direct.send : undici.send;
  };

  const fetchToken: FetchToken = async ({ method, url, headers, body, signal }) => {
    gate(url);
    count(url);
    const answer = await undici.send({
      method,
      url,
      headers: { 'user-agent': 'airlock', 'accept-encoding': 'identity', ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: await readBody(answer.body, TOKEN_BYTES, `The answer of ${url.host} to a request for a token`),
    };
  };

  // Behind a proxy it is the proxy that knows the names.
  const resolveAddress: ResolveAddress = async (hostname) =>
    proxyOf(new URL(`https://${hostname}`)) === undefined ? await lookupAddresses(hostname) : [];

  const authorizer = createAuthorizer({
    credentials,
    fetchToken,
    clock,
    resolveAddress,
    plainHttp: (host) => origins.isPlain(host),
    gate,
    askLogin: options.askLogin,
  });
  const exchange = createExchange({
    origins,
    authorizer,
    gate,
    anonymous: (url) =>
      createAuthorizer({
        credentials: NO_CREDENTIALS,
        fetchToken,
        clock,
        resolveAddress,
        plainHttp: () => url.protocol === 'http:',
        gate,
      }),
    wireFor,
    slots: createSlots(
      (host) => (hosts[host] ?? hosts[`${host}:443`])?.connections ?? limits.perHost,
      options.onConnections,
    ),
    limits,
    clock,
    onWait: options.onWait ?? (() => undefined),
    onNotice,
  });
  const uploads = createBlobUploads(exchange);
  const referrers = createReferrers(exchange, onNotice);
  const webFiles = createWebFiles({
    exchange,
    credentials,
    wireFor,
    askLogin: options.askLogin,
    gate,
  });
  const never = new AbortController().signal;

  return {
    repository: (host, name) =>
      createRepository({ exchange, uploads, referrers, throttle, onNotice }, normaliseHost(host), name),
    async ping(text, pinging) {
      const host = normaliseHost(text);
      const asked = { host, what: 'its registry API' };
      const signal = pinging?.signal ?? never;
      await exchange.ask(
        { host, method: 'GET', target: '/v2/', scopes: [], signal, asked },
        async (answer) => {
          if (answer.status !== 200) throw await exchange.failure(answer, asked);
          await discard(answer.body);
        },
      );
    },
    tryUpload: (host, name, trying) =>
      tryUpload(exchange, repositoryAddress(normaliseHost(host), name), trying?.signal ?? never),
    async download(url, downloading) {
      const signal = downloading?.signal ?? never;
      const file = await webFiles.download(url, downloading?.offset ?? 0, signal);
      return { ...file, body: throttledBytes(file.body, throttle, signal) };
    },
    head: (url, heading) => webFiles.head(url, heading?.signal ?? never),
    get bytesResent() {
      return uploads.bytesResent;
    },
    rateLimits: exchange.rateLimits,
    requestCounts,
    async close() {
      direct.close();
      await undici.close();
    },
  };
}
