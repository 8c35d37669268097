// Judges the web addresses that a transfer list names: which may stand in a lock, which carry a secret (FORMAT §1).
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

const SIGNED_PREFIXES = ['x-amz-', 'x-goog-', 'x-ms-', 'x-oss-', 'x-cos-'];
const SIGNED_NAMES = new Set([
  'sig',
  'signature',
  'token',
  'auth',
  'authorization',
  'apikey',
  'api_key',
  'api-key',
  'key',
  'password',
  'passwd',
  'pwd',
  'secret',
  'credential',
  'awsaccesskeyid',
  'googleaccessid',
  'ossaccesskeyid',
  'key-pair-id',
  'policy',
  'hmac',
  'jwt',
]);
const SIGNED_ENDINGS = /[_-](?:token|signature|sig|secret|password|key|hmac)$/;

/** True where a query parameter is one that signs or logs in: such an address is a secret for as long as it works. */
export function looksSigned(url: URL): boolean {
  return [...url.searchParams.keys()].some((key) => {
    const name = key.toLowerCase();
    return (
      SIGNED_NAMES.has(name) ||
      SIGNED_ENDINGS.test(name) ||
      name.endsWith('token') ||
      SIGNED_PREFIXES.some((prefix) => name.startsWith(prefix))
    );
  });
}

/** The address for a message: without query, fragment and user. */
export function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What a lock may hold of an address that nobody wrote into a list: no user, and no query that signs. */
export function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return looksSigned(url) ? withoutQuery(url) : url.href;
}

/** An http or https address without user-info and fragment. Throws LIST_INVALID, and never quotes what may be secret. */
export function parseWebAddress(text: string): URL {
  const refuse = (why: string): AirlockError => new AirlockError('LIST_INVALID', why);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('this is no web address, expected https://host/path');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse(`addresses of the scheme ${url.protocol} are not fetched, expected https://host/path`);
  if (url.username !== '' || url.password !== '')
    throw refuse(
      `the address of ${url.host} holds a user or password, expected it without; log in with \`airlock login https://${url.host}\``,
    );
  if (url.hash !== '') throw refuse(`the address ${withoutQuery(url)} has a fragment, expected it without`);
  return url;
}
