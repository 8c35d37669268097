// Files of web servers: chart repositories, downloads, checksums. Redirects by hand, the login of that origin alone.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { createLoginQuestions } from './auth/login-questions.ts';
import type { AskLogin } from './auth/login-questions.ts';
import { basicHeader } from './auth/token-request.ts';
import { describeLogin } from './credentials/credential.ts';
import type { Credential, CredentialSource } from './credentials/credential.ts';
import { COMMON_HEADERS } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Asked } from './failures.ts';
import type { HostGate } from './host-gate.ts';
import type { Download } from './index.ts';
import { REDIRECT_LIMIT, redirectOf } from './redirects.ts';
import { placeOf, resumingBytes } from './resuming-bytes.ts';
import { withRetries } from './retry.ts';
import { discard, headerOf, lengthOf } from './wire.ts';
import type { Method, Wire, WireResponse } from './wire.ts';

export interface WebFilesOptions {
  readonly exchange: Exchange;
  readonly credentials: CredentialSource;
  readonly wireFor: (url: URL, bulk: boolean) => Wire;
  readonly askLogin: AskLogin | undefined;
  readonly gate: HostGate;
}

export interface WebFiles {
  download(url: string, offset: number, signal: AbortSignal): Promise<Download>;
  head(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly size: number | undefined; readonly etag: string | undefined } | undefined>;
}

/** Answers to HEAD that a GET would get too; all others may mean HEAD alone. */
const TELLING: ReadonlySet<number> = new Set([401, 404, 408, 410, 429, 500, 502, 503, 504]);

export function createWebFiles(options: WebFilesOptions): WebFiles {
  const { exchange, credentials } = options;
  const questions = createLoginQuestions(options.askLogin);

  async function send(
    method: Method,
    start: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<WireResponse> {
    options.gate(start);
    for (;;) {
      const login = questions.given(start.origin) ?? (await credentials.webCredentials(start.href));
      const authorization = login === undefined ? undefined : basicHeader(login.username, login.password);
      const { response, url } = await follow(method, start, headers, authorization, signal);
      if (response.status !== 401 || url.origin !== start.origin || start.protocol !== 'https:')
        return response;
      const error = loginWanted(url, login);
      const isNew = await questions.ask(start.origin, error, login, signal);
      if (!isNew) return response;
      await discard(response.body);
    }
  }

  async function follow(
    method: Method,
    start: URL,
    headers: Readonly<Record<string, string>>,
    login: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly response: WireResponse; readonly url: URL }> {
    let authorization = login;
    let url = start;
    for (let hop = 0; hop <= REDIRECT_LIMIT; hop += 1) {
      const response = await options.wireFor(
        url,
        method === 'GET',
      )({
        method,
        url,
        headers: {
          accept: '*/*',
          ...COMMON_HEADERS,
          ...headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
        signal,
      });
      exchange.noteAnswer(start.host);
      let redirect: ReturnType<typeof redirectOf>;
      try {
        redirect = redirectOf(method, url, response.status, response.headers);
      } catch (error) {
        response.body.drop();
        throw error;
      }
      if (redirect === undefined) return { response, url };
      await discard(response.body);
      if (!redirect.sameOrigin) {
        authorization = undefined;
        options.gate(redirect.url, `a redirect of ${url.host} leads there`);
      }
      url = redirect.url;
    }
    throw new AirlockError('PROTOCOL', `${start.host} redirects ${nameOf(start)} in circles.`);
  }

  async function failure(response: WireResponse, url: URL): Promise<AirlockError> {
    const asked: Asked = { host: url.host, what: nameOf(url) };
    if (response.status === 404 || response.status === 410) {
      response.body.drop();
      return new AirlockError('REFERENCE_NOT_FOUND', `${nameOf(url)} is not there (${response.status}).`, {
        details: { url: nameOf(url) },
        remedy: 'Check the address.',
      });
    }
    const error = await exchange.failure(response, asked);
    if (error.code !== 'UNAUTHORIZED') return error;
    return loginWanted(url, undefined, error.details);
  }

  /** The answer to a GET from `from` on. A validator makes sure that what is gone on with is still the same file. */
  async function get(url: URL, from: number, validator: string | undefined, signal: AbortSignal) {
    const range = from === 0 ? {} : { range: `bytes=${from}-` };
    const same = from === 0 || validator === undefined ? {} : { 'if-range': validator };
    const response = await send('GET', url, { ...range, ...same }, signal);
    if (response.status !== 200 && response.status !== 206) throw await failure(response, url);
    try {
      const place = placeOf(response, from, url.host);
      return { response, ...place };
    } catch (error) {
      response.body.drop();
      throw error;
    }
  }

  return {
    async download(text, offset, signal) {
      const url = parseUrl(text);
      const release = await exchange.acquire(url.host, 'download', signal);
      try {
        const first = await withRetries(
          () => get(url, offset, undefined, signal),
          exchange.retrying(url.host, signal),
        );
        const { headers } = first.response;
        const etag = headerOf(headers, 'etag');
        const validator =
          etag !== undefined && !etag.startsWith('W/') ? etag : headerOf(headers, 'last-modified');
        let pending: typeof first | undefined = first;

        async function open(from: number) {
          const place = pending ?? (await get(url, from, validator, signal));
          pending = undefined;
          if (from > offset && place.response.status === 200 && validator !== undefined) {
            place.response.body.drop();
            throw new AirlockError('SOURCE_CHANGED', `${nameOf(url)} changed while it was downloaded.`, {
              remedy: 'Run the same command again.',
            });
          }
          return { body: place.response.body, skip: place.skip };
        }

        async function* read(): AsyncGenerator<Uint8Array, undefined> {
          try {
            yield* resumingBytes({
              start: offset,
              end: first.total,
              open,
              again: async (error, attempt) => {
                // Without a validator nobody knows whether the rest belongs to what came before.
                if (validator === undefined || first.total === undefined) throw error;
                await exchange.waitOrThrow(error, attempt, url.host, signal);
              },
              short: (at) =>
                new AirlockError(
                  'SIZE_MISMATCH',
                  `${nameOf(url)} ended at byte ${at} of ${first.total ?? at}.`,
                ),
            });
          } finally {
            release();
          }
          return undefined;
        }
        return {
          size: first.total,
          etag,
          contentType: headerOf(headers, 'content-type'),
          body: { [Symbol.asyncIterator]: read },
        };
      } catch (error) {
        release();
        throw error;
      }
    },

    head(text, signal) {
      const url = parseUrl(text);
      return withRetries(
        async () => {
          const release = await exchange.acquire(url.host, 'exchange', signal);
          try {
            const response = await send('HEAD', url, {}, signal);
            const { status } = response;
            if (TELLING.has(status)) throw await failure(response, url);
            await discard(response.body);
            // Presigned addresses and plain servers refuse HEAD in many ways; a GET says what the matter is.
            if (status !== 200) return undefined;
            return { size: lengthOf(response.headers), etag: headerOf(response.headers, 'etag') };
          } finally {
            release();
          }
        },
        exchange.retrying(url.host, signal),
      );
    },
  };
}

function loginWanted(
  url: URL,
  refused: Credential | undefined,
  details: AirlockError['details'] = {},
): AirlockError {
  const what = refused === undefined ? 'asks for a login' : `refused ${describeLogin(refused)} (401)`;
  return new AirlockError('UNAUTHORIZED', `${url.host} ${what} to get at ${nameOf(url)}.`, {
    details,
    side: 'source',
    remedy: `Log in with \`airlock login ${url.origin}\`, then run the same command again.`,
  });
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new AirlockError('REFERENCE_INVALID', 'A file has an address that is neither http nor https.');
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}

/** Without its query, which may be a signature or a key. */
function nameOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
