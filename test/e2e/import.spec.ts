// The Import desk on a real engine and a real registry: by mouse, by keys alone, over conflicts, and over what goes wrong.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { pullContent, pushContent } from '../support/plain-client.ts';
import { makeImage } from '../support/make-content.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RegistryOptions, RunningRegistry } from '../support/programs.ts';
import { CONTENT, ITEM_COUNT, packByCommand, pushCargo, writeCargo } from './cargo.ts';
import { expect, test as base } from './station.ts';
import { tick } from './tick.ts';

interface Plant {
  /** The bundle's path, on the medium PLANT-07. */
  readonly bundle: string;
  readonly page: Page;
  readonly target: RunningRegistry;
  readonly enginePid: () => Promise<number>;
}

interface ImportFixtures {
  readonly plant: (options?: {
    readonly target?: RegistryOptions;
    /** Before the station is opened. */
    readonly spoil?: (bundle: string) => Promise<void>;
  }) => Promise<Plant>;
}

const test = base.extend<ImportFixtures>({
  plant: async ({ openStation }, give) => {
    const running: RunningRegistry[] = [];
    await give(async ({ target: options = {}, spoil } = {}) => {
      const source = await startDockerRegistry();
      const target = await startDockerRegistry(options);
      running.push(source, target);
      await pushCargo(source.url);
      const station = await openStation({ side: 'disconnected', media: ['PLANT-07'] });
      const medium = station.media['PLANT-07'] ?? '';
      const { list } = await writeCargo(join(station.folder, 'cargo'), source.host);
      const bundle = await packByCommand(
        list,
        join(medium, 'plant-1.0.airlock'),
        join(station.folder, 'packer'),
      );
      await spoil?.(bundle);
      return { bundle, page: station.page, target, enginePid: () => station.enginePid() };
    });
    for (const registry of running) await registry.close();
  },
});

async function chooseBundle(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await tick(page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }));
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
}

async function fillTarget(page: Page, host: string): Promise<void> {
  await page.getByLabel('Registry').fill(host);
  await page.getByLabel('Prefix').fill('team-a');
  await page.keyboard.press('Escape');
}

test('imports images, a chart and a file by mouse, and says what arrived', async ({ plant }) => {
  const { page, target } = await plant();
  await chooseBundle(page);
  await fillTarget(page, target.host);
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await expect(page.getByText('Permission')).toBeVisible();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  for (const [reference, image] of CONTENT) {
    const [repository = '', tag = ''] = reference.split(':');
    const there = await pullContent(target.url, `team-a/${repository}`, tag);
    expect(there.root.digest).toBe(image.root.digest);
  }
  await page.getByRole('button', { name: 'Import another' }).click();
  await expect(page.getByRole('button', { name: 'Browse…' })).toBeVisible();
});

test('imports by keys alone', async ({ plant }) => {
  const { page, target } = await plant();
  // In the web station a browser may keep Ctrl 3 for itself: G takes its place.
  await page.keyboard.press('Control+3');
  await page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByLabel('Registry')).toBeFocused();
  await page.keyboard.type(target.host);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Choose names', exact: true })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: `Import ${ITEM_COUNT} items` })).toBeEnabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
});

test('marks a tag that names something else, and lets it be kept, moved or passed by', async ({ plant }) => {
  const { page, target } = await plant();
  const other = makeImage({ seed: 'somebody else' });
  for (const [repository, tag] of [
    ['team-a/team/api', '1.4.0'],
    ['team-a/team/web', '2.0.1'],
    ['team-a/base/proxy', '3.1'],
  ] as const)
    await pushContent(target.url, repository, other, tag);
  await chooseBundle(page);
  await fillTarget(page, target.host);
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await expect(page.getByText('Settle 3 conflicts first.')).toBeVisible();
  // Kept, moved, and given another name.
  await page.getByRole('button', { name: 'Keep theirs, skip' }).first().click();
  await page.getByRole('button', { name: 'Overwrite' }).first().click();
  await page.getByRole('button', { name: 'Give it another name…' }).first().click();
  await page.getByRole('textbox', { name: /^Name of / }).fill('elsewhere/app:9');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Import \d+ items$/ })).toBeEnabled();
  await page.getByRole('button', { name: /^Import \d+ items$/ }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  const tags = await (await fetch(`${target.url}/v2/team-a/elsewhere/app/tags/list`)).json();
  expect(tags).toMatchObject({ tags: ['9'] });
});

test('tells name, certificate, login and permission apart', async ({ plant }) => {
  const { page, target } = await plant({ target: { htpasswd: { robot: 'right' } } });
  await chooseBundle(page);
  await page.getByLabel('Registry').fill('registry.airlock.invalid');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Test registry.airlock.invalid' }).click();
  await expect(page.getByText('There is no host of this name')).toBeVisible();
  await page.getByLabel('Registry').fill('127.0.0.1:9');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Test 127.0.0.1:9' }).click();
  await expect(page.getByText('The host does not answer')).toBeVisible();
  await fillTarget(page, target.host);
  await page.getByLabel('User').fill('robot');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await expect(page.getByText('The login was not accepted')).toBeVisible();
  await page.getByLabel('Password').fill('right');
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
});

test('refuses a bundle that is not whole before a byte leaves, and says what to do', async ({ plant }) => {
  const { page, target } = await plant({
    spoil: async (bundle) => {
      const [, layer = ''] = [...(CONTENT.get('base/proxy:3.1')?.blobs.keys() ?? [])];
      await rm(join(bundle, 'blobs/sha256', layer.slice(7)));
    },
  });
  await chooseBundle(page);
  await expect(page.getByRole('alert').getByText('The bundle is not whole')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check it again' })).toBeVisible();
  await page.getByRole('button', { name: 'Technical details' }).click();
  await expect(page.getByRole('button', { name: 'Copy', exact: true })).toBeVisible();
  const catalog: unknown = await (await fetch(`${target.url}/v2/_catalog`)).json();
  expect(catalog).toEqual({ repositories: [] });
});

test('fails the items of a blob that was changed, sends the others, and keeps the receipt', async ({
  plant,
}) => {
  const { page, target } = await plant({
    spoil: async (bundle) => {
      const digest = CONTENT.get('base/proxy:3.1')?.root.digest ?? '';
      const manifest = JSON.parse(await readFile(join(bundle, 'blobs/sha256', digest.slice(7)), 'utf8')) as {
        layers: { digest: string }[];
      };
      const layer = join(bundle, 'blobs/sha256', manifest.layers.at(-1)?.digest.slice(7) ?? '');
      const bytes = await readFile(layer);
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      await writeFile(layer, bytes);
    },
  });
  await chooseBundle(page);
  await fillTarget(page, target.host);
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
  await expect(page.getByRole('heading', { name: '4 items imported, 1 failed' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try 1 item again' })).toBeVisible();
});

test('says that the engine stopped, and finishes the import by one button', async ({ plant }) => {
  const { page, target, enginePid, bundle } = await plant();
  await chooseBundle(page);
  await fillTarget(page, target.host);
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  const start = page.getByRole('button', { name: `Import ${ITEM_COUNT} items` });
  await expect(start).toBeEnabled();
  const pid = await enginePid();
  // Held by the registry, so that there is something to interrupt.
  process.kill(target.pid, 'SIGSTOP');
  await start.click();
  await expect(page.getByRole('button', { name: 'Cancel…' })).toBeVisible();
  process.kill(pid, 'SIGKILL');
  await expect(page.getByRole('heading', { name: 'Interrupted' })).toBeVisible();
  process.kill(target.pid, 'SIGCONT');
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  expect((await readdir(bundle)).toSorted()).toContain('SHA256SUMS');
});
