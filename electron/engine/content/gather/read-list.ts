// A transfer list as rows at the desk: its includes resolved, its faulty entries beside the good ones, each with what is wrong.
import { basename, isAbsolute, resolve, sep } from 'node:path';
import { z } from 'zod';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { WireError } from '../../../../shared/errors/wire.ts';
import type { ContentsFound, DraftItem } from '../../../../shared/station/contents.ts';
import { digestOf } from '../../oci/digester.ts';
import { createListFiles } from '../includes.ts';
import type { ListFiles } from '../includes.ts';
import type { ListEntry } from '../index.ts';
import { formatPosition } from '../positions.ts';
import type { Problem } from '../positions.ts';
import { surveyTransferList } from '../transfer-list.ts';
import type { FaultyEntry, ListSurvey } from '../transfer-list.ts';
import { draftItem, NO_DEFAULTS } from './draft-entry.ts';
import { MOST_ITEMS, problemOf, refusedFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import { readLeftOut } from './left-out.ts';
import { modeFor } from './list-mode.ts';
import { listText } from './write-list.ts';

const PASTED = 'the pasted text';

type Frame = NonNullable<ContentsFound['list']>;

/** `isAlone`: nothing else was given, so that the list's own name and platforms are those of the draft. */
export async function readListFile(path: string, isAlone: boolean): Promise<Finding> {
  try {
    const files = createListFiles();
    let text = '';
    const survey = await surveyTransferList(path, {
      ...files,
      readFirst: async (name) => {
        const first = await files.readFirst(name);
        text = first.text;
        return first;
      },
    });
    const finding = findingOf(survey, path, isAlone);
    const { list } = finding;
    if (list === undefined || list === null) return finding;
    return { ...finding, list: { ...list, left: await leftOutOf(text, list, `named in ${basename(path)}`) } };
  } catch (error) {
    return refusedFinding(error);
  }
}

/** A list that was pasted lies in no folder: relative paths and includes lead nowhere. */
export async function readListText(text: string): Promise<Finding> {
  try {
    return findingOf(await surveyTransferList(PASTED, pastedFiles(text)), null, true);
  } catch (error) {
    return refusedFinding(error);
  }
}

/** The rows that its desk left out, judged as entries of the list; what is wrong with one has no line that anybody could look up. */
async function leftOutOf(text: string, list: Frame, why: string): Promise<Frame['left']> {
  const left = readLeftOut(text).slice(0, MOST_ITEMS);
  if (left.length === 0) return [];
  const rows = left.map(({ kind, entry }) => ({ kind, entry, reference: '', why, problem: null }));
  const { entries, frame } = await surveyTransferList(
    PASTED,
    pastedFiles(listText({ ...list, items: rows })),
  );
  const defaults = frame?.defaults ?? NO_DEFAULTS;
  const judged = entries.map((entry) =>
    'problems' in entry ? faultyItem(entry, why, false) : draftItem(entry, defaults, why),
  );
  return left.flatMap(({ row, kind }) => {
    const at = judged.findIndex((item) => item.kind === kind);
    return judged.splice(at, at < 0 ? 0 : 1).map((item) => ({ row, item }));
  });
}

function findingOf(survey: ListSurvey, path: string | null, isAlone: boolean): Finding {
  const { frame, entries, problems } = survey;
  const isList = isAlone && frame !== undefined;
  const defaults = isList ? frame.defaults : NO_DEFAULTS;
  return {
    items: entries.map((entry) => {
      const why = path === null ? 'pasted' : `named in ${basename(entry.at.file)}`;
      if ('problems' in entry) return faultyItem(entry, why);
      const item = draftItem(entry, defaults, why);
      return path === null && hasRelativePath(entry) ? { ...item, problem: liesNowhere(entry.path) } : item;
    }),
    list: isList ? listOf(frame, path) : null,
    problems: problems.map((problem) => problemAt(problem)),
  };
}

function listOf({ list, defaults }: NonNullable<ListSurvey['frame']>, path: string | null): Frame {
  const { name, ...metadata } = list.metadata;
  const platforms = [...(defaults.platforms ?? [])];
  const rest = {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(list.sources === undefined || list.sources === null ? {} : { sources: list.sources }),
  };
  return {
    path: path === null ? null : resolve(path),
    name,
    platforms,
    index: list.index ?? modeFor(platforms),
    rest: JsonMapping.parse(rest),
    left: [],
  };
}

const JsonMapping = z.record(z.string(), z.json());

/** The entry as it was written, so that it can be mended where it stands. */
function faultyItem({ kind, value, base, problems }: FaultyEntry, why: string, hasPlace = true): DraftItem {
  const entry = typeof value === 'string' ? { ref: value } : (JsonMapping.safeParse(value).data ?? {});
  const [first] = problems;
  if (first === undefined) throw new TypeError('a faulty entry without a fault');
  return {
    kind,
    reference: nameOf(entry).slice(0, 4096),
    entry: withAbsolutePaths(entry, base),
    why,
    problem: problemAt(first, hasPlace),
  };
}

function nameOf(entry: DraftItem['entry']): string {
  const named = ['ref', 'as', 'archive', 'daemon', 'path', 'url', 'name'].map((key) => entry[key]);
  const name = named.find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? name.replace(/\?.*$/, '') : 'entry without a name';
}

function withAbsolutePaths(entry: DraftItem['entry'], base: string): DraftItem['entry'] {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      (key === 'path' || key === 'archive') && typeof value === 'string' ? resolve(base, value) : value,
    ]),
  );
}

function problemAt({ at, text }: Problem, hasPlace = true): WireError {
  return problemOf(
    new AirlockError('LIST_INVALID', text, {
      details: { file: at.file, line: at.line, column: at.column },
    }),
    hasPlace ? formatPosition({ ...at, file: basename(at.file) }) : undefined,
  );
}

function hasRelativePath(entry: ListEntry): entry is ListEntry & { readonly path: string } {
  return (entry.from === 'path' || entry.from === 'archive') && !isAbsolute(entry.path);
}

function liesNowhere(path: string): WireError {
  return problemOf(
    new AirlockError('LIST_INVALID', `"${path}" is relative to a list, and pasted text lies in no folder`, {
      remedy: 'Write the whole path, or open the list where it lies.',
    }),
  );
}

function pastedFiles(text: string): ListFiles {
  return {
    readFirst: (name) => Promise.resolve({ name, folder: sep, text, chain: [] }),
    readIncluded: (_from, path) =>
      Promise.reject(
        new AirlockError(
          'LIST_INVALID',
          `${path} cannot be included from pasted text, which lies in no folder`,
        ),
      ),
    digest: () => digestOf(Buffer.from(text)),
  };
}
