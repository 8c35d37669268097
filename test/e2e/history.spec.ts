// The History desk on a real engine: jobs of the command and of the station, looked for, opened, kept and done once more.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { runAirlock } from '../support/run-airlock.ts';
import { CONTENT, ITEM_COUNT, packByCommand, pushCargo, writeCargo } from './cargo.ts';
import { foundByAxe } from './found-by-axe.ts';
import { savedFile } from './saved-file.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

interface Records extends OpenStation {
  /** Has the command pack the cargo, as a job of this machine. The bundle's path, on the medium PLANT-07. */
  readonly pack: (name: string) => Promise<string>;
  /** Has the command check a bundle. */
  readonly verify: (bundle: string) => Promise<void>;
}

interface RecordFixtures {
  readonly records: (choice?: Partial<StationChoice>) => Promise<Records>;
}

const test = base.extend<RecordFixtures>({
  records: async ({ openStation }, give) => {
    await give(async (choice = {}) => {
      const station = await openStation({ side: 'disconnected', media: ['PLANT-07'], ...choice });
      const { stateFolder, folder, media } = station;
      const environment = { AIRLOCK_HOME: stateFolder, HOME: stateFolder, PATH: process.env['PATH'] };
      return {
        ...station,
        pack: async (name) => {
          const source = await startDockerRegistry();
          try {
            await pushCargo(source.url);
            const { list } = await writeCargo(join(folder, 'cargo', name), source.host, name);
            return await packByCommand(list, join(media['PLANT-07'] ?? '', `${name}.airlock`), stateFolder);
          } finally {
            await source.close();
          }
        },
        verify: async (bundle) => {
          await runAirlock(['verify', bundle, '--json'], { environment });
        },
      };
    });
  },
});

const openHistory = (page: Page) => page.getByRole('button', { name: 'History', exact: true }).click();
const rows = (page: Page): Locator => page.getByRole('grid').locator('[aria-selected]');
const panel = (page: Page): Locator => page.getByRole('complementary');
const jobs = (page: Page): Locator => page.getByRole('grid', { name: 'Jobs' });

async function flipByte(bundle: string): Promise<void> {
  const digest = CONTENT.get('base/proxy:3.1')?.layers.at(-1)?.descriptor.digest ?? '';
  const path = join(bundle, 'blobs/sha256', digest.slice('sha256:'.length));
  const bytes = await readFile(path);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test('teaches before the first job, and shows what the command did without being asked', async ({
  records,
}) => {
  const { page, pack, verify } = await records();
  await openHistory(page);
  await expect(page.getByRole('heading', { name: 'No job has run on this machine yet' })).toBeVisible();
  const bundle = await pack('plant-1.0');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText('Sealed');
  await expect(panel(page).getByRole('list', { name: 'Fingerprint in eight words' })).toBeVisible();
  await verify(bundle);
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText('Intact');
  await expect(page.getByText('Kept on this machine. 2 receipts.')).toBeVisible();
});

test('is looked through, opened and left by keys alone', async ({ records }) => {
  const { page, pack, verify } = await records();
  const bundle = await pack('plant-1.0');
  await flipByte(bundle);
  await verify(bundle);
  await pack('other-2.0');
  await page.keyboard.press('Control+5');
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('/');
  await page.keyboard.type('plant-1.0 proxy');
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText('Damaged');
  await expect(rows(page).first()).toContainText(`${ITEM_COUNT - 1} of ${ITEM_COUNT}`);
  // Past desk and result to the list.
  for (let stop = 0; stop < 3; stop += 1) await page.keyboard.press('Tab');
  await expect(jobs(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(panel(page)).toContainText('Downloaded');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check of plant-1.0' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Damaged', exact: true })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Items of this job' })).toBeFocused();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('base/proxy:3.1');
  await page.keyboard.press('Escape');
  await expect(jobs(page)).toBeFocused();
  await expect(rows(page)).toHaveCount(2);
});

test('saves a receipt as the command keeps it, and as one page', async ({ records }) => {
  const station = await records();
  const { page, pack, stateFolder } = station;
  await pack('plant-1.0');
  await openHistory(page);
  await rows(page).first().dblclick();
  await expect(page.getByRole('heading', { name: 'Sealed', exact: true })).toBeVisible();
  await expect(page.getByText(`${ITEM_COUNT} items: ${ITEM_COUNT} done.`)).toBeVisible();
  const save = (form: RegExp) =>
    savedFile(station, async () => {
      await page.getByRole('button', { name: /^Save receipt…/ }).click();
      const dialog = page.getByRole('dialog');
      await tick(dialog.getByRole('radio', { name: form }));
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    });
  const { name, text } = await save(/JSON/);
  const job = /pack-receipt-(.+)\.json$/.exec(name)?.[1] ?? '';
  const kept = await readFile(join(stateFolder, 'receipts', `${job}.json`), 'utf8');
  expect(JSON.parse(text)).toEqual(JSON.parse(kept));
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const html = await save(/page/);
  expect(html.name).toMatch(/^plant-1\.0-pack-receipt-.*\.html$/);
  expect(html.text).toContain('Pack receipt: plant-1.0');
});

test('verifies a bundle again from its receipt, wherever the bundle lies by now', async ({ records }) => {
  const { page, pack, verify } = await records();
  await verify(await pack('plant-1.0'));
  await openHistory(page);
  await expect(rows(page).first()).toContainText('Intact');
  await page.getByRole('button', { name: 'Verify it again' }).click();
  await page.getByRole('button', { name: /^Check plant-1\.0/ }).click();
  await expect(page.getByRole('heading', { name: 'Intact', level: 2 })).toBeVisible();
  await openHistory(page);
  await expect(rows(page)).toHaveCount(3);
});

test('has an interrupted job on top, and goes on with it by one button', async ({ openStation }) => {
  const source: RunningRegistry = await startDockerRegistry();
  const folder = await mkdtemp(join(tmpdir(), 'airlock-e2e-'));
  try {
    await pushCargo(source.url);
    const { list } = await writeCargo(folder, source.host);
    const { page, enginePid } = await openStation({ side: 'connected', paths: [list] });
    const lock = page.getByRole('button', { name: `Lock ${ITEM_COUNT} items` });
    await expect(lock).toBeEnabled();
    // Held by the registry, so that there is something to interrupt.
    process.kill(source.pid, 'SIGSTOP');
    await lock.click();
    await openHistory(page);
    await expect(rows(page).first()).toContainText('Running');
    process.kill(await enginePid(), 'SIGKILL');
    await expect(rows(page).first()).toContainText('Not finished');
    process.kill(source.pid, 'SIGCONT');
    const actions = page.getByRole('group', { name: 'Actions' });
    await actions.getByRole('button', { name: /^Go on/ }).click();
    await expect(page.getByRole('button', { name: /^Choose destination/ })).toBeEnabled();
  } finally {
    await source.close();
    await rm(folder, { recursive: true, force: true });
  }
});

for (const theme of ['light', 'dark'] as const)
  test(`has nothing that axe finds wrong, ${theme}`, async ({ records }) => {
    const { page, pack, verify } = await records({ theme });
    await openHistory(page);
    await expect(page.getByRole('heading', { name: 'No job has run on this machine yet' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    const bundle = await pack('plant-1.0');
    await flipByte(bundle);
    await verify(bundle);
    await expect(rows(page)).toHaveCount(2);
    expect(await foundByAxe(page)).toEqual([]);
    await jobs(page).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Check of plant-1.0' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('tab', { name: /^Notes/ }).click();
    expect(await foundByAxe(page)).toEqual([]);
  });
