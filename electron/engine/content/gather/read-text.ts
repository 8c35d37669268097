// What a text is: a transfer list, manifests that name images, or lines of references.
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { MOST_ITEMS, refusedFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import { readItem } from './read-item.ts';
import { readLines } from './read-lines.ts';
import { readListText } from './read-list.ts';
import { imagesIn } from './read-manifests.ts';

const HEAD_CHARACTERS = 64 * 1024;
const NAMES_IMAGES = /\bimage(?:\s*:\s|["']\s*:)/;

/** True for a transfer list, however it is written and whatever is wrong with it. */
export function isTransferList(text: string): boolean {
  return (
    keyIs('kind', 'TransferList').test(head(text)) ||
    (keyIs('apiVersion', 'airlock/').test(head(text)) && !isLock(text))
  );
}

export function isLock(text: string): boolean {
  return (
    keyIs('apiVersion', 'airlock/').test(head(text)) && /["']?\bkind["']?\s*:\s*["']?Lock\b/.test(head(text))
  );
}

/** True for what says of itself that it is a manifest or a compose file. */
function isManifest(text: string): boolean {
  return keyIs('(?:apiVersion|services)', '').test(head(text));
}

/** At the left edge, or in quotes as JSON has it: not in a text within the text. */
function keyIs(key: string, value: string): RegExp {
  return new RegExp(String.raw`^(?:[{ \t]*["']${key}["']|\{?${key})\s*:\s*["']?${value}`, 'm');
}

function head(text: string): string {
  return text.slice(0, HEAD_CHARACTERS);
}

/** Pasted or typed. Local paths in it are for the caller to read. */
export async function readText(
  text: string,
): Promise<{ readonly finding: Finding; readonly paths: readonly string[] }> {
  if (isTransferList(text)) return { finding: await readListText(text), paths: [] };
  const manifests = NAMES_IMAGES.test(text) ? readManifests(text, 'The pasted text', 'pasted') : undefined;
  if (manifests !== undefined) return { finding: manifests, paths: [] };
  if (isManifest(text)) return { finding: refusedFinding(namesNoImage()), paths: [] };
  const { items, paths } = readLines(text, 'pasted');
  const [only, second] = items;
  const isTyped = only !== undefined && second === undefined && !/\s/.test(text.trim());
  return { finding: { items: isTyped ? [{ ...only, why: 'typed' }] : items }, paths };
}

function namesNoImage(): AirlockError {
  return new AirlockError('NOTHING_SELECTED', 'The pasted text is a manifest that names no image');
}

/** Undefined where the text names no image and does not say that it should. */
export function readManifests(text: string, what: string, why: string): Finding | undefined {
  try {
    const images = imagesIn(text, what).slice(0, MOST_ITEMS + 1);
    const items = images.map((image) => readItem(image, why));
    return items.some(({ problem }) => problem === null) ? { items } : undefined;
  } catch (error) {
    if (!isAirlockError(error)) throw error;
    return isManifest(text) && NAMES_IMAGES.test(text) ? refusedFinding(error) : undefined;
  }
}

/** images.txt. Undefined for a text that people read: in that, most lines have several words. */
export function readImagesText(text: string, file: string, why: string): Finding | undefined {
  const { items } = readLines(text, why, file);
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const single = lines.filter((line) => !/\s/.test(line));
  const good = items.filter(({ problem }) => problem === null);
  const isList =
    single.length * 2 >= lines.length &&
    good.length * 2 >= items.length &&
    single.some((line) => /[/:@]/.test(line));
  const isCalledSo = /^images?\b.*\.txt$/i.test(file);
  return isList || (isCalledSo && items.length > 0) ? { items: items } : undefined;
}
