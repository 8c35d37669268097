// Lines that name images, charts and addresses: images.txt, a column of a table, commands out of somebody's instructions.
import { fileURLToPath } from 'node:url';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { MOST_ITEMS } from './finding.ts';
import { fetchedBy, isCommand, shownCommand, withoutOptions } from './read-command.ts';
import { readHelmLine } from './read-helm-line.ts';
import { readItem, unreadItem } from './read-item.ts';
import { unquoted } from './unquoted.ts';

const PROMPT = /^(?:[$>]\s+)?(?:sudo\s+)?/;
const KEY = /^(?:-\s+)?["']?image["']?\s*[:=]\s*/;
const BULLET = /^(?:[-*•]|\d+[.)])\s+/;
/** `IMAGE=…`, `export IMAGE=…`: a variable that holds one name. */
const VARIABLE = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*=(\S+)$/;
/** A line of `docker images` or `crictl images`: name, tag, the image's own number, what else there is. */
const OF_TABLE = /^(\S+)\s+(\S+)\s+(?:sha256:)?[0-9a-f]{12,64}\s.*\d\s?[kMG]?i?B$/;
const HEAD_OF_TABLE = /^(?:REPOSITORY|IMAGE)\s+TAG\s+IMAGE ID\b/;
const COMMENT = /^(?:\/\/|;)(?:\s|$)/;
/** Rows of a table that people drew, and the line below its head. */
const DRAWN = /^\|(.*)\|$/;
const RULE = /^[\s|:+=-]+$/;

export interface LinesFinding {
  readonly items: readonly DraftItem[];
  /** Local paths that stand alone on a line of text that lies in no file. */
  readonly paths: readonly string[];
}

/** `file` is the file that the text came out of; its lines are then told with what is wrong. */
export function readLines(text: string, why: string, file?: string): LinesFinding {
  const items: DraftItem[] = [];
  const paths: string[] = [];
  const seen = new Set<string>();
  for (const { line, number } of linesOf(text)) {
    const place = file === undefined ? undefined : `${file}:${number}`;
    const bare = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .replace(PROMPT, '');
    if (bare === '' || COMMENT.test(bare) || RULE.test(bare) || HEAD_OF_TABLE.test(bare)) continue;
    const path = pathOf(bare);
    // A file that names files could name itself.
    if (path !== undefined && file === undefined) {
      paths.push(path);
      continue;
    }
    for (const part of partsOf(bare)) {
      if (/^helm\s/.test(part)) {
        items.push(...readHelmLine(part, why, place));
        continue;
      }
      const names = namesIn(part);
      for (const name of names ?? [shownCommand(part.split(/\s+/))]) {
        if (seen.has(name)) continue;
        seen.add(name);
        items.push(names === undefined ? unreadItem(name, why, place) : readItem(name, why, place));
        // One more than is taken says that there are more; nobody waits for a million.
        if (items.length > MOST_ITEMS) return { items, paths };
      }
    }
  }
  return { items, paths };
}

/** A command may go on in the next line. Each line with its number in the text. */
function linesOf(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let goesOn = false;
  for (const [index, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const line = whole.trimEnd();
    const isCut = line.endsWith('\\') && pathOf(line.trim()) === undefined;
    const own = isCut ? line.slice(0, -1) : line;
    const last = lines.at(-1);
    if (goesOn && last !== undefined) last.line = `${last.line} ${own.trim()}`;
    else lines.push({ line: own, number: index + 1 });
    goesOn = isCut;
  }
  return lines;
}

/** Commands that stand behind each other in one line. A semicolon may be part of an address. */
function partsOf(line: string): readonly string[] {
  return line
    .split(line.includes('://') ? /\s(?:&&|\|\|)\s|;(?=\s|$)/ : /\s(?:&&|\|\|)\s|;/)
    .map((part) => part.trim().replace(PROMPT, ''))
    .filter((part) => part !== '');
}

/**
 * The names in a line, without what stands around them; undefined where that is not understood: words of a sentence would all be
 * names of images.
 */
function namesIn(line: string): readonly string[] | undefined {
  const [, name, tag] = OF_TABLE.exec(line) ?? [];
  if (name !== undefined && tag !== undefined) return [`${name}:${tag}`];
  const drawn = DRAWN.exec(line)?.[1];
  const bare = line
    .replace(BULLET, '')
    .replace(KEY, '')
    .replace(VARIABLE, '$1')
    .replace(/^\[\s*(["'].*["'])\s*,?\s*\],?$/, '$1');
  const words = (drawn ?? bare)
    .split(drawn === undefined ? /[\s,]+/ : /[\s,|]+/)
    .map(unquoted)
    .filter((word) => word !== '');
  if (drawn !== undefined) return someOf(words.filter(isExplicit));
  if ((words[0] ?? '').toUpperCase() === 'FROM') return baseImages(words);
  if (isCommand(words)) return fetchedBy(words);
  // One word is a name, whatever it is; and so are words that somebody put commas between.
  const isList = words.length === 1 || words.every(isExplicit) || isWithCommas(bare);
  return isList ? words : undefined;
}

function baseImages(words: readonly string[]): readonly string[] {
  const alias = words.findIndex((word) => word.toUpperCase() === 'AS');
  return withoutOptions(words.slice(1, alias < 0 ? undefined : alias)).filter((name) => name !== 'scratch');
}

/** Has a host, a path, a tag or a digest, and is no key that a value stands behind. */
function isExplicit(word: string): boolean {
  return /[/:@]/.test(word) && !word.endsWith(':');
}

/** `a, b, c`, and no part of it has several words. */
function isWithCommas(line: string): boolean {
  const parts = line.split(',').map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => !/\s/.test(part));
}

function someOf(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

/** `/a/b.tgz`, `C:\a\b.tgz`, `file:///a/b.tgz`: file managers give one of them when a file is copied. */
function pathOf(line: string): string | undefined {
  const text = unquoted(line);
  if (/^file:\/\//i.test(text)) return filePathOf(text);
  // Two slashes before a blank begin a comment.
  if (/^\/\/\s/.test(text)) return undefined;
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(text) ? text : undefined;
}

function filePathOf(text: string): string | undefined {
  try {
    return fileURLToPath(text);
  } catch {
    return undefined;
  }
}
