// What this machine itself can say of the contents before anybody is asked: which local files are there, and what they are.
import { stat } from 'node:fs/promises';
import type { ContentsFound, DraftItem } from '../../../../shared/station/contents.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { parseChartYaml, readChartYaml } from '../charts/chart-yaml.ts';
import { readFileBytes } from '../files/read-file.ts';
import { problemOf } from './finding.ts';

const AT_ONCE = 32;
/** A chart is read as far as its Chart.yaml; a list of more has other work for the disk. */
const MOST_CHARTS = 200;

/** Rows of local files with their size, charts with what they are called within; one that is not there says so. Never throws. */
export async function lookAtLocal(found: ContentsFound): Promise<ContentsFound> {
  const items = [...found.items];
  const rows = items.flatMap((item, row) => (item.problem === null && pathOf(item) !== null ? [row] : []));
  const charts = new Set(rows.filter((row) => items[row]?.kind === 'chart').slice(0, MOST_CHARTS));
  for (let start = 0; start < rows.length; start += AT_ONCE)
    await Promise.all(
      rows.slice(start, start + AT_ONCE).map(async (row) => {
        const item = items[row];
        if (item !== undefined) items[row] = await looked(item, charts.has(row));
      }),
    );
  return { ...found, items };
}

function pathOf({ entry }: DraftItem): string | null {
  const path = entry['path'] ?? entry['archive'];
  return typeof path === 'string' ? path : null;
}

async function looked(item: DraftItem, isRead: boolean): Promise<DraftItem> {
  const path = pathOf(item) ?? '';
  try {
    const there = await stat(path);
    const bytes = there.isDirectory() ? null : there.size;
    return { ...item, local: { bytes, chart: isRead ? await chartIn(path) : null } };
  } catch (error) {
    return { ...item, problem: problemOf(fileFailure(error, path)) };
  }
}

async function chartIn(path: string): Promise<string | null> {
  const { signal } = new AbortController();
  const { name, version } = parseChartYaml(await readChartYaml(readFileBytes(path, { signal }), path), path);
  return `${name} ${version}`;
}
