// Which of the ways to log in that a registry offers is taken.
import type { Credential } from '../credentials/credential.ts';
import type { Challenge } from './challenge.ts';

export interface BearerScheme {
  readonly kind: 'bearer';
  /** Undefined where the challenge names none: then only a ready-made registry token helps. */
  readonly realm: string | undefined;
  readonly service: string | undefined;
}

export type Scheme = BearerScheme | { readonly kind: 'basic' };

/** A way that is spoken here, and the challenge that offers it. */
export interface Offer {
  readonly scheme: Scheme;
  readonly challenge: Challenge;
}

/** The first challenge that can be met with the login at hand, else the first that is understood. */
export function chooseOffer(
  challenges: readonly Challenge[],
  login: Credential | undefined,
): Offer | undefined {
  const offers = challenges.flatMap((challenge): readonly Offer[] => {
    if (challenge.scheme === 'basic') return [{ scheme: { kind: 'basic' }, challenge }];
    if (challenge.scheme !== 'bearer') return [];
    const realm = challenge.parameters.get('realm');
    const service = challenge.parameters.get('service');
    return [{ scheme: { kind: 'bearer', realm, service }, challenge }];
  });
  const canMeet = ({ scheme }: Offer) => {
    if (scheme.kind === 'basic') return login !== undefined && 'password' in login;
    return scheme.realm !== undefined || (login !== undefined && 'registryToken' in login);
  };
  return offers.find(canMeet) ?? offers[0];
}

export function isSameScheme(one: Scheme, other: Scheme): boolean {
  if (one.kind === 'basic' || other.kind === 'basic') return one.kind === other.kind;
  return one.realm === other.realm && one.service === other.service;
}
