// Decides where a registry may send its logins to (DESIGN §6): the one place where a password leaves its origin.
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';

/** The addresses of a host name. Rejects where it is not known. */
export type ResolveAddress = (hostname: string) => Promise<readonly string[]>;

/** What the operating system says, hosts file included, as a connection would ask it. */
export const lookupAddresses: ResolveAddress = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/** From what everybody may reach to what only this machine may. */
type Reach = 'public' | 'private' | 'loopback' | 'linkLocal';

/** What the registry may name, by where it stands itself. A link-local address is a cloud's metadata server. */
const MAY_NAME: Readonly<Record<Reach, readonly Reach[]>> = {
  public: ['public'],
  private: ['public', 'private'],
  loopback: ['public', 'private', 'loopback'],
  linkLocal: ['public', 'linkLocal'],
};

export interface RealmRules {
  /** As people write it. */
  readonly host: string;
  /** Where the registry itself is reached. */
  readonly base: URL;
  readonly resolveAddress: ResolveAddress | undefined;
  /** Throws where the host of the realm may not be called; asked before its name is looked up. */
  readonly gate?: ((url: URL) => void) | undefined;
}

/**
 * The token endpoint that a challenge names, as it may be used: https; plain http for the registry's own authority alone
 * and only where http was chosen for it; a private address only for a registry at one. Relative realms are resolved.
 * Throws REALM_REFUSED, and what `gate` throws.
 */
export async function checkRealm(realm: string, rules: RealmRules): Promise<URL> {
  const { base } = rules;
  const url = URL.canParse(realm, base.href) ? new URL(realm, base) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refuse(rules, 'something that is no http address');
  if (url.username !== '' || url.password !== '') throw refuse(rules, 'an address with a password in it');
  url.hash = '';
  const plain = base.protocol === 'http:';
  // Harbor advertises an https realm whatever the transport is (hauler#677). The port of a URL without one is its
  // scheme's, so the authorities are compared as they are written.
  if (plain && url.protocol === 'https:' && url.host === base.host) url.protocol = 'http:';
  if (url.protocol === 'http:' && !(plain && url.host === base.host))
    throw refuse(
      rules,
      plain
        ? `${url.host} over plain http, which was chosen for ${rules.host} alone`
        : `${url.host} over plain http`,
    );
  rules.gate?.(url);
  if (url.hostname !== base.hostname) await checkReach(url, rules);
  return url;
}

async function checkReach(url: URL, rules: RealmRules): Promise<void> {
  const [named, own] = await Promise.all([
    reachesOf(url.hostname, rules.resolveAddress),
    reachesOf(rules.base.hostname, rules.resolveAddress),
  ]);
  const allowed = own.length === 0 ? MAY_NAME.public : own.flatMap((reach) => MAY_NAME[reach]);
  const refused = named.find((reach) => !allowed.includes(reach));
  if (refused === undefined) return;
  const kind = { public: 'public', private: 'private', loopback: 'loopback', linkLocal: 'link-local' };
  throw refuse(rules, `${url.host}, which has a ${kind[refused]} address while the registry has none`);
}

/** Empty where the name is not known here: behind a proxy, only the proxy can resolve it. */
async function reachesOf(hostname: string, resolve: ResolveAddress | undefined): Promise<readonly Reach[]> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return ['loopback'];
  if (ipaddr.isValid(bare)) return [reachOf(bare)];
  try {
    const addresses = (await resolve?.(bare)) ?? [];
    return addresses.filter((address) => ipaddr.isValid(address)).map(reachOf);
  } catch {
    return [];
  }
}

function reachOf(address: string): Reach {
  const range = ipaddr.process(address).range();
  if (range === 'unicast') return 'public';
  if (range === 'linkLocal') return 'linkLocal';
  // 0.0.0.0 and :: reach this machine too.
  return range === 'loopback' || range === 'unspecified' ? 'loopback' : 'private';
}

function refuse(rules: RealmRules, where: string): AirlockError {
  return new AirlockError('REALM_REFUSED', `${rules.host} sends logins to ${where}; none was sent.`, {
    details: { host: rules.host },
  });
}
