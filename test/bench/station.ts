// `npm run bench:station`: what the web station weighs, how soon it is there, how soon it answers, and what memory it takes.
//   --runs 5          openings of the page, of which the median counts
//   --write           put the figures into BENCH.md
// Ends with 1 where an input's median answer is not there at once.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, expect } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import config from '../../build/playwright.config.ts';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import type { Settings } from '../../shared/station/settings.ts';
import { median, tasksWhile, watchInteractions } from '../e2e/interactions.ts';
import type { Interaction } from '../e2e/interactions.ts';
import { throughTable, throughTabs } from '../e2e/large-screens.ts';
import type { OpenedHost } from '../e2e/station.ts';
import { openWebStation } from '../e2e/web-station.ts';
import { writeLargeBundle, writeLargeList } from '../support/large-content.ts';
import { replaceSection } from './report.ts';

const MANY = 10_000;
/** What an operator takes for at once. */
const AT_ONCE_MS = 100;
const BENCH = join(import.meta.dirname, '../../BENCH.md');

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});

const load = loadavg()[0]?.toFixed(1) ?? 'not known';
const folder = await mkdtemp(join(tmpdir(), 'airlock-bench-'));
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
  const sections = [
    await weights(),
    await firstPaint(browser, Number(options.runs)),
    ...(await answers(browser)),
  ];
  const text = [
    '## Station: the screens in a browser',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Chromium ${browser.version()} without a GPU on the same machine, whose load was ${load} when it began.`,
    'An answer is the time from an input to the next paint, as the browser’s Event Timing tells it (steps of 8 ms, none below 16).',
    'Make it anew with `npm run bench:station -- --write`.',
    '',
    ...sections,
  ].join('\n');
  console.log(text);
  if (options.write)
    await writeFile(BENCH, replaceSection(await readFile(BENCH, 'utf8'), '## Station', text));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

/** What a browser loads, packed as gzip does; the fonts are packed already. */
async function weights(): Promise<string> {
  const built = join(import.meta.dirname, '../../out/renderer');
  const files = await readdir(built, { recursive: true });
  const weigh = (pattern: RegExp, packs = true): string => {
    const sum = files
      .filter((name) => pattern.test(name))
      .map((name) => readFileSync(join(built, name)))
      .reduce((bytes, file) => bytes + (packs ? gzipSync(file, { level: 9 }) : file).byteLength, 0);
    return `${(sum / 1000).toFixed(1)} kB`;
  };
  return table(
    'What it weighs',
    ['Part', 'gzip'],
    [
      ['scripts, all desks', weigh(/\.js$/)],
      ['styles', weigh(/\.css$/)],
      ['page', weigh(/\.html$/)],
      ['fonts (woff2, as they are)', weigh(/\.woff2$/, false)],
    ],
  );
}

async function firstPaint(chrome: Browser, runs: number): Promise<string> {
  const paints: number[] = [];
  const ready: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    const station = await open(chrome, `paint-${run}`, { side: 'connected' });
    const { page } = station;
    await expect(page.getByText('Drop what shall go across')).toBeVisible();
    ready.push(performance.now() - started);
    await page.reload();
    await expect(page.getByText('Drop what shall go across')).toBeVisible();
    paints.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN),
    );
    await station.close();
  }
  return table(
    'How soon it is there',
    ['Moment', 'Median'],
    [
      ['`airlock web` to a desk that can be worked at, new page and all', milliseconds(median(ready))],
      ['first paint of the page (navigation to first contentful paint)', milliseconds(median(paints))],
    ],
  );
}

/** Ten thousand rows in Pack and in Verify, and the memory before and after. */
async function answers(chrome: Browser): Promise<readonly string[]> {
  const packing = await open(chrome, 'pack', { side: 'connected' });
  const list = await writeLargeList(join(folder, 'lists'), MANY);
  await expect(packing.page.getByText('Drop what shall go across')).toBeVisible();
  const memory: [string, string, string][] = [['nothing open', ...(await memoryOf(packing))]];
  const field = packing.page.getByRole('combobox', { name: 'Add to the contents' });
  await field.fill(list);
  await field.press('Enter');
  await expect(packing.page.getByRole('button', { name: /^Lock 10,000 items/ })).toBeVisible();
  await watchInteractions(packing.page);
  const packed = await throughTable(packing.page, 'Contents of the bundle', 'application-99');
  memory.push(['10,000 images in Pack', ...(await memoryOf(packing))]);
  await packing.close();

  const medium = join(folder, 'PLANT-07');
  await mkdir(medium);
  await writeLargeBundle(join(medium, 'large.airlock'), MANY);
  const checking = await open(chrome, 'verify', { side: 'disconnected' }, medium);
  const { page } = checking;
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('radio', { name: 'large on PLANT-07' }).click({ force: true });
  await watchInteractions(page);
  const longestTask = await tasksWhile(page, async () => {
    await page.getByRole('button', { name: 'Check large' }).click();
    await expect(page.getByRole('heading', { name: 'Intact' })).toBeVisible({ timeout: 60_000 });
  });
  const checked = [
    { name: 'a check of 5,000 items, by itself', milliseconds: [], longestTask },
    await throughTabs(page, [/^Files/, /^Items/, /^Why/, /^Files/, /^Items/, /^Files/]),
    ...(await throughTable(page, 'Files of the bundle', 'sha256/ab')),
  ];
  memory.push(['10,000 blobs checked in Verify', ...(await memoryOf(checking))]);
  await checking.close();
  return [
    interactions('Pack: 10,000 images', packed),
    interactions('Verify: 10,000 blobs', checked),
    table('Memory', ['State', 'Heap of the page', 'Resident set of the engine'], memory),
  ];
}

function interactions(title: string, found: readonly Interaction[]): string {
  for (const { name, milliseconds: times } of found)
    if (times.length > 0 && median(times) >= AT_ONCE_MS) {
      console.error(`${title}, ${name}: ${median(times)} ms is not at once.`);
      process.exitCode = 1;
    }
  const rows = found.map(({ name, milliseconds: times, longestTask }) => [
    name,
    times.length === 0 ? '' : milliseconds(median(times)),
    times.length === 0 ? '' : milliseconds(Math.max(...times)),
    longestTask === 0 ? 'below 50 ms' : milliseconds(longestTask),
  ]);
  return table(title, ['Input', 'Median answer', 'Longest', 'Longest task'], rows);
}

async function open(
  chrome: Browser,
  name: string,
  settings: Partial<Settings>,
  medium = join(folder, 'nothing'),
): Promise<OpenedHost> {
  const stateFolder = join(folder, name);
  await mkdir(stateFolder, { recursive: true });
  await writeFile(
    join(stateFolder, 'settings.json'),
    JSON.stringify({ ...DEFAULT_SETTINGS, theme: 'light', ...settings }),
  );
  return openWebStation({
    browser: chrome,
    stateFolder,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: stateFolder,
      AIRLOCK_HOME: stateFolder,
      AIRLOCK_MEDIA: medium,
    },
    paths: [],
    viewport: { width: 1280, height: 800 },
  });
}

/** The page's after what nobody needs was swept; the engine's as the kernel counts it. */
async function memoryOf({ page, enginePid }: OpenedHost): Promise<readonly [string, string]> {
  const status = await readFile(`/proc/${await enginePid()}/status`, 'utf8');
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  return [megabytes(await heapOf(page)), megabytes(resident)];
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  return [`### ${title}`, '', line(head), line(rule), ...rows.map(line), ''].join('\n');
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function megabytes(value: number): string {
  return `${(value / 1e6).toFixed(1)} MB`;
}
