// Lines that name images, charts and addresses: images.txt, a column of a table, commands out of somebody's instructions.
import { fileURLToPath } from 'node:url';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { readHelmLine } from './read-helm-line.ts';
import { readItem } from './read-item.ts';
import { unquoted } from './unquoted.ts';

const PROMPT = /^(?:[$>]\s+)?(?:sudo\s+)?/;
const PULL =
  /^(?:docker|podman|nerdctl|crictl|buildah|crane|ctr)(?:\s+-\S+(?:\s+\S+)??)*?\s+(?:images?\s+)?pull\s+/;
const FROM = /^FROM\s+/i;
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
    else items.push(...namesIn(bare).map((name) => readItem(name, why, place)));
  }
  return { items, paths };
}

/** The names in a line, without what stands around them. */
function namesIn(line: string): readonly string[] {
  const words = line
    .replace(BULLET, '')
    .replace(KEY, '')
    .split(/[\s,]+/);
  if (PULL.test(line)) return lastArgument(line.replace(PULL, ''));
  if (FROM.test(line))
    return lastArgument(line.replace(FROM, '').replace(/\s+AS\s+\S+$/i, '')).filter(
      (name) => name !== 'scratch',
    );
  return words.map(unquoted).filter((word) => word !== '');
}

function lastArgument(text: string): readonly string[] {
  const words = text.split(/\s+/);
  const names = words.filter((word, at) => !word.startsWith('-') && !VALUED.has(words[at - 1] ?? ''));
  return names.map(unquoted).filter((name) => name !== '');
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
