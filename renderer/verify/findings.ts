// What a report of a check comes to: counts in one sentence, findings with what they belong to, rows that a filter leaves.
import type { VerifyReport } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import type { ItemWord } from '../texts/states.ts';
import { formatBytes } from '../ui/quantities.ts';

export type VerifiedFile = VerifyReport['files'][number];
export type VerifiedItem = VerifyReport['items'][number];

export interface Finding {
  readonly file: VerifiedFile;
  /** References of the items that need the file. */
  readonly belongsTo: readonly string[];
}

const counted = verifyTexts.findings.counts;
const said = verifyTexts.found;

/** What is wrong with a bundle before what is only left in it. */
const ORDER: readonly VerifiedFile['state'][] = ['damaged', 'missing', 'unexpected', 'litter', 'ok'];

export const FILE_WORDS: Readonly<Record<VerifiedFile['state'], ItemWord>> = {
  ok: 'ok',
  damaged: 'damaged',
  missing: 'missing',
  unexpected: 'unexpected',
  litter: 'litter',
};

export const ITEM_WORDS: Readonly<Record<VerifiedItem['state'], ItemWord>> = {
  ok: 'intact',
  damaged: 'damaged',
  incomplete: 'incomplete',
};

/** `1 file has other bytes, 1 is missing and 1 is on the medium that was never sealed`. */
export function countsSentence({ damaged, missing, unexpected }: VerifyReport['totals']): string {
  const parts: string[] = [];
  if (damaged > 0) parts.push(counted.damaged(damaged));
  if (missing > 0) parts.push(parts.length > 0 ? counted.missing(missing) : counted.missingAlone(missing));
  if (unexpected > 0)
    parts.push(parts.length > 0 ? counted.unexpected(unexpected) : counted.unexpectedAlone(unexpected));
  const last = parts.pop() ?? '';
  return parts.length === 0 ? `${last}.` : `${parts.join(', ')}${counted.and}${last}.`;
}

/** Refused for litter alone: every byte that was sealed is there and right. */
export function isOnlyLittered({ verdict, totals, items }: VerifyReport): boolean {
  const { damaged, missing, unexpected, litter } = totals;
  return (
    verdict === 'damaged' &&
    litter > 0 &&
    damaged + missing + unexpected === 0 &&
    items.every(({ state }) => state === 'ok')
  );
}

/** Every file that is not as it was sealed, the worst first. */
export function findingsOf({ files, items }: VerifyReport): readonly Finding[] {
  const owners = new Map<string, string[]>();
  for (const { reference, files: paths } of items)
    for (const path of paths) {
      const known = owners.get(path);
      if (known === undefined) owners.set(path, [reference]);
      else known.push(reference);
    }
  return filesInOrder(files)
    .filter(({ state }) => state !== 'ok')
    .map((file) => ({ file, belongsTo: owners.get(file.path) ?? [] }));
}

export function filesInOrder(files: readonly VerifiedFile[]): readonly VerifiedFile[] {
  return ORDER.flatMap((state) => files.filter((file) => file.state === state));
}

/** Files that were sealed: what is unexpected or left by a system is none of the bundle's. */
export function sealedFiles({ totals: { ok, damaged, missing } }: VerifyReport): {
  readonly whole: number;
  readonly all: number;
} {
  return { whole: ok, all: ok + damaged + missing };
}

export function wholeItems({ items }: VerifyReport): { readonly whole: number; readonly all: number } {
  return { whole: items.filter(({ state }) => state === 'ok').length, all: items.length };
}

/** Findings as text to hand on: one line each, its parts divided by tabs. */
export function findingsText(name: string, findings: readonly Finding[]): string {
  return [
    name,
    ...findings.map(({ file, belongsTo }) => {
      const { state, path, why = '', sha256 } = file;
      return [state, path, why, sha256 ?? said.nothing, foundText(file), belongsTo.join(', ')].join('\t');
    }),
  ].join('\n');
}

/** What lies on the medium instead, whole. */
export function foundText({ state, foundSize, foundSha256 }: VerifiedFile): string {
  if (state === 'missing') return said.nothing;
  if (foundSize === undefined) return said.notRead;
  return `${foundSha256 ?? said.notRead}, ${said.bytes(foundSize)}`;
}

/** How long a file is, and whether that is right; else why it stands here. */
export function lengthText({ state, size, why = '', sha256, foundSize, foundSha256 }: VerifiedFile): string {
  if (state === 'missing') return size === undefined ? why : formatBytes(size);
  if (state === 'unexpected' || state === 'litter')
    return foundSize === undefined ? why : said.inNoList(formatBytes(foundSize));
  if (foundSize === undefined || size === undefined) return why;
  if (foundSize === size) return foundSha256 === sha256 ? why : said.lengthRight(formatBytes(size));
  const [is, should] = [formatBytes(foundSize), formatBytes(size)];
  return is === should
    ? said.lengthWrong(said.bytes(foundSize), said.bytes(size))
    : said.lengthWrong(is, should);
}

/** The column of what was found: a sum, or why there is none. */
export type Found =
  | { readonly kind: 'sum'; readonly sha256: string; readonly isOther: boolean }
  | { readonly kind: 'nothing' | 'otherLength' | 'notOpened' | 'notRead' };

export function foundOf({ state, size, sha256, foundSize, foundSha256 }: VerifiedFile): Found {
  if (state === 'missing') return { kind: 'nothing' };
  if (foundSha256 !== undefined) return { kind: 'sum', sha256: foundSha256, isOther: foundSha256 !== sha256 };
  if (state !== 'damaged') return { kind: 'notOpened' };
  return { kind: foundSize !== undefined && foundSize !== size ? 'otherLength' : 'notRead' };
}

/** Whether every word of the filter is in one of the texts. */
export function holdsAll(filter: string, ...texts: readonly string[]): boolean {
  return filterOf(filter)(...texts);
}

/** The same, for as many rows as there are. */
export function filterOf(filter: string): (...texts: readonly string[]) => boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return (...texts) => {
    const text = texts.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** `sha256:54886b…` of a blob's path; undefined for the files beside the blobs. */
export function digestOfPath(path: string): string | undefined {
  const [, algorithm, hex] = /^blobs\/(sha\d+)\/([0-9a-f]+)$/.exec(path) ?? [];
  return algorithm === undefined || hex === undefined ? undefined : `${algorithm}:${hex}`;
}

/** `blobs/sha256/54886bc6fe94…`: as much of a digest as tells two apart. */
export function shortPath(path: string): string {
  return path.replace(/^(blobs\/sha\d+\/[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}

/** The folder or medium that a bundle lies in. */
export function folderOf(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  return parts.at(-2) ?? path;
}

/** The last part of the path, without its ending. */
export function nameOf(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => part !== '');
  return last?.replace(/\.airlock(?:\.tar)?$/, '') ?? path;
}
