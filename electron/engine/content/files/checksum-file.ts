// Reads what a file's maker publishes about its digest: .sha256, .sha512, SHA256SUMS and BSD lines.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';

/** Hex, lower case. Both undefined where the document has only algorithms that prove nothing (MD5, SHA-1). */
export interface StatedSums {
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
}

/** `<hex>`, `<hex>  name`, `<hex> *name`; a leading backslash is GNU's mark for an escaped name. */
const GNU_LINE = /^\\?([0-9a-f]{32,128})(?:\s+\*?(.+))?$/i;
/** `SHA256 (name) = <hex>` of BSD, `SHA2-256(name)= <hex>` of openssl. */
const BSD_LINE = /^(?:SHA(?:2-)?(?:1|224|256|384|512)|MD5)\s?\((.+)\)\s?=\s?([0-9a-f]{32,128})$/i;
/** Hex digits of md5, sha1, sha224, sha384: sums, but none that Airlock takes. */
const OTHER_SUMS = new Set([32, 40, 56, 96]);

/**
 * The sums that a checksum document states for `fileName`. A document of one sum alone speaks of the file it lies beside,
 * whatever name it gives. Throws CHECKSUM_UNUSABLE where the document says nothing about the file or two different things.
 */
export function parseChecksums(text: string, fileName: string, url: string): StatedSums {
  const unusable = (why: string): AirlockError =>
    new AirlockError('CHECKSUM_UNUSABLE', `${url} ${why}.`, { details: { url } });
  const all = text.split(/\r?\n/).flatMap((line) => parseLine(line.trim()));
  if (all.length === 0) throw unusable('has no checksum');
  const named = all.filter(({ name }) => name !== undefined && baseName(name) === fileName);
  const lone = new Set(all.map(({ hex }) => hex)).size === 1 && all.every(({ name }) => name === undefined);
  const besideIt = all.length === 1 && /\.(?:sha256|sha512)(?:sum)?$/i.test(new URL(url).pathname);
  const about = named.length > 0 ? named : lone || besideIt ? all : [];
  if (about.length === 0) throw unusable(`says nothing about ${fileName}`);
  const pick = (digits: number): string | undefined => {
    const found = [...new Set(about.map(({ hex }) => hex).filter((hex) => hex.length === digits))];
    if (found.length > 1) throw unusable(`has two different checksums for ${fileName}`);
    return found[0];
  };
  return { sha256: pick(64), sha512: pick(128) };
}

function parseLine(line: string): { name: string | undefined; hex: string }[] {
  const bsd = BSD_LINE.exec(line);
  const gnu = bsd === null ? GNU_LINE.exec(line) : null;
  const hex = (bsd?.[2] ?? gnu?.[1])?.toLowerCase();
  if (hex === undefined || !(hex.length === 64 || hex.length === 128 || OTHER_SUMS.has(hex.length)))
    return [];
  return [{ name: bsd?.[1] ?? gnu?.[2], hex }];
}

function baseName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}
