// SHA256SUMS: the one file that stands for all others (FORMAT §4).
import { blobPath, hexOf, algorithmOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';

export const SUMS = 'SHA256SUMS';

/** Files of every bundle that SHA256SUMS lists beside the blobs, in the order of a tar. */
export const FRONT_FILES = ['oci-layout', 'index.json', 'airlock.json', 'README.txt'] as const;
export type FrontFile = (typeof FRONT_FILES)[number];

/** `<64 hex>  <path>\n`. */
const BYTES_BESIDE_PATH = 64 + 2 + 1;

export function sumsSize(blobs: readonly { readonly digest: Digest }[]): number {
  return [...FRONT_FILES, ...blobs.map(({ digest }) => blobPath(digest))].reduce(
    (sum, path) => sum + BYTES_BESIDE_PATH + path.length,
    0,
  );
}

/** `frontSums` gives hex by path; `sha256Of` is asked for blobs with another algorithm alone. */
export function formatSums(
  frontSums: ReadonlyMap<string, string>,
  blobs: readonly { readonly digest: Digest }[],
  sha256Of: (digest: Digest) => string,
): Uint8Array {
  const lines = [
    ...[...frontSums].map(([path, hex]) => `${hex}  ${path}\n`),
    ...blobs.map(
      ({ digest }) =>
        `${algorithmOf(digest) === 'sha256' ? hexOf(digest) : sha256Of(digest)}  ${blobPath(digest)}\n`,
    ),
  ];
  // The paths are ASCII, so the order of UTF-16 units is that of bytes.
  lines.sort((one, other) => (one.slice(66) < other.slice(66) ? -1 : 1));
  return Buffer.from(lines.join(''), 'latin1');
}

const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/;

/** The sums by path, or the first line that breaks the grammar and how. */
export function parseSums(
  bytes: Uint8Array,
): { readonly sums: ReadonlyMap<string, string> } | { readonly line: number; readonly why: string } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const sums = new Map<string, string>();
  let before = '';
  for (let start = 0, line = 1; start < text.length; line += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return { line, why: 'has no line feed at its end' };
    const content = text.slice(start, end);
    const match = LINE.exec(content);
    const hex = match?.[1];
    const path = match?.[2];
    if (hex === undefined || path === undefined)
      return {
        line,
        why: content.endsWith('\r')
          ? 'ends in CR LF; a line ends in LF alone'
          : 'is not "<64 hex>  <path>", written in the characters that a path may have',
      };
    if (path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..'))
      return { line, why: `has the path ${path}, which leads elsewhere` };
    if (path === before) return { line, why: `lists ${path} a second time` };
    if (path < before) return { line, why: `lists ${path} after ${before}; paths are in bytewise order` };
    sums.set(path, hex);
    before = path;
    start = end + 1;
  }
  return { sums };
}
