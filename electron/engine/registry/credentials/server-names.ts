// The names under which one registry's login may be kept: with namespaces, as Docker Hub's many names, as old URLs.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { isHost } from '../../oci/reference.ts';

/** Docker Hub's key since the days of its first API; helpers know it by no other name. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** From the most special to the host itself: `host/team/app`, `host/team`, `host` (containers-auth.json(5)). */
export function keysOf(host: string, repository: string | undefined): readonly string[] {
  const aliases = DOCKER_HUB.includes(host) ? DOCKER_HUB : [host];
  const parts = repository?.split('/') ?? [];
  const keys: string[] = [];
  for (let count = parts.length; count >= 0; count -= 1)
    keys.push(...aliases.map((alias) => [alias, ...parts.slice(0, count)].join('/')));
  if (aliases === DOCKER_HUB) keys.push(DOCKER_HUB_KEY);
  return keys;
}

/** True for a legacy key of this host: a URL, or a name with the API's path. */
export function isLegacyKeyOf(key: string, host: string): boolean {
  const match = /^(https?:\/\/)?([^/]+)(\/.*)?$/i.exec(key);
  if (match === null) return false;
  const [, scheme, name = '', path = ''] = match;
  if (scheme === undefined && !/^\/v[12]\/?$/.test(path)) return false;
  return name === host || (DOCKER_HUB.includes(host) && DOCKER_HUB.includes(name));
}

/** What a helper is asked for. */
export function helperServerOf(host: string): string {
  return DOCKER_HUB.includes(host) ? DOCKER_HUB_KEY : host;
}

/**
 * What `airlock login` was given, as the key under which it is kept: a registry host, or `https://host[:port]` for a
 * web server. Throws USAGE.
 */
export function loginKeyOf(text: string): string {
  const bare = text.replace(/\/+$/, '');
  if (/^https:\/\//i.test(bare) && URL.canParse(bare)) {
    const url = new URL(bare);
    if (url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '')
      return url.origin;
  } else if (isHost(bare)) return DOCKER_HUB.includes(bare) ? 'docker.io' : bare;
  throw new AirlockError('USAGE', `"${text.replace(/[^/]*@/, '…@')}" is nothing to log in to.`, {
    remedy: 'Give a registry as HOST or HOST:PORT, a web server as https://HOST.',
  });
}
