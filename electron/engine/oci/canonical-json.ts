// RFC 8785: the form of every JSON that Airlock makes for a bundle (FORMAT §3). UTF-8, without a final newline.
import canonicalize from 'canonicalize';

/** Canonical bytes of a JSON value; members that are undefined are left out. */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return Buffer.from(text, 'utf8');
}
