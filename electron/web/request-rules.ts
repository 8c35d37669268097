// Whether a request may be looked at all, before anybody asks for its token: for whom it is, and from which page it comes.
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  /** One sentence without detail: it is read by whoever asked, and that may be anybody. */
  readonly text: string;
}

const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

const OTHER_HOST: Refusal = { status: 421, text: 'This station answers to loopback addresses alone.' };
const OTHER_PAGE: Refusal = { status: 403, text: 'This station answers to its own page alone.' };
const ODD_TARGET: Refusal = { status: 400, text: 'This is no address of the station.' };
const HAS_BODY: Refusal = { status: 413, text: 'The station takes nothing here.' };

/**
 * What stands against a request, or undefined. A name that was pointed at this machine is not a loopback name; the port is
 * free, since `ssh -L` may give another one. What changes something comes from a page of this very address, and says so.
 */
export function refusalOf(
  request: IncomingMessage,
  options: { readonly changes: boolean },
): Refusal | undefined {
  const { host, origin } = request.headers;
  if (host === undefined || !OWN_HOST.test(host)) return OTHER_HOST;
  if (request.url?.startsWith('/') !== true) return ODD_TARGET;
  if (origin === undefined ? options.changes : origin !== `http://${host}`) return OTHER_PAGE;
  return undefined;
}

/** For what takes no body: one that has one is not read. */
export function bodyRefusalOf({ headers }: IncomingMessage): Refusal | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody ? HAS_BODY : undefined;
}

/** Where a request goes and what it asks for there. Nothing is resolved: `..` stays what it is, and nothing is called so. */
export function targetOf(request: IncomingMessage): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

/** The token of `Authorization: Bearer …`. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '')?.[1];
}
