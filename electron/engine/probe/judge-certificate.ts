// What is wrong with a certificate that this machine does not trust, told so that somebody can mend it.
import type { DetailedPeerCertificate } from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { chainFrom, dayOf, isoDate, nameIn, namesOf } from './certificate-words.ts';
import { Fault } from './step.ts';
import type { Found } from './step.ts';

export interface Shown {
  readonly peer: DetailedPeerCertificate;
  /** `TLSv1.3`. */
  readonly protocol: string;
  /** OpenSSL's or Node's code for why it is not trusted; undefined where it is. */
  readonly refusal: string | undefined;
}

/** Never throws. */
export function judgeCertificate(host: string, shown: Shown): Found | Fault {
  const { peer, protocol, refusal } = shown;
  const issuer = nameIn(peer.issuer);
  if (refusal === undefined)
    return {
      state: 'ok',
      word: 'Trusted',
      fact: `${protocol.replace(/^TLSv/, 'TLS ')}. Certificate of ${nameIn(peer.subject) || host}, issued by ${issuer}, to ${dayOf(peer.valid_to)}`,
    };
  switch (refusal) {
    case 'CERT_HAS_EXPIRED':
      return expired(host, shown);
    case 'CERT_NOT_YET_VALID':
      return notYetValid(host, shown);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return otherName(host, shown);
    default:
      return unknownIssuer(host, shown);
  }
}

function expired(host: string, shown: Shown): Fault {
  const [dates, whose] = faultyOne(host, shown, ({ valid_to: end }) => Date.parse(end) < Date.now());
  return fault(shown, host, {
    word: 'Expired',
    fact: `${whose} was valid from ${dates.from} to ${dates.to}`,
    message: `${whose} has expired: it was valid from ${dates.from} to ${dates.to}.`,
    remedy: `Have the certificate renewed. The clock of this machine says ${dayOf(new Date().toISOString())}.`,
  });
}

function notYetValid(host: string, shown: Shown): Fault {
  const [dates, whose] = faultyOne(host, shown, ({ valid_from: start }) => Date.parse(start) > Date.now());
  return fault(shown, host, {
    word: 'Not yet valid',
    fact: `${whose} is valid from ${dates.from} to ${dates.to}`,
    message: `${whose} is not valid yet: it is valid from ${dates.from} to ${dates.to}.`,
    remedy: `Check the clock of this machine, which says ${dayOf(new Date().toISOString())}.`,
  });
}

/** The certificate of the chain that is out of its time: an authority's may end before those that it signed. */
function faultyOne(
  host: string,
  { peer }: Shown,
  isFaulty: (certificate: DetailedPeerCertificate) => boolean,
): readonly [dates: { readonly from: string; readonly to: string }, whose: string] {
  const found = chainFrom(peer).find(isFaulty) ?? peer;
  const whose =
    found === peer ? `The certificate of ${host}` : `The authority "${nameIn(found.subject)}" of ${host}`;
  return [{ from: dayOf(found.valid_from), to: dayOf(found.valid_to) }, whose];
}

function otherName(host: string, shown: Shown): Fault {
  const names = namesOf(shown.peer);
  return fault(shown, host, {
    word: 'Other name',
    fact: `The certificate is made out to ${names}, not to ${host}`,
    message: `The certificate that answers for ${host} is made out to ${names}.`,
    remedy: 'Use the name that the certificate has, or have a certificate made for this one.',
  });
}

function unknownIssuer(host: string, shown: Shown): Fault {
  const { peer } = shown;
  const issuer = nameIn(peer.issuer);
  const isOwn = peer.issuerCertificate?.fingerprint256 === peer.fingerprint256;
  const by = isOwn ? 'itself alone' : `"${issuer}"`;
  return fault(shown, host, {
    word: 'Not trusted',
    fact: isOwn
      ? `The certificate of ${host} is signed by itself, and this machine does not know it`
      : `The certificate of ${host} is issued by ${issuer}, which this machine does not trust`,
    message: `The certificate of ${host}, signed by ${by}, is not trusted by this machine.`,
    remedy: isOwn
      ? 'Get this certificate from whoever keeps the registry, and choose it under Trust.'
      : `Get the certificate of "${issuer}" from whoever keeps the registry, and choose it under Trust. Where it is a company proxy that inspects traffic, its own authority is the one.`,
  });
}

function fault(
  { peer, refusal = '' }: Shown,
  host: string,
  said: { readonly word: string; readonly fact: string; readonly message: string; readonly remedy: string },
): Fault {
  return new Fault(
    said.word,
    said.fact,
    new AirlockError('TLS_UNTRUSTED', said.message, {
      remedy: said.remedy,
      details: {
        host,
        network: refusal,
        subject: nameIn(peer.subject),
        issuer: nameIn(peer.issuer),
        validFrom: isoDate(peer.valid_from),
        validTo: isoDate(peer.valid_to),
        fingerprint256: peer.fingerprint256,
      },
    }),
  );
}
