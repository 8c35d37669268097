// Reads certificates out of a text that an operator gave, and says what is wrong with it.

export type PemProblem =
  | { readonly kind: 'noPem' | 'notText' | 'privateKey' | 'large' }
  /** The certificate's place in the text, from 1. */
  | { readonly kind: 'cutOff'; readonly at: number };

export type ReadPem =
  | { readonly ok: true; readonly count: number; readonly pem: string }
  | { readonly ok: false; readonly problem: PemProblem };

const MOST_CHARACTERS = 512 * 1024;
const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const SEQUENCE = 0x30;

/** The certificates of a text, without what stands around them. A text with a private key is refused whole. */
export function readPem(text: string): ReadPem {
  if (text.length > MOST_CHARACTERS) return refused({ kind: 'large' });
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return refused({ kind: 'privateKey' });
  // What is decoded as text and is none holds the sign for a byte that could not be read.
  if (text.includes('\u0000') || text.includes('\uFFFD')) return refused({ kind: 'notText' });
  const parts = text.split(BEGIN).slice(1);
  if (parts.length === 0) return refused({ kind: 'noPem' });
  const blocks: string[] = [];
  for (const [index, part] of parts.entries()) {
    const end = part.indexOf(END);
    const body = end < 0 ? '' : part.slice(0, end).replaceAll(/\s+/g, '');
    if (!isWhole(body)) return refused({ kind: 'cutOff', at: index + 1 });
    blocks.push([BEGIN, ...(body.match(/.{1,64}/g) ?? []), END].join('\n'));
  }
  return { ok: true, count: blocks.length, pem: `${blocks.join('\n')}\n` };
}

/** How many certificates a PEM text that was kept holds. */
export function countCertificates(pem: string): number {
  return pem.split(BEGIN).length - 1;
}

function refused(problem: PemProblem): ReadPem {
  return { ok: false, problem };
}

/** A certificate is one DER sequence, which says how long it is. */
function isWhole(base64: string): boolean {
  if (base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const [tag, first] = bytes;
  if (tag !== SEQUENCE || first === undefined) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const digits = first & 0x7f;
  const length = bytes.slice(2, 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  return bytes.length === 2 + digits + length;
}
