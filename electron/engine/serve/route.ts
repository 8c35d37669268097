// Which part of the server a path means. The distribution-spec's endpoints, and the pages and files beside them.
import { isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { isRepositoryName } from '../oci/reference.ts';
import { Refusal } from './refusal.ts';

export type Route =
  | { readonly kind: 'home' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly session: string }
  | { readonly kind: 'chartIndex' }
  | { readonly kind: 'chart'; readonly file: string }
  | { readonly kind: 'files' }
  | { readonly kind: 'file'; readonly path: string };

export interface Target {
  /** Decoded, without the query: also what a log may show. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Host, `/` and name together, which many clients cap (distribution-spec, Pull). */
const NAME_LENGTH = 255;
const ENDPOINT = /^\/v2\/(?<name>.+)\/(?:tags\/list|(?<kind>manifests|blobs|referrers)\/(?<rest>[^/]+))$/;
const UPLOAD = /^\/v2\/(?<name>.+)\/blobs\/uploads(?:\/(?<session>[^/]*))?$/;

/** Splits a request's target. An absolute URL, `*` and a broken escape have the empty path, which nothing answers to. */
export function parseTarget(url: string): Target {
  const none = { path: '', query: new URLSearchParams() };
  if (!url.startsWith('/')) return none;
  const mark = url.indexOf('?');
  try {
    return {
      path: decodeURIComponent(mark < 0 ? url : url.slice(0, mark)),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    };
  } catch {
    return none;
  }
}

/** Undefined where nothing answers to the path. Throws Refusal for a name or digest that breaks its grammar. */
export function parseRoute(path: string): Route | undefined {
  if (path === '/') return { kind: 'home' };
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  if (path.startsWith('/v2/')) return parseEndpoint(path);
  if (path === '/charts/index.yaml') return { kind: 'chartIndex' };
  if (path.startsWith('/charts/')) return { kind: 'chart', file: path.slice('/charts/'.length) };
  if (path === '/files' || path === '/files/') return { kind: 'files' };
  if (path.startsWith('/files/')) return { kind: 'file', path: path.slice('/files/'.length) };
  return undefined;
}

function parseEndpoint(path: string): Route | undefined {
  const upload = UPLOAD.exec(path)?.groups;
  if (upload?.['name'] !== undefined) {
    const name = checkedName(upload['name']);
    const session = upload['session'] ?? '';
    return session === '' ? { kind: 'uploads', name } : { kind: 'upload', name, session };
  }
  const found = ENDPOINT.exec(path)?.groups;
  if (found?.['name'] === undefined) return undefined;
  const name = checkedName(found['name']);
  const rest = found['rest'] ?? '';
  switch (found['kind']) {
    case 'manifests':
      return { kind: 'manifest', name, reference: rest };
    case 'blobs':
      return { kind: 'blob', name, digest: checkedDigest(rest) };
    case 'referrers':
      return { kind: 'referrers', name, digest: checkedDigest(rest) };
    default:
      return { kind: 'tags', name };
  }
}

function checkedName(name: string): string {
  if (name.length <= NAME_LENGTH && isRepositoryName(name)) return name;
  throw new Refusal(
    400,
    'NAME_INVALID',
    'A repository name has lower-case letters, digits, ".", "_", "-" and "/".',
  );
}

/** Throws DIGEST_INVALID for what is no sha256 or sha512 digest. */
export function checkedDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Refusal(400, 'DIGEST_INVALID', 'A digest is sha256:<64 hex> or sha512:<128 hex>, in lower case.');
}
