// Lines that name images, charts and addresses: images.txt, a column of a table, commands out of somebody's instructions.
import { fileURLToPath } from 'node:url';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { MOST_ITEMS } from './finding.ts';
import { readHelmLine } from './read-helm-line.ts';
import { readItem } from './read-item.ts';
import { unquoted } from './unquoted.ts';

const PROMPT = /^(?:[$>]\s+)?(?:sudo\s+)?/;
const PULLERS = new Set(['docker', 'podman', 'nerdctl', 'crictl', 'buildah', 'crane', 'ctr']);
const KEY = /^(?:-\s+)?["']?image["']?\s*[:=]\s*/;
const BULLET = /^(?:[-*•]|\d+[.)])\s+/;
/** Options of the commands above that take a value of their own. */
const VALUED = new Set([
  '--platform',
  '--namespace',
  '-n',
  '--creds',
  '--user',
  '-u',
  '--authfile',
  '--arch',
  '--os',
  '--variant',
]);

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
  for (const [number, line] of text.split(/\r\n|\n|\r/).entries()) {
    const place = file === undefined ? undefined : `${file}:${number + 1}`;
    const bare = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .replace(PROMPT, '');
    if (bare === '') continue;
    const path = pathOf(bare);
    // A file that names files could name itself.
    if (path !== undefined && file === undefined) paths.push(path);
    else if (/^helm\s/.test(bare)) items.push(...readHelmLine(bare, why, place));
    else
      for (const name of namesIn(bare)) {
        if (seen.has(name)) continue;
        seen.add(name);
        items.push(readItem(name, why, place));
        // One more than is taken says that there are more; nobody waits for a million.
        if (items.length > MOST_ITEMS) return { items, paths };
      }
  }
  return { items, paths };
}

/** The names in a line, without what stands around them. */
function namesIn(line: string): readonly string[] {
  const words = line
    .replace(BULLET, '')
    .replace(KEY, '')
    .split(/[\s,]+/)
    .map(unquoted)
    .filter((word) => word !== '');
  const [first = ''] = words;
  const pull = words.indexOf('pull');
  if (PULLERS.has(first) && pull > 0) return withoutOptions(words.slice(pull + 1));
  if (first.toUpperCase() !== 'FROM') return words;
  const alias = words.findIndex((word) => word.toUpperCase() === 'AS');
  return withoutOptions(words.slice(1, alias < 0 ? undefined : alias)).filter((name) => name !== 'scratch');
}

function withoutOptions(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => !word.startsWith('-') && !VALUED.has(words[at - 1] ?? ''));
}

/** `/a/b.tgz`, `C:\a\b.tgz`, `file:///a/b.tgz`: file managers give one of them when a file is copied. */
function pathOf(line: string): string | undefined {
  const text = unquoted(line);
  if (/^file:\/\//i.test(text)) return filePathOf(text);
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(text) ? text : undefined;
}

function filePathOf(text: string): string | undefined {
  try {
    return fileURLToPath(text);
  } catch {
    return undefined;
  }
}
