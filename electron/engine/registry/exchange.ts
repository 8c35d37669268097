// One request to a registry until its real answer: login, redirects by hand, slots, retries.
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Clock, Limits } from '../jobs/job-context.ts';
import { orAborted } from '../jobs/or-aborted.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { answerFailure, complaintFailure, readComplaint } from './failures.ts';
import type { Asked } from './failures.ts';
import type { HostGate } from './host-gate.ts';
import type { Origins } from './origins.ts';
import { REDIRECT_LIMIT, redirectOf } from './redirects.ts';
import { waitOrThrow, withRetries } from './retry.ts';
import type { Retrying } from './retry.ts';
import type { SlotKind, Slots } from './slots.ts';
import { discard, headerOf, headersOf } from './wire.ts';
import type { Method, Wire, WireRequest, WireResponse } from './wire.ts';

export interface ExchangeRequest {
  /** As people write it: the credentials' key. */
  readonly host: string;
  readonly method: Method;
  /** Path and query at the host, or a whole URL that the registry named. */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: WireRequest['body'];
  readonly scopes: readonly string[];
  readonly signal: AbortSignal;
  /** The answer's body is large: it comes over a connection with buffers of its own where no proxy lies between. */
  readonly bulk?: boolean;
  readonly asked: Asked;
}

export interface Answer extends WireResponse {
  /** Where the answer came from, after redirects: a relative Location starts here. */
  readonly url: URL;
}

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

export interface ExchangeOptions {
  readonly origins: Origins;
  readonly authorizer: Authorizer;
  readonly gate: HostGate;
  /** For a host that a redirect led to and that asks for a token of its own: knows no credentials, lives for one request. */
  readonly anonymous: (url: URL) => Authorizer;
  readonly wireFor: (url: URL, bulk: boolean) => Wire;
  readonly slots: Slots;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly onWait: (host: string, seconds: number, why: string) => void;
  readonly onNotice: (text: string) => void;
}

export interface Exchange {
  /** One attempt. Any status but a 401 that a login could answer comes back. */
  send(request: ExchangeRequest): Promise<Answer>;
  /**
   * Sends until `use` accepts the answer, holding a slot while it runs. `use` reads or drops the body; what it throws is
   * retried as the error table says.
   */
  ask<T>(request: ExchangeRequest, use: (answer: Answer) => Promise<T>): Promise<T>;
  /** The error that an unwanted answer means. */
  failure(answer: WireResponse, asked: Asked): Promise<AirlockError>;
  retrying(host: string, signal: AbortSignal): Retrying;
  /** Waits where another attempt may help, else throws. */
  waitOrThrow(error: unknown, attempt: number, host: string, signal: AbortSignal): Promise<void>;
  acquire(host: string, kind: SlotKind, signal: AbortSignal): Promise<() => void>;
  readonly rateLimits: ReadonlyMap<string, RateLimit>;
  /** A host has answered something: from now on its failures are worth more patience. */
  noteAnswer(host: string): void;
}

export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'user-agent': 'airlock',
  // Lengths and digests are of the bytes as stored; a coding on the way would change both.
  'accept-encoding': 'identity',
};

/** Logins tried for one request: an expired token, then a scope that was missing. What the operator gives comes on top. */
const LOGINS = 3;

export function createExchange(options: ExchangeOptions): Exchange {
  const { origins, authorizer, clock, limits } = options;
  const answered = new Set<string>();
  const rateLimits = new Map<string, RateLimit>();
  const notBefore = new Map<string, number>();
  const warned = new Set<string>();
  const proven = new Map<string, string>();
  const trials = new Map<string, Promise<undefined>>();

  async function follow(
    request: ExchangeRequest,
    start: URL,
    authorization: string | undefined,
  ): Promise<Answer> {
    let url = start;
    let credentials = authorization;
    for (let hop = 0; hop <= REDIRECT_LIMIT; hop += 1) {
      const wire = options.wireFor(url, request.bulk === true);
      const response = await wire({
        method: request.method,
        url,
        headers: {
          ...COMMON_HEADERS,
          ...request.headers,
          ...(credentials === undefined ? {} : { authorization: credentials }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        signal: request.signal,
      });
      answered.add(request.host);
      let redirect: ReturnType<typeof redirectOf>;
      try {
        redirect = redirectOf(request.method, url, response.status, response.headers);
      } catch (error) {
        response.body.drop();
        throw error;
      }
      if (redirect === undefined) return { ...response, url };
      await discard(response.body);
      if (request.body !== undefined && !(request.body instanceof Uint8Array))
        throw new AirlockError(
          'UPLOAD_LOST',
          `${request.asked.host} sent the upload of ${request.asked.what} elsewhere while it was under way.`,
        );
      if (!redirect.sameOrigin) {
        credentials = undefined;
        options.gate(redirect.url, `a redirect of ${url.host} leads there`);
      }
      url = redirect.url;
    }
    throw new AirlockError('PROTOCOL', `${request.host} redirects ${request.asked.what} in circles.`, {
      details: { host: request.host },
    });
  }

  async function send(request: ExchangeRequest): Promise<Answer> {
    const { host, scopes, signal } = request;
    options.gate(new URL(`https://${host}`));
    const base = await origins.baseOf(host, signal);
    const start = typeof request.target === 'string' ? new URL(request.target, base) : request.target;
    const atHome = start.origin === base.origin;
    if (!atHome) options.gate(start, `${host} sends ${request.asked.what} there`);
    const answersBefore = authorizer.answers(host);
    for (let tries = 0; ; tries += 1) {
      const { authorization, end } = await authorized(atHome, request);
      try {
        const answer = await follow(request, start, authorization);
        if (answer.url.origin === base.origin) note(host, answer);
        if (!wantsLogin(answer)) {
          if (authorization !== undefined && answer.status < 500) proven.set(host, authorization);
          return answer;
        }
        const complaint = await readComplaint(answer);
        const { status, headers } = answer;
        const failure = complaintFailure(status, headers, complaint, request.asked, clock.now());
        if (answer.url.origin !== base.origin) return await sendAnonymously(request, answer, failure);
        if (tries - (authorizer.answers(host) - answersBefore) >= LOGINS) throw failure;
        let challenges = challengesOf(answer);
        if (challenges.length === 0 && authorization === undefined) {
          challenges = await challengesOfBase(base, signal);
          if (challenges.length === 0) throw failure;
        }
        if (!(await authorizer.challenged(host, challenges, scopes, signal, authorization))) throw failure;
      } finally {
        end();
      }
      if (request.body !== undefined && !(request.body instanceof Uint8Array))
        throw new AirlockError(
          'UPLOAD_LOST',
          `The login at ${host} ran out during the upload of ${request.asked.what}; it is sent again with a new one.`,
          { details: { host } },
        );
    }
  }

  /**
   * The header of one try; `end` says that it is known what came of it. Of a user and password that no answer has shown to be
   * right one request goes at a time: wrong tries side by side lock accounts.
   */
  async function authorized(
    atHome: boolean,
    { host, scopes, signal }: ExchangeRequest,
  ): Promise<{ readonly authorization: string | undefined; readonly end: () => void }> {
    for (;;) {
      const authorization = atHome ? await authorizer.header(host, scopes, signal) : undefined;
      if (authorization?.startsWith('Basic ') !== true || proven.get(host) === authorization)
        return { authorization, end: () => undefined };
      const other = trials.get(host);
      if (other === undefined) {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        trials.set(host, promise);
        const end = () => {
          trials.delete(host);
          resolve(undefined);
        };
        return { authorization, end };
      }
      await orAborted(other, signal);
    }
  }

  /** A storage host behind a redirect may want a token of its own (go-containerregistry: handleCrossHostChallenge). */
  async function sendAnonymously(
    request: ExchangeRequest,
    answer: Answer,
    failure: AirlockError,
  ): Promise<Answer> {
    const { scopes, signal } = request;
    const challenges = challengesOf(answer);
    const stranger = options.anonymous(answer.url);
    if (
      challenges.length === 0 ||
      (request.body !== undefined && !(request.body instanceof Uint8Array)) ||
      !(await stranger.challenged(answer.url.host, challenges, scopes, signal, undefined))
    )
      throw failure;
    const again = await follow(request, answer.url, await stranger.header(answer.url.host, scopes, signal));
    if (again.status !== 401) return again;
    again.body.drop();
    throw failure;
  }

  /** gcr.io may answer 401 without a challenge where its /v2/ has one (containers/image: setupRequestAuth). */
  async function challengesOfBase(base: URL, signal: AbortSignal): Promise<readonly string[]> {
    const url = new URL('/v2/', base);
    const answer = await options.wireFor(url, false)({ method: 'GET', url, headers: COMMON_HEADERS, signal });
    await discard(answer.body);
    return answer.status === 401 ? challengesOf(answer) : [];
  }

  function note(host: string, answer: Answer): void {
    const limit = /^(\d{1,9})(?:;.*?\bw=(\d{1,9}))?/.exec(headerOf(answer.headers, 'ratelimit-limit') ?? '');
    const remaining = /^(\d{1,9})/.exec(headerOf(answer.headers, 'ratelimit-remaining') ?? '');
    if (limit !== null && remaining !== null)
      rateLimits.set(host, {
        limit: Number(limit[1]),
        remaining: Number(remaining[1]),
        windowSeconds: Number(limit[2] ?? 0),
      });
    // distribution-spec, Warnings: shown once, never acted on.
    for (const warning of headersOf(answer.headers, 'warning')) {
      const text = /^299 - "((?:[^"\\]|\\.)*)"/.exec(warning)?.[1]?.replaceAll(/\p{Cc}/gu, '');
      const key = `${host} ${text}`;
      if (text === undefined || warned.has(key)) continue;
      warned.add(key);
      options.onNotice(`${host}: ${text.slice(0, 1000)}`);
    }
  }

  const retrying = (host: string, signal: AbortSignal): Retrying => ({
    host,
    signal,
    clock,
    retries: limits.retries,
    onWait: options.onWait,
    answered: () => answered.has(host),
  });

  /** One request was told to wait; the others of this host need not be told one by one. */
  function remember(host: string, error: unknown): void {
    const seconds = isAirlockError(error, 'RATE_LIMITED') ? error.details['retryAfterSeconds'] : undefined;
    if (typeof seconds === 'number') notBefore.set(host, clock.now() + seconds * 1000);
  }

  return {
    send,
    rateLimits,
    noteAnswer: (host) => void answered.add(host),
    retrying,
    acquire: (host, kind, signal) => options.slots.acquire(host, kind, signal),
    failure: (answer, asked) => answerFailure(answer, asked, clock.now()),
    waitOrThrow(error, attempt, host, signal) {
      remember(host, error);
      return waitOrThrow(error, attempt, retrying(host, signal));
    },
    ask(request, use) {
      const { host, signal } = request;
      return withRetries(
        async () => {
          const wait = (notBefore.get(host) ?? 0) - clock.now();
          if (wait > 0) await clock.sleep(wait, signal);
          const release = await options.slots.acquire(host, 'exchange', signal);
          try {
            return await use(await send(request));
          } catch (error) {
            remember(host, error);
            throw error;
          } finally {
            release();
          }
        },
        retrying(host, signal),
      );
    },
  };
}

function challengesOf(answer: WireResponse): readonly string[] {
  return headersOf(answer.headers, 'www-authenticate').filter((challenge) => challenge.trim() !== '');
}

/** 401, or a 403 that says the token's scope was too small (RFC 6750 §3.1). */
function wantsLogin(answer: WireResponse): boolean {
  if (answer.status === 401) return true;
  return (
    answer.status === 403 &&
    challengesOf(answer).some((challenge) => challenge.includes('insufficient_scope'))
  );
}
