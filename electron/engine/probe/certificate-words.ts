// Names and dates of certificates, as people read them. What a certificate holds was written by somebody else.
import type { Certificate, DetailedPeerCertificate, PeerCertificate } from 'node:tls';

const MOST_NAMES = 5;

/** The common name, else the organisation; empty where it has neither. */
export function nameIn(subject: Partial<Certificate> | undefined): string {
  const name = subject?.CN ?? subject?.O ?? '';
  return clean(Array.isArray(name) ? name.join(', ') : name);
}

/** The hosts that a certificate is for: `a.example, b.example and 3 more`. */
export function namesOf({
  subjectaltname,
  subject,
}: Pick<PeerCertificate, 'subjectaltname' | 'subject'>): string {
  const names = (subjectaltname ?? '')
    .split(', ')
    .map((entry) => clean(entry.replace(/^(?:DNS|IP Address):/, '')))
    .filter((name) => name !== '');
  if (names.length === 0) return nameIn(subject) || 'nobody';
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Every certificate from the host's own to the root, as far as they were sent or are known here. */
export function chainFrom(peer: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = new Map<string, DetailedPeerCertificate>();
  // Typed as always there; a chain that was not sent to its end has no more.
  let at: DetailedPeerCertificate | undefined = peer;
  while (at?.fingerprint256 !== undefined && !chain.has(at.fingerprint256) && chain.size < LONGEST_CHAIN) {
    chain.set(at.fingerprint256, at);
    at = at.issuerCertificate;
  }
  return [...chain.values()];
}

/** More than any honest chain has. */
const LONGEST_CHAIN = 10;

/** OpenSSL's `May 30 12:00:00 2027 GMT` as RFC 3339; empty where it is no date. */
export function isoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

export function dayOf(text: string): string {
  return isoDate(text).slice(0, 10);
}

function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}"`]/gu, '').slice(0, 100);
}
