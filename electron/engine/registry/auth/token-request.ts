// One request to a token endpoint and what its answer means (distribution, docs/content/spec/auth/{token,oauth}.md).
import { z } from 'zod';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { describeLogin } from '../credentials/credential.ts';
import type { IdentityCredential, PasswordCredential } from '../credentials/credential.ts';
import { retryAfterSeconds } from '../failures.ts';
import { loginMissing, loginRefused } from './refusals.ts';
import { describeScopes } from './scopes.ts';

export interface TokenRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

export interface TokenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Sends one request, follows no redirect, bounds the body. Throws the network's errors. */
export type FetchToken = (request: TokenRequest) => Promise<TokenAnswer>;

type TokenLogin = (PasswordCredential | IdentityCredential) & { readonly origin: string };

export interface TokenWish {
  /** The registry, as people write it. */
  readonly host: string;
  /** Checked by `checkRealm`. */
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly login: TokenLogin | undefined;
  readonly signal: AbortSignal;
}

export interface IssuedToken {
  readonly token: string;
  /** How long it still holds, counted from the moment the request was sent. */
  readonly lifetimeMs: number;
}

const CLIENT_ID = 'airlock';
/** "For compatibility with older clients, a token should never be returned with less than 60 seconds to live." */
const SHORTEST_LIFETIME_S = 60;
/** A day: nobody means more, and a wild number must not overflow a date. */
const LONGEST_LIFETIME_S = 86_400;

/** Empty strings and nulls stand for absent fields at several registries. */
const TokenBody = z.object({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z
    .union([z.number(), z.stringFormat('seconds', /^\d+$/)])
    .nullish()
    .catch(undefined),
  issued_at: z.string().nullish().catch(undefined),
});
/** A token becomes part of a header line. */
const TOKEN_TEXT = /^[\x21-\x7e]{1,65536}$/;

const ErrorBody = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  details: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ message: z.string().catch('') }))
    .optional()
    .catch(undefined),
});

/**
 * Asks for a token: by POST with an identity token, else by GET with or without a password. Throws UNAUTHORIZED where
 * the login is refused or missing, DENIED, RATE_LIMITED, SERVER_FAULT, PROTOCOL; each names registry and token server.
 */
export async function requestToken(
  wish: TokenWish,
  fetchToken: FetchToken,
  now: () => number,
): Promise<IssuedToken> {
  let answer: TokenAnswer | undefined;
  if (wish.login !== undefined && 'identityToken' in wish.login) {
    answer = await fetchToken(postOf(wish, wish.login.identityToken));
    // Token servers without OAuth2 know no POST at all.
    if (answer.status === 404 || answer.status === 405) answer = undefined;
  }
  answer ??= await fetchToken(getOf(wish));
  if (answer.status !== 200) throw refusalOf(answer, wish, now());
  return readToken(answer, wish);
}

function getOf(wish: TokenWish): TokenRequest {
  const { login } = wish;
  const query = new URLSearchParams();
  if (wish.service !== undefined) query.append('service', wish.service);
  for (const scope of wish.scopes) query.append('scope', scope);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (login !== undefined) {
    const username = login.username ?? '<token>';
    if (login.username !== undefined) query.append('account', login.username);
    headers['authorization'] = basicHeader(
      username,
      'identityToken' in login ? login.identityToken : login.password,
    );
  }
  query.append('client_id', CLIENT_ID);
  const url = new URL(wish.realm);
  // What the realm brings along stays as it is written.
  url.search = url.search === '' ? query.toString() : `${url.search}&${query.toString()}`;
  return { method: 'GET', url, headers, signal: wish.signal };
}

function postOf(wish: TokenWish, identityToken: string): TokenRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: identityToken });
  if (wish.service !== undefined) form.append('service', wish.service);
  form.append('client_id', CLIENT_ID);
  if (wish.scopes.length > 0) form.append('scope', wish.scopes.join(' '));
  return {
    method: 'POST',
    url: wish.realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(form.toString()),
    signal: wish.signal,
  };
}

/** `Basic …` (RFC 7617), in UTF-8. */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readToken(answer: TokenAnswer, wish: TokenWish): IssuedToken {
  const body = TokenBody.safeParse(jsonOf(answer.body)).data;
  const token = [body?.token, body?.access_token].find((text) => typeof text === 'string' && text !== '');
  if (typeof token !== 'string' || !TOKEN_TEXT.test(token))
    throw new AirlockError('PROTOCOL', `${serverOf(wish)} answered without a token.`, {
      details: { host: wish.host, realm: wish.realm.host },
      remedy: 'Check that no proxy or login page answers in its place.',
    });
  const stated = Math.min(Number(body?.expires_in ?? 0), LONGEST_LIFETIME_S);
  const lifetime = Math.max(Number.isFinite(stated) ? stated : 0, SHORTEST_LIFETIME_S) * 1000;
  const age = ageOf(body?.issued_at ?? undefined, answer.headers['date']);
  return { token, lifetimeMs: age < lifetime ? lifetime - age : lifetime };
}

/**
 * How old a token was when it was sent: by the token server's own clock on both sides, since those of machines behind
 * an air gap drift. Zero where it cannot be told.
 */
function ageOf(issuedAt: string | undefined, date: string | readonly string[] | undefined): number {
  if (issuedAt === undefined || typeof date !== 'string') return 0;
  const age = Date.parse(date) - Date.parse(issuedAt);
  return Number.isFinite(age) ? Math.max(0, age) : 0;
}

function refusalOf(answer: TokenAnswer, wish: TokenWish, now: number): AirlockError {
  const { host, login } = wish;
  const { status } = answer;
  const server = serverOf(wish);
  const { oauth, words } = complaintOf(answer.body);
  const because = words === '' ? `(${status})` : `(${status}: ${words})`;
  const wait = retryAfterSeconds(answer.headers, now);
  const details = {
    host,
    realm: wish.realm.host,
    status,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
  if (status === 429)
    return new AirlockError('RATE_LIMITED', `${server} answers that it was asked too often ${because}.`, {
      details,
    });
  if (status >= 500 || status === 408)
    return new AirlockError('SERVER_FAULT', `${server} failed to give a token ${because}.`, { details });
  // OAuth2 answers 400 invalid_grant for a refresh token that is spent (RFC 6749 §5.2).
  if (status === 401 || oauth === 'invalid_grant' || oauth === 'invalid_client') {
    if (login !== undefined) return loginRefused(host, login, server, because, details);
    return loginMissing(host, `${server} gives nothing without a login ${because}.`, details);
  }
  if (status === 403 || oauth === 'access_denied') {
    if (login === undefined)
      return loginMissing(host, `${server} gives nothing without a login ${because}.`, details);
    const wanted = describeScopes(wish.scopes);
    return new AirlockError(
      'DENIED',
      `${server} does not allow ${describeLogin(login)} to ${wanted ?? 'use this registry'} ${because}.`,
      { details },
    );
  }
  return new AirlockError('PROTOCOL', `${server} answered a request for a token with ${because}.`, {
    details,
    remedy:
      'Check that the registry’s external address is right, and that this machine reaches its token server.',
  });
}

function serverOf(wish: TokenWish): string {
  return wish.realm.hostname === wish.host || wish.realm.host === wish.host
    ? wish.host
    : `${wish.realm.host}, which ${wish.host} names for logins,`;
}

function complaintOf(body: Uint8Array): { readonly oauth: string | undefined; readonly words: string } {
  const parsed = ErrorBody.safeParse(jsonOf(body)).data;
  const words = parsed?.error_description ?? parsed?.details ?? parsed?.errors?.[0]?.message ?? parsed?.error;
  return {
    oauth: parsed?.error,
    words: (words ?? '')
      .replaceAll(/\p{Cc}+/gu, ' ')
      .slice(0, 200)
      .trim(),
  };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
