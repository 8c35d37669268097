// One reference or address as an operator writes it: image, chart or file.
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { DraftItem, ItemKind } from '../../../../shared/station/contents.ts';
import { formatReference } from '../../oci/reference.ts';
import { whyUnsafePath } from '../file-path.ts';
import { parseChartReference, parseImageReference } from '../reference-text.ts';
import { lastSegment } from '../transfer-list.ts';
import { looksSigned, parseWebAddress, withoutQuery } from '../web-address.ts';
import { problemOf } from './finding.ts';

/** `coder-1.44.0.tgz`: what Helm calls a packaged chart. */
const CHART_FILE = /^[a-z0-9][a-z0-9.-]*-v?\d+\.\d+[0-9A-Za-z.+-]*\.tgz$/;
/** Not even a name follows from more. */
const LONGEST = 1000;

/** What cannot be used comes back too, with what is wrong: `place` is told before it. */
export function readItem(text: string, why: string, place?: string): DraftItem {
  if (/^oci:\/\//i.test(text)) return readOciChart(text, why, place);
  if (/^https?:\/\//i.test(text)) return readAddress(text, why, place);
  return attempt('image', text, why, place, () => {
    const reference = formatReference(parseImageReference(text.replace(/^docker:\/\//i, '')));
    return { reference, entry: { ref: reference } };
  });
}

/** A line of several words that nobody can tell the names in. */
export function unreadItem(line: string, why: string, place?: string): DraftItem {
  return attempt('image', line, why, place, () => {
    throw new AirlockError('REFERENCE_INVALID', `"${plainText(line)}" has other words than references`, {
      remedy: 'Leave only the references, with commas between them, or remove the line.',
    });
  });
}

function readOciChart(text: string, why: string, place: string | undefined): DraftItem {
  return attempt('chart', text, why, place, () => {
    const reference = formatReference(parseChartReference(text.replace(/^oci:/i, 'oci:')));
    return { reference, entry: { ref: `oci://${reference}` } };
  });
}

function readAddress(text: string, why: string, place: string | undefined): DraftItem {
  const path = URL.canParse(text) ? new URL(text).pathname : '';
  const as = lastSegment(path);
  const kind = CHART_FILE.test(as) ? 'chart' : 'file';
  return attempt(kind, text, why, place, () => {
    const url = parseWebAddress(text);
    if (looksSigned(url))
      throw new AirlockError(
        'SECRET_MISSING',
        `the query of ${withoutQuery(url)} looks signed, and what is secret stands in no list`,
        {
          remedy:
            'Give an address without it, or name it in a list with secretQuery: true and the query in AIRLOCK_QUERY_<n>.',
        },
      );
    if (kind === 'chart') return { reference: url.href, entry: { url: url.href } };
    const unsafe = whyUnsafePath(as);
    if (unsafe !== undefined)
      throw new AirlockError(
        'LIST_INVALID',
        `no name for the file follows from ${withoutQuery(url)} (${unsafe})`,
        { remedy: 'Name it in a list with the key as.' },
      );
    return { reference: as, entry: { url: url.href, as } };
  });
}

/** A row for what is wrong shows no more than is safe to show: neither a query nor a user. */
function attempt(
  kind: ItemKind,
  text: string,
  why: string,
  place: string | undefined,
  read: () => Pick<DraftItem, 'reference' | 'entry'>,
): DraftItem {
  try {
    if (text.length > LONGEST)
      throw new AirlockError('REFERENCE_INVALID', `a name has ${LONGEST} characters at most`);
    return { kind, ...read(), why, problem: null };
  } catch (error) {
    if (!isAirlockError(error)) throw error;
    const shown = plainText(text);
    const key = /^https?:/i.test(text) ? 'url' : 'ref';
    return { kind, reference: shown, entry: { [key]: shown }, why, problem: problemOf(error, place) };
  }
}

function plainText(text: string): string {
  const plain = text
    .slice(0, LONGEST)
    .replace(/\/\/[^/]*@/, '//…@')
    .replace(/[?#].*$/s, '');
  return plain === '' ? '…' : plain;
}
