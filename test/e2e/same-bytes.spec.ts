// One lock, packed by the command, at the web station and in the window: the same bytes and the same accounts (FORMAT §4, §7).
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Receipt } from '../../shared/format/receipt.ts';
import { startDockerRegistry } from '../support/programs.ts';
import { runAirlock } from '../support/run-airlock.ts';
import { ITEM_COUNT, pushCargo, writeCargo } from './cargo.ts';
import { expect, test } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

const EPOCH = { SOURCE_DATE_EPOCH: '1767225600' };

/** Every file of a bundle by its path. */
async function filesOf(bundle: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(bundle.length), (await readFile(path)).toString('base64')] as const;
      }),
    ),
  );
}

/**
 * A receipt without what belongs to its one run: when, under which name, and where to. Bytes that items share count for the one
 * that came first with them, so only their sum is told.
 */
function account(receipt: Receipt, place: string): unknown {
  const { job: _job, started: _started, ended: _ended, ...all } = receipt;
  const rest = { ...all, items: all.items.map(({ bytes: _bytes, ...item }) => item) };
  return JSON.parse(JSON.stringify(rest).replaceAll(place, 'PLACE'));
}

/** What each desk left. Jobs of one second have names in no certain order. */
async function receiptsOf(stateFolder: string): Promise<ReadonlyMap<Receipt['desk'], Receipt>> {
  const folder = join(stateFolder, 'receipts');
  const receipts = await Promise.all(
    (await readdir(folder)).map(
      async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Receipt,
    ),
  );
  expect(receipts.filter(({ desk }) => desk === 'pack' || desk === 'import')).toHaveLength(2);
  return new Map(receipts.map((receipt) => [receipt.desk, receipt]));
}

async function packAtStation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Choose destination' }).click();
  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(page.getByRole('heading', { name: 'Packed and sealed' })).toBeVisible();
}

async function importAtStation(page: Page, target: string): Promise<void> {
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await tick(page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }));
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await page.getByLabel('Registry').fill(target);
  await page.getByLabel('Prefix').fill('team-a');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: `Test ${target}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
}

test('packs and imports one lock to the same bytes and the same accounts as the command', async ({
  openStation,
}) => {
  const source = await startDockerRegistry();
  const targets = [await startDockerRegistry(), await startDockerRegistry()] as const;
  try {
    await pushCargo(source.url);
    await compare(openStation, source.host, [targets[0].host, targets[1].host]);
  } finally {
    for (const registry of [source, ...targets]) await registry.close();
  }
});

async function compare(
  openStation: (choice: StationChoice) => Promise<OpenStation>,
  source: string,
  targets: readonly [string, string],
): Promise<void> {
  const before = await openStation({ side: 'connected' });
  const commandState = join(before.folder, 'command');
  const environment = {
    ...EPOCH,
    AIRLOCK_HOME: commandState,
    HOME: before.folder,
    PATH: process.env['PATH'],
  };
  const { list } = await writeCargo(join(before.folder, 'cargo'), source);
  const lock = join(before.folder, 'cargo', 'plant-1.0.lock.json');
  expect(await runAirlock(['lock', list], { environment })).toMatchObject({ code: 0 });

  const byCommand = join(before.folder, 'plant-1.0.airlock');
  expect(await runAirlock(['pack', lock, '-o', byCommand], { environment })).toMatchObject({ code: 0 });
  const to = `${targets[0]}/team-a`;
  expect(await runAirlock(['import', byCommand, '--to', to], { environment })).toMatchObject({ code: 0 });

  const station = await openStation({
    side: 'connected',
    media: ['PLANT-07'],
    paths: [lock],
    environment: EPOCH,
  });
  const medium = station.media['PLANT-07'] ?? '';
  await packAtStation(station.page);
  const byStation = join(medium, 'plant-1.0.airlock');
  expect(await filesOf(byStation)).toEqual(await filesOf(byCommand));

  await importAtStation(station.page, targets[1]);
  const ours = await receiptsOf(station.stateFolder);
  const theirs = await receiptsOf(commandState);
  for (const desk of ['pack', 'import'] as const) {
    const told = (receipt: Receipt | undefined, target: string, place: string) =>
      receipt && account(JSON.parse(JSON.stringify(receipt).replaceAll(target, 'TARGET')) as Receipt, place);
    expect(told(ours.get(desk), targets[1], byStation)).toEqual(
      told(theirs.get(desk), targets[0], byCommand),
    );
  }
}
