// Logins at registries: which Authorization header a request gets, and what a 401 means for it.
import { isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Clock } from '../../jobs/job-context.ts';
import type { Credential, CredentialSource } from '../credentials/credential.ts';
import { parseChallenges } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { createJobLogins } from './job-logins.ts';
import type { Asked } from './job-logins.ts';
import type { AskLogin } from './login-questions.ts';
import { checkRealm } from './realm.ts';
import type { ResolveAddress } from './realm.ts';
import {
  loginRefused,
  LoginRefused,
  passwordMissing,
  schemeUnusable,
  tokenDenied,
  tokenInvalid,
} from './refusals.ts';
import { chooseOffer, isSameScheme } from './scheme.ts';
import type { BearerScheme, Scheme } from './scheme.ts';
import { mergeScopes, parseScopes } from './scopes.ts';
import { shareTask } from './shared-task.ts';
import type { SharedTask } from './shared-task.ts';
import { basicHeader, requestToken } from './token-request.ts';
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
  /** Throws where the host of a token realm may not be called; `how` names the registry that named it. */
  readonly gate?: (url: URL, how: string) => void;
  /** Asks the operator where a login is missing or was refused. Without it both are errors at once. */
  readonly askLogin?: AskLogin | undefined;
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
  /** How often the operator has given a login for the host: each is worth a try of its own. */
  answers(host: string): number;
}

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
/** The grant not used for longest goes first. A token is a few KiB, and a bundle may name 10,000 repositories. */
const GRANTS_KEPT = 1000;

/** The logins of one job. Tokens are held in memory alone. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { clock } = options;
  const schemes = new Map<string, Scheme>();
  const grants = new Map<string, Grant>();
  const logins = createJobLogins(options.credentials, options.askLogin, (host) => {
    for (const [key, grant] of grants) if (key.startsWith(`${host} `)) grant.token = undefined;
  });
  const realms = new Map<string, Promise<URL>>();

  function grantOf({ host, scopes }: Asked): Grant | undefined {
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

  async function headerOf(grant: Grant, asked: Asked): Promise<string | undefined> {
    const { scheme } = grant;
    if (scheme.kind === 'basic') {
      const login = await logins.findUsable(asked);
      return login !== undefined && 'password' in login
        ? basicHeader(login.username, login.password)
        : undefined;
    }
    if (grant.token !== undefined && clock.now() < grant.token.renewAt) return grant.token.header;
    if (grant.pending === undefined || grant.pending.abandoned) {
      const pending = shareTask(async (signal) => {
        try {
          const token = await newToken(grant, scheme, { ...asked, signal });
          // Where a challenge has changed the terms in the meantime, this token is for the old ones.
          if (grant.pending === pending) grant.token = token;
          return token;
        } finally {
          if (grant.pending === pending) grant.pending = undefined;
        }
      });
      grant.pending = pending;
    }
    return (await grant.pending.join(asked.signal)).header;
  }

  async function newToken(grant: Grant, scheme: BearerScheme, asked: Asked): Promise<Token> {
    const known = await logins.findUsable(asked);
    if (known === undefined)
      try {
        return await exchange(grant, scheme, undefined, asked);
      } catch (error) {
        if (!isAirlockError(error, 'UNAUTHORIZED')) throw error;
        if (!(await logins.isReplaced(asked, undefined, error))) throw error;
      }
    return await logins.inTurn(asked, async () => {
      for (;;) {
        // The turn before may have found out that this login is refused.
        const login = await logins.findUsable(asked);
        try {
          return await exchange(grant, scheme, login, asked);
        } catch (error) {
          const isReplaced =
            error instanceof LoginRefused && login !== undefined
              ? await logins.isReplaced(asked, login, error)
              : isAirlockError(error, 'DENIED') && (await logins.isExchanged(asked, login, error));
          if (!isReplaced) throw error;
        }
      }
    });
  }

  async function exchange(
    grant: Grant,
    { realm, service }: BearerScheme,
    login: Credential | undefined,
    { host, scopes, signal }: Asked,
  ): Promise<Token> {
    const issuedAt = clock.now();
    if (login !== undefined && 'registryToken' in login)
      return { header: bearerHeader(login.registryToken), issuedAt, renewAt: Infinity };
    if (realm === undefined) throw schemeUnusable(host, 'Bearer without the address of a token server');
    const checked = await realmOf(realm, host);
    signal.throwIfAborted();
    const { token, lifetimeMs } = await requestToken(
      { host, realm: checked, service, scopes: mergeScopes(scopes, grant.extraScopes), login, signal },
      options.fetchToken,
      () => clock.now(),
    );
    return { header: bearerHeader(token), issuedAt, renewAt: issuedAt + lifetimeMs - RENEW_EARLY_MS };
  }

  /** Judged once: names are looked up for it, and each of 10,000 repositories may need a token. */
  function realmOf(realm: string, host: string): Promise<URL> {
    const base = new URL(`${options.plainHttp(host) ? 'http' : 'https'}://${host}/`);
    const key = `${base.href} ${realm}`;
    let checked = realms.get(key);
    if (checked === undefined) {
      checked = checkRealm(realm, {
        host,
        base,
        resolveAddress: options.resolveAddress,
        gate: (url) => options.gate?.(url, `it is the token realm of ${host}`),
      });
      realms.set(key, checked);
    }
    return checked;
  }

  async function basicChallenged(
    asked: Asked,
    login: Credential | undefined,
    refused: string | undefined,
  ): Promise<boolean> {
    if (login === undefined || !('password' in login)) {
      const missing = passwordMissing(asked.host, login);
      if (await logins.isReplaced(asked, undefined, missing)) return true;
      throw missing;
    }
    // Without a header nothing was refused; with another one, somebody has a new login by now.
    if (refused !== basicHeader(login.username, login.password)) return true;
    const error = loginRefused(asked.host, login, asked.host, '(401)');
    if (await logins.isReplaced(asked, login, error)) return true;
    throw error;
  }

  async function bearerChallenged(
    grant: Grant,
    asked: Asked,
    challenge: Challenge | undefined,
    login: Credential | undefined,
    refused: string | undefined,
  ): Promise<boolean> {
    const named = parseScopes(challenge?.parameters.get('scope'));
    const known = mergeScopes(asked.scopes, grant.extraScopes);
    const wanted = mergeScopes(known, named);
    const isWider = wanted.join(' ') !== known.join(' ');
    if (isWider) grant.extraScopes = mergeScopes(grant.extraScopes, named);
    const { token } = grant;
    // Where somebody else has renewed it in the meantime, the new one is good for this request too.
    const isCurrent = token !== undefined && token.header === refused;
    if (isCurrent && !isWider && clock.now() - token.issuedAt < FRESH_MS) {
      // Without a challenge the body says what is wrong (Harbor: project not found).
      if (challenge === undefined) return false;
      if (challenge.parameters.get('error') === 'invalid_token') throw tokenInvalid(asked.host);
      const denied = tokenDenied(asked.host, wanted, login);
      const isReplaced =
        login === undefined
          ? await logins.isReplaced(asked, undefined, denied)
          : await logins.isExchanged(asked, login, denied);
      if (!isReplaced) throw denied;
    }
    if (isCurrent || isWider) Object.assign(grant, { token: undefined, pending: undefined });
    return (await headerOf(grant, asked)) !== undefined;
  }

  return {
    answers: (host) => logins.answers(host),

    async header(host, scopes, signal) {
      const asked = { host, scopes, signal };
      const grant = grantOf(asked);
      return grant === undefined ? undefined : await headerOf(grant, asked);
    },

    async challenged(host, wwwAuthenticate, scopes, signal, refused) {
      const asked = { host, scopes, signal };
      const challenges = parseChallenges(wwwAuthenticate);
      if (challenges === undefined)
        throw schemeUnusable(host, 'a login by a WWW-Authenticate header that cannot be read');
      let login = await logins.find(asked);
      if (login !== undefined && 'registryToken' in login && refused === bearerHeader(login.registryToken)) {
        const error = loginRefused(host, login, host, '(401)');
        if (!(await logins.isReplaced(asked, login, error))) throw error;
        login = await logins.find(asked);
      }
      const offer = chooseOffer(challenges, login);
      const hadToken = refused?.startsWith(bearerHeader('')) === true;
      // With any Authorization header in the request, Harbor asks for Basic when it means "denied" or "expired"
      // (goharbor/harbor src/server/middleware/v2auth/auth.go): the token server named first stays the one.
      const scheme = hadToken && offer?.scheme.kind !== 'bearer' ? undefined : offer?.scheme;
      if (scheme !== undefined) schemes.set(host, scheme);
      else if (!hadToken && challenges.length > 0) {
        const names = challenges.map((challenge) => challenge.scheme).join(', ');
        throw schemeUnusable(host, `a login by ${names}, which Airlock does not speak`);
      }
      const grant = grantOf(asked);
      if (grant === undefined) return false;
      // Token servers may differ by repository (Artifactory names one for each of its repositories).
      if (scheme !== undefined && !isSameScheme(grant.scheme, scheme))
        Object.assign(grant, { scheme, token: undefined, pending: undefined });
      return grant.scheme.kind === 'basic'
        ? await basicChallenged(asked, login, refused)
        : await bearerChallenged(grant, asked, offer?.challenge ?? challenges[0], login, refused);
    },
  };
}

function bearerHeader(token: string): string {
  return `Bearer ${token}`;
}
