// A helm command out of somebody's instructions, as the chart that it would fetch.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { problemOf } from './finding.ts';
import { readItem } from './read-item.ts';
import { unquoted } from './unquoted.ts';

/** Options before which no chart stands: their value is their own. */
const VALUED =
  /^(?:-n|-f|-d|--(?:namespace|values|set\S*|destination|untardir|kube\S*|timeout|username|password|\S*file))$/;

/** Nothing for a command that fetches no chart. */
export function readHelmLine(line: string, why: string, place: string | undefined): readonly DraftItem[] {
  const [, verb = '', ...words] = line.split(/\s+/).map(unquoted);
  if (!/^(?:pull|fetch|install|upgrade|template|show)$/.test(verb)) return [];
  const { repo, version, names } = argumentsOf(words);
  // Of `install RELEASE CHART` and `show values CHART` the chart is the last.
  const chart = names.at(-1);
  if (chart === undefined) return [];
  if (repo !== undefined)
    return [
      {
        kind: 'chart',
        reference: `${repo.replace(/\/$/, '')}/${chart}`,
        entry: { repo, name: chart, ...(version === undefined ? {} : { version }) },
        why,
        problem: null,
      },
    ];
  if (/^oci:\/\//i.test(chart))
    return [readItem(version === undefined ? chart : `${chart}:${version}`, why, place)];
  if (/^https?:\/\//i.test(chart)) return [readItem(chart, why, place)];
  const error = new AirlockError(
    'LIST_INVALID',
    `"${chart}" names a repository by a name that only one machine's helm knows`,
    { remedy: 'Write it with --repo and the address of the repository; `helm repo list` shows it.' },
  );
  return [{ kind: 'chart', reference: chart, entry: { name: chart }, why, problem: problemOf(error, place) }];
}

function argumentsOf(words: readonly string[]) {
  const names: string[] = [];
  let repo: string | undefined;
  let version: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', inline] = (words[at] ?? '').split(/=(.*)/s);
    const value = () => inline ?? words[(at += 1)];
    if (word === '--repo') repo = value();
    else if (word === '--version') version = value();
    else if (VALUED.test(word)) value();
    else if (!word.startsWith('-') && word !== '') names.push(word);
  }
  return { repo, version, names };
}
