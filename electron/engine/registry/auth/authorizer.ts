// Logins at registries: which Authorization header a request gets, and what a 401 means for it.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Clock } from '../../jobs/job-context.ts';
import { describeLogin, isSameLogin } from '../credentials/credential.ts';
import type { Credential, CredentialSource } from '../credentials/credential.ts';
import { parseChallenges } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { checkRealm } from './realm.ts';
import type { ResolveAddress } from './realm.ts';
import { describeScopes, mergeScopes, parseScopes, repositoryOf } from './scopes.ts';
import { shareTask } from './shared-task.ts';
import type { SharedTask } from './shared-task.ts';
import { basicHeader, loginAgain, LoginRefused, requestToken } from './token-request.ts';
import type { FetchToken } from './token-request.ts';

export type { FetchToken, TokenAnswer, TokenRequest } from './token-request.ts';
export type { ResolveAddress } from './realm.ts';

export interface AuthorizerOptions {
  readonly credentials: CredentialSource;
  readonly fetchToken: FetchToken;
  readonly clock: Clock;
  /** True where http is in use for the registry. */
  readonly plainHttp: (host: string) => boolean;
  /** Finds out that a realm's name stands for a private address. Without it only addresses as such are judged. */
  readonly resolveAddress?: ResolveAddress;
}

export interface Authorizer {
  /**
   * The Authorization header for a request, tokens renewed shortly before they expire. Undefined while the host has not
   * asked for one. Throws UNAUTHORIZED, DENIED, REALM_REFUSED and the errors of the token server.
   */
  header(host: string, scopes: readonly string[], signal: AbortSignal): Promise<string | undefined>;
  /**
   * Learns from a 401, or a 403 that says insufficient_scope. `refused` is the header which that request carried, if
   * any. True: `header` now gives another one that is worth a try. False: nothing more can be done, and the answer's
   * body says why. Throws UNAUTHORIZED for a login that is wrong or missing, DENIED for a right one that may not do
   * this, REALM_REFUSED and the errors of the token server.
   */
  challenged(
    host: string,
    wwwAuthenticate: readonly string[],
    scopes: readonly string[],
    signal: AbortSignal,
    refused: string | undefined,
  ): Promise<boolean>;
}

interface BearerScheme {
  readonly kind: 'bearer';
  /** Undefined where the challenge names none: then only a ready-made registry token helps. */
  readonly realm: string | undefined;
  readonly service: string | undefined;
}
type Scheme = BearerScheme | { readonly kind: 'basic' };

interface Token {
  readonly header: string;
  readonly issuedAt: number;
  readonly renewAt: number;
}

/** What is known for one host and set of scopes. */
interface Grant {
  scheme: Scheme;
  /** Beyond those asked for: a challenge named them. */
  extraScopes: readonly string[];
  token: Token | undefined;
  pending: SharedTask<Token> | undefined;
}

const RENEW_EARLY_MS = 5000;
/** A token that is refused so soon after it was given is not too old: it does not allow what was asked. */
const FRESH_MS = 10_000;
/** Grants kept; the one not used for longest goes first. A token is a few KiB, a bundle may name 10,000 repositories. */
const GRANTS_KEPT = 1000;

/** The logins of one job. Tokens are held in memory alone. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { credentials, clock } = options;
  const schemes = new Map<string, Scheme>();
  const grants = new Map<string, Grant>();
  /** Logins that a server refused, by host. They are not sent again: three wrong tries lock an account. */
  const refusedLogins = new Map<string, { readonly login: Credential; readonly error: AirlockError }[]>();

  /** Judged once: names are looked up for it, and a bundle may need a token for each of 10,000 repositories. */
  const realms = new Map<string, Promise<URL>>();

  function realmOf(realm: string, host: string, base: URL): Promise<URL> {
    const key = `${base.href} ${realm}`;
    let checked = realms.get(key);
    if (checked === undefined) {
      checked = checkRealm(realm, { host, base, resolveAddress: options.resolveAddress });
      realms.set(key, checked);
    }
    return checked;
  }

  function grantOf(host: string, scopes: readonly string[]): Grant | undefined {
    const key = `${host} ${mergeScopes(scopes).join(' ')}`;
    let grant = grants.get(key);
    if (grant === undefined) {
      const scheme = schemes.get(host);
      if (scheme === undefined) return undefined;
      grant = { scheme, extraScopes: [], token: undefined, pending: undefined };
    }
    grants.delete(key);
    grants.set(key, grant);
    for (const oldest of grants.keys()) {
      if (grants.size <= GRANTS_KEPT) break;
      grants.delete(oldest);
    }
    return grant;
  }

  /** The login, unless it has been refused before. A helper that asks its user something may take its time. */
  async function loginFor(
    host: string,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<Credential | undefined> {
    const login = await lookUp(host, scopes, signal);
    const before = refusedLogins.get(host)?.find((entry) => login && isSameLogin(entry.login, login));
    if (before !== undefined) throw before.error;
    return login;
  }

  function lookUp(
    host: string,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<Credential | undefined> {
    return shareTask(() => credentials.forRegistry(host, repositoryOf(scopes))).join(signal);
  }

  /** A helper's password may have run out since it was read (ECR: 12 h): true where it has another one now. */
  async function hasNewLogin(host: string, scopes: readonly string[], old: Credential): Promise<boolean> {
    const login = await credentials.forRegistry(host, repositoryOf(scopes), { fresh: true });
    return login !== undefined && !isSameLogin(login, old);
  }

  function remember(host: string, login: Credential, error: AirlockError): void {
    const entries = refusedLogins.get(host) ?? [];
    refusedLogins.set(host, [...entries, { login, error }]);
  }

  async function headerOf(
    grant: Grant,
    host: string,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { scheme } = grant;
    if (scheme.kind === 'basic') {
      const login = await loginFor(host, scopes, signal);
      return login !== undefined && 'password' in login
        ? basicHeader(login.username, login.password)
        : undefined;
    }
    if (grant.token !== undefined && clock.now() < grant.token.renewAt) return grant.token.header;
    if (grant.pending === undefined || grant.pending.abandoned) {
      const pending = shareTask(async (stop) => {
        try {
          const token = await newToken(grant, scheme, host, scopes, stop);
          // Where a challenge has changed the terms in the meantime, this token is for the old ones.
          if (grant.pending === pending) grant.token = token;
          return token;
        } finally {
          if (grant.pending === pending) grant.pending = undefined;
        }
      });
      grant.pending = pending;
    }
    return (await grant.pending.join(signal)).header;
  }

  async function newToken(
    grant: Grant,
    scheme: BearerScheme,
    host: string,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<Token> {
    const login = await loginFor(host, scopes, signal);
    const issuedAt = clock.now();
    if (login !== undefined && 'registryToken' in login)
      return { header: `Bearer ${login.registryToken}`, issuedAt, renewAt: Infinity };
    if (scheme.realm === undefined) throw unusable(host, 'Bearer without the address of a token server');
    const base = new URL(`${options.plainHttp(host) ? 'http' : 'https'}://${host}/`);
    const realm = await realmOf(scheme.realm, host, base);
    signal.throwIfAborted();
    const wanted = mergeScopes(scopes, grant.extraScopes);
    const wish = { host, realm, service: scheme.service, scopes: wanted, login, signal };
    try {
      const { token, lifetimeMs } = await requestToken(wish, options.fetchToken, () => clock.now());
      return { header: `Bearer ${token}`, issuedAt, renewAt: issuedAt + lifetimeMs - RENEW_EARLY_MS };
    } catch (error) {
      if (!(error instanceof LoginRefused) || login === undefined) throw error;
      remember(host, login, error);
      if (await hasNewLogin(host, scopes, login)) return await newToken(grant, scheme, host, scopes, signal);
      throw error;
    }
  }

  /** A password that the registry itself refused. */
  async function basicRefused(
    host: string,
    scopes: readonly string[],
    signal: AbortSignal,
    refused: string,
  ): Promise<boolean> {
    const login = await loginFor(host, scopes, signal);
    if (login === undefined || !('password' in login)) return false;
    if (basicHeader(login.username, login.password) !== refused) return true;
    const error = new AirlockError('UNAUTHORIZED', `${host} refused ${describeLogin(login)}.`, {
      details: { host, origin: login.origin },
      remedy: loginAgain(host),
    });
    remember(host, login, error);
    if (await hasNewLogin(host, scopes, login)) return true;
    throw error;
  }

  return {
    async header(host, scopes, signal) {
      const grant = grantOf(host, scopes);
      return grant === undefined ? undefined : await headerOf(grant, host, scopes, signal);
    },

    async challenged(host, wwwAuthenticate, scopes, signal, refused) {
      const challenges = parseChallenges(wwwAuthenticate);
      if (challenges === undefined)
        throw unusable(host, 'a login by a WWW-Authenticate header that cannot be read');
      const login = await lookUp(host, scopes, signal);
      if (login !== undefined && 'registryToken' in login && refused === `Bearer ${login.registryToken}`)
        throw tokenRefused(host, login);
      const choice = choose(challenges, login);
      const sentToken = refused?.startsWith('Bearer ') === true;
      // With any Authorization header in the request, Harbor asks for Basic when it means "denied" or "expired"
      // (goharbor/harbor src/server/middleware/v2auth/auth.go): the token server named first stays the one.
      const scheme = sentToken && choice?.scheme.kind !== 'bearer' ? undefined : choice?.scheme;
      if (scheme === undefined && !sentToken && challenges.length > 0) {
        const names = challenges.map((challenge) => challenge.scheme).join(', ');
        throw unusable(host, `a login by ${names}, which Airlock does not speak`);
      }
      if (scheme !== undefined) schemes.set(host, scheme);
      const grant = grantOf(host, scopes);
      if (grant === undefined) return false;
      const moved = scheme !== undefined && !isSameScheme(grant.scheme, scheme);
      if (moved) Object.assign(grant, { scheme, token: undefined, pending: undefined });

      if (grant.scheme.kind === 'basic') {
        if (login === undefined || !('password' in login)) throw needsPassword(host, login);
        return refused === undefined ? true : await basicRefused(host, scopes, signal, refused);
      }
      const named = parseScopes(choice?.challenge.parameters.get('scope'));
      const known = mergeScopes(scopes, grant.extraScopes);
      const wanted = mergeScopes(known, named);
      const widened = wanted.join(' ') !== known.join(' ');
      if (widened) grant.extraScopes = mergeScopes(grant.extraScopes, named);
      const { token } = grant;
      const current = token !== undefined && token.header === refused;
      if (current && !widened) {
        // Without a challenge the body says what is wrong (Harbor: project not found).
        if (clock.now() - token.issuedAt < FRESH_MS) {
          if (challenges.length === 0) return false;
          if (choice?.challenge.parameters.get('error') === 'invalid_token') throw tokenInvalid(host);
          throw denied(host, wanted, login);
        }
      }
      // A token that somebody else has renewed in the meantime is good for this request too.
      if (current || widened) Object.assign(grant, { token: undefined, pending: undefined });
      return (await headerOf(grant, host, scopes, signal)) !== undefined;
    },
  };
}

interface Choice {
  readonly scheme: Scheme;
  readonly challenge: Challenge;
}

/** The first challenge that can be met with the login at hand, else the first that is understood. */
function choose(challenges: readonly Challenge[], login: Credential | undefined): Choice | undefined {
  const choices = challenges.flatMap((challenge): readonly Choice[] => {
    if (challenge.scheme === 'basic') return [{ scheme: { kind: 'basic' }, challenge }];
    if (challenge.scheme !== 'bearer') return [];
    const realm = challenge.parameters.get('realm');
    const service = challenge.parameters.get('service');
    return [{ scheme: { kind: 'bearer', realm, service }, challenge }];
  });
  const fits = ({ scheme }: Choice) => {
    if (scheme.kind === 'basic') return login !== undefined && 'password' in login;
    return scheme.realm !== undefined || (login !== undefined && 'registryToken' in login);
  };
  return choices.find(fits) ?? choices[0];
}

function isSameScheme(one: Scheme, other: Scheme): boolean {
  if (one.kind === 'basic' || other.kind === 'basic') return one.kind === other.kind;
  return one.realm === other.realm && one.service === other.service;
}

function denied(host: string, scopes: readonly string[], login: Credential | undefined): AirlockError {
  const wanted = describeScopes(scopes) ?? 'do this';
  if (login === undefined)
    return new AirlockError(
      'UNAUTHORIZED',
      `${host} lets nobody ${wanted} without a login, or it is not there.`,
      {
        details: { host },
        remedy: `Check the spelling, or log in with \`airlock login ${host}\`, then run the same command again.`,
      },
    );
  return new AirlockError(
    'DENIED',
    `${host} does not allow ${describeLogin(login)} to ${wanted}, or it is not there.`,
    { details: { host, origin: login.origin } },
  );
}

function needsPassword(host: string, login: Credential | undefined): AirlockError {
  const message =
    login === undefined
      ? `${host} asks for a login.`
      : `${host} asks for user and password, and ${describeLogin(login)} is neither.`;
  return new AirlockError('UNAUTHORIZED', message, {
    details: { host },
    remedy: `Log in with \`airlock login ${host}\`, then run the same command again.`,
  });
}

/** RFC 6750 §3.1: expired, revoked or malformed. A token just given is none of these unless somebody's clock is wrong. */
function tokenInvalid(host: string): AirlockError {
  return new AirlockError('UNAUTHORIZED', `${host} refuses the token that its token server has just given.`, {
    details: { host },
    remedy: 'Compare the clocks of the registry and its token server, and the key that the registry trusts.',
  });
}

function tokenRefused(host: string, login: Credential): AirlockError {
  return new AirlockError('UNAUTHORIZED', `${host} refused ${describeLogin(login)}.`, {
    details: { host, origin: login.origin },
    remedy: loginAgain(host),
  });
}

function unusable(host: string, what: string): AirlockError {
  return new AirlockError('UNAUTHORIZED', `${host} asks for ${what}.`, {
    details: { host },
    remedy: 'Use an account that may log in with user and password or a token.',
  });
}
