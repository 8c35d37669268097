// What a 401 that no other header would change means, in words: who refused whom, and what to do about it.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { describeLogin } from '../credentials/credential.ts';
import type { Credential } from '../credentials/credential.ts';
import { describeScopes } from './scopes.ts';

/** UNAUTHORIZED for a login that was sent. Told apart because sending it again may lock the account. */
export class LoginRefused extends AirlockError {}

/** `server` is the registry, or the token server in words; `because` is what it said, in brackets. */
export function loginRefused(
  host: string,
  login: Credential,
  server: string = host,
  because = '',
  details: Readonly<Record<string, string | number>> = {},
): LoginRefused {
  return new LoginRefused(
    'UNAUTHORIZED',
    `${server} refused ${describeLogin(login)}${because === '' ? '' : ` ${because}`}.`,
    {
      details: { host, ...details, origin: login.origin },
      remedy: `Check user and password and log in again with \`airlock login ${host}\`; what is done is kept.`,
    },
  );
}

export function loginMissing(
  host: string,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
): AirlockError {
  return new AirlockError('UNAUTHORIZED', message, {
    details: { host, ...details },
    remedy: `Log in with \`airlock login ${host}\`, then run the same command again.`,
  });
}

/** Basic was asked for, and what is known is no user and password. */
export function passwordMissing(host: string, login: Credential | undefined): AirlockError {
  return loginMissing(
    host,
    login === undefined
      ? `${host} asks for a login.`
      : `${host} asks for user and password, and ${describeLogin(login)} is neither.`,
  );
}

/** A good token does not allow it: DENIED for a login, UNAUTHORIZED for nobody. Registries hide what is not there so. */
export function tokenDenied(
  host: string,
  scopes: readonly string[],
  login: Credential | undefined,
): AirlockError {
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

/** RFC 6750 §3.1: expired, revoked or malformed. A token just given is none of these unless somebody's clock is wrong. */
export function tokenInvalid(host: string): AirlockError {
  return new AirlockError('UNAUTHORIZED', `${host} refuses the token that its token server has just given.`, {
    details: { host },
    remedy: 'Compare the clocks of the registry and its token server, and the key that the registry trusts.',
  });
}

/** A way to log in that nobody here can go. */
export function schemeUnusable(host: string, what: string): AirlockError {
  return new AirlockError('UNAUTHORIZED', `${host} asks for ${what}.`, {
    details: { host },
    remedy: 'Use an account that may log in with user and password or a token.',
  });
}
