// Where a request goes next when it is answered with a redirect, and what it may take along. Status and headers in, decision out.
import ipaddr from 'ipaddr.js';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { headerOf } from './wire.ts';
import type { Method, WireHeaders } from './wire.ts';

export const REDIRECT_LIMIT = 10;

/** Where the request goes on. */
export interface Redirect {
  readonly url: URL;
  /** False as soon as one hop left the origin; coming back does not restore it. */
  readonly sameOrigin: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Undefined where the answer is no redirect. Throws PROTOCOL for one that must not be followed: from https to http, to
 * a link-local address, or of a write by a status that turns it into a GET (a host that redirects everything would
 * otherwise make a push seem done).
 */
export function redirectOf(
  method: Method,
  from: URL,
  status: number,
  headers: WireHeaders,
): Redirect | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const location = headerOf(headers, 'location');
  if (location === undefined) throw refuse(from, `answered ${status} without saying where to`);
  const url = targetOf(location, from);
  const reading = method === 'GET' || method === 'HEAD';
  if (!reading && status !== 307 && status !== 308)
    throw refuse(from, `sends a ${method} on to ${url.origin} with status ${status}, which would lose it`);
  return { url, sameOrigin: url.origin === from.origin };
}

/** A Location against the URL it came from. Throws PROTOCOL where following it is not safe. */
export function targetOf(location: string, from: URL): URL {
  let url: URL;
  try {
    // Percent-escapes of path and query stay as they are: `_state=…%2F…` must come back unchanged.
    url = new URL(location, from);
  } catch {
    throw refuse(from, 'sends on to something that is no URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse(from, `sends on to a ${url.protocol} URL`);
  if (from.protocol === 'https:' && url.protocol === 'http:')
    throw refuse(from, `sends on from https to plain http at ${url.host}`);
  if (url.origin !== from.origin && isLinkLocal(url.hostname))
    throw refuse(from, `sends on to the link-local address ${url.hostname}`);
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}

/**
 * An upload's Location. A registry behind a proxy that ends TLS often names itself with http (distribution without
 * X-Forwarded-Proto); the same authority is then meant with https, which is never a way down.
 */
export function uploadTargetOf(location: string, from: URL): URL {
  if (from.protocol === 'https:' && /^http:/i.test(location) && URL.canParse(location)) {
    const named = new URL(location);
    if (named.hostname === from.hostname && (named.port === from.port || named.port === '443'))
      return targetOf(`https:${location.slice(5)}`, from);
  }
  return targetOf(location, from);
}

/** Appended as text: parsing and writing the query again would re-encode what the registry put there. */
export function withQuery(url: URL, addition: string): URL {
  return new URL(`${url.href}${url.search === '' && !url.href.endsWith('?') ? '?' : '&'}${addition}`);
}

function isLinkLocal(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'linkLocal';
}

function refuse(from: URL, why: string): AirlockError {
  return new AirlockError('PROTOCOL', `${from.host} ${why}.`, { details: { host: from.host } });
}
