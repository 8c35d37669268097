// Rows that an operator left out, kept in the list they belong to as comments: every other reader passes over them.
import { z } from 'zod';
import type { Draft, DraftItem } from '../../../../shared/station/contents.ts';

export interface LeftOut {
  /** Which row of the contents it is. */
  readonly row: number;
  readonly kind: DraftItem['kind'];
  readonly entry: DraftItem['entry'];
}

const HEAD =
  '# Left out at the desk, which shows these rows without their tick. To everything else they are comments.';
const LINE = /^# left out, row (\d{1,5}): (.*)$/gm;
const SECTIONS: Readonly<Record<string, DraftItem['kind']>> = {
  images: 'image',
  charts: 'chart',
  files: 'file',
};
const Entries = z.record(z.string(), z.tuple([z.record(z.string(), z.json())]));

/** Lines to stand under a list; nothing where nothing was left out. An entry is written as a section of its own, in flow style. */
export function leftOutText({ items }: Pick<Draft, 'items'>, left: ReadonlySet<number>): string {
  const lines = items.flatMap(({ kind, entry }, row) =>
    left.has(row) ? [`# left out, row ${row + 1}: ${JSON.stringify({ [`${kind}s`]: [entry] })}`] : [],
  );
  return lines.length === 0 ? '' : `${[HEAD, ...lines].join('\n')}\n`;
}

/** What such lines say, in the order of the rows. One that somebody changed into something else is a comment like any other. */
export function readLeftOut(text: string): readonly LeftOut[] {
  const found: LeftOut[] = [];
  for (const [, row = '', body = ''] of text.matchAll(LINE)) {
    const [section] = Object.entries(Entries.safeParse(parseJson(body)).data ?? {});
    const kind = section === undefined ? undefined : SECTIONS[section[0]];
    if (section !== undefined && kind !== undefined)
      found.push({ row: Number(row) - 1, kind, entry: section[1][0] });
  }
  return found.toSorted((one, other) => one.row - other.row);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
