// The Pack desk on a real engine and a real registry: by mouse, by keys alone, over what goes wrong, held, stopped and found again.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { runAirlock } from '../support/run-airlock.ts';
import { startSlowFront } from '../support/slow-front.ts';
import type { SlowFront } from '../support/slow-front.ts';
import { IMAGES, ITEM_COUNT, pushCargo, writeCargo } from './cargo.ts';
import type { CargoFiles } from './cargo.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

interface Site extends OpenStation {
  /** As it stands in references; slow once it is told to be. */
  readonly host: string;
  readonly front: SlowFront;
  /** The registry itself, past the front. */
  readonly registryUrl: string;
  readonly cargo: CargoFiles;
  readonly medium: string;
}

interface PackFixtures {
  readonly site: (choice?: Partial<StationChoice>) => Promise<Site>;
}

const test = base.extend<PackFixtures>({
  site: async ({ openStation }, give) => {
    const registries: RunningRegistry[] = [];
    const fronts: SlowFront[] = [];
    await give(async (choice = {}) => {
      const registry = await startDockerRegistry();
      registries.push(registry);
      const front = await startSlowFront(registry.url);
      fronts.push(front);
      front.hurries = true;
      await pushCargo(registry.url);
      const station = await openStation({ side: 'connected', media: ['PLANT-07'], ...choice });
      const cargo = await writeCargo(join(station.folder, 'cargo'), front.host);
      const medium = station.media['PLANT-07'] ?? '';
      return { ...station, host: front.host, front, registryUrl: registry.url, cargo, medium };
    });
    for (const front of fronts) await front.close();
    for (const registry of registries) await registry.close();
  },
});

const primary = (page: Page): Locator => page.locator('[data-region=actions]').getByRole('button').last();
const field = (page: Page): Locator => page.getByRole('combobox', { name: 'Add to the contents' });
const sealed = (page: Page): Locator => page.getByRole('heading', { name: 'Packed and sealed', exact: true });

/** What Ctrl V does, without a clipboard that specs would share. */
async function paste(page: Page, text: string): Promise<void> {
  await field(page).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

const references = ({ host, cargo }: Site): string =>
  [...IMAGES.map((reference) => `${host}/${reference}`), cargo.chart, cargo.file].join('\n');

/** From what was pasted to the step where the place is chosen. */
async function lockAll(site: Site): Promise<void> {
  const { page } = site;
  await paste(page, references(site));
  await page.getByRole('button', { name: `Lock ${ITEM_COUNT} items` }).click();
  await page.getByRole('button', { name: 'Choose destination' }).click();
  await expect(page.getByRole('radio', { name: /^PLANT-07/ })).toBeChecked();
}

/** Two images of so many bytes that a pack of them can be watched through the slow front. Their references. */
async function pushSlow({ host, registryUrl }: Site): Promise<string[]> {
  const names = ['slow/one', 'slow/two'];
  for (const name of names)
    await pushContent(registryUrl, name, makeImage({ seed: name, layers: 2, layerSize: 20_000_000 }), '1');
  return names.map((name) => `${host}/${name}:1`);
}

async function openSlow(site: Site): Promise<void> {
  const { page, front } = site;
  await paste(page, (await pushSlow(site)).join('\n'));
  await page.getByRole('button', { name: 'Lock 2 items' }).click();
  await page.getByRole('button', { name: 'Choose destination' }).click();
  front.hurries = false;
  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(page.getByText('Downloading').first()).toBeVisible();
}

/** The name that a bundle has by itself says the day. */
async function soleBundle(medium: string): Promise<string> {
  const names = (await readdir(medium)).filter((name) => name.endsWith('.airlock'));
  expect(names).toHaveLength(1);
  return join(medium, names[0] ?? '');
}

test('packs images, a chart and a file by mouse, and the command finds the bundle whole', async ({
  site,
}) => {
  const plant = await site();
  const { page, medium, stateFolder } = plant;
  await lockAll(plant);
  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(sealed(page)).toBeVisible();

  const bundle = await soleBundle(medium);
  const ran = await runAirlock(['verify', bundle, '--json'], {
    environment: { AIRLOCK_HOME: join(stateFolder, 'other'), HOME: stateFolder, PATH: process.env['PATH'] },
  });
  expect(ran.code).toBe(0);
  const { items } = JSON.parse(ran.stdout) as { readonly items: readonly unknown[] };
  expect(items).toHaveLength(ITEM_COUNT);
  const words = await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').allTextContents();
  expect(words).toHaveLength(8);
  expect(await readFile(join(bundle, 'README.txt'), 'utf8')).not.toBe('');

  await page.getByRole('button', { name: 'Eject PLANT-07' }).click();
  await expect(page.getByText('PLANT-07 may be pulled out.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Pack another' }).click();
  await expect(page.getByText('Drop what shall go across')).toBeVisible();
});

test('packs by keys alone, from the first reference to the medium that may be pulled out', async ({
  site,
}) => {
  const plant = await site();
  const { page } = plant;
  const { keyboard } = page;
  await expect(field(page)).toBeFocused();
  for (const reference of references(plant).split('\n')) {
    await keyboard.type(reference);
    await keyboard.press('Enter');
    await expect(field(page)).toHaveValue('');
  }
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT} items`));
  await keyboard.press('Control+Enter');
  await expect(primary(page)).toHaveText(/^Choose destination/);
  await keyboard.press('Control+Enter');
  await expect(primary(page)).toHaveText(/^Pack to PLANT-07/);
  await keyboard.press('Control+Enter');
  await expect(sealed(page)).toBeVisible();
  await keyboard.press('Control+e');
  await expect(primary(page)).toHaveText(/^Pack another/);
});

test('leaves out, removes and takes back by keys, and keeps the list over a reload', async ({ site }) => {
  const plant = await site();
  const { page } = plant;
  await paste(page, references(plant));
  const grid = page.getByRole('grid', { name: 'Contents of the bundle' });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT - 1} items`));
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT - 2} items`));
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT} items`));
  await page.keyboard.press('/');
  await page.keyboard.type('web');
  await expect(grid.getByTitle(/team\/web/)).toBeVisible();
  await expect(grid.getByTitle(/team\/api/)).toHaveCount(0);
  await expect(page.getByText(/^Transfer list saved .* as transfer-/)).toBeVisible();
  await page.reload();
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT} items`));
});

test('keeps rows that were left out over a reload and another station, and every list of one name', async ({
  site,
}) => {
  const plant = await site();
  const { page, stateFolder } = plant;
  const lists = join(stateFolder, 'lists');
  const nameIt = async (): Promise<void> => {
    await page.getByTitle('Rename the bundle…').click();
    await page.getByRole('textbox', { name: 'Bundle name' }).fill('plant');
    await page.getByRole('button', { name: 'Rename it' }).click();
  };
  await paste(page, references(plant));
  await nameIt();
  await tick(page.getByRole('checkbox', { name: /team\/web.* goes across$/ }));
  await tick(page.getByRole('checkbox', { name: /team\/api.* goes across$/ }));
  // At once: nothing may hang on a page that stays open.
  await page.reload();
  await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT - 2} items`));
  await expect(page.getByRole('checkbox', { name: /team\/web.* goes across$/ })).not.toBeChecked();
  await tick(page.getByRole('checkbox', { name: /team\/web.* goes across$/ }));
  await expect(page.getByText(/^Transfer list saved .* as plant\.yaml$/)).toBeVisible();
  const first = await readFile(join(lists, 'plant.yaml'), 'utf8');
  expect(first).toContain('# left out, row 1: ');

  await page.getByRole('button', { name: 'Start anew' }).click();
  await field(page).fill(`${plant.host}/base/proxy:3.1`);
  await field(page).press('Enter');
  await nameIt();
  await expect(page.getByText(/^Transfer list saved .* as plant-2\.yaml$/)).toBeVisible();
  expect(await readFile(join(lists, 'plant.yaml'), 'utf8')).toBe(first);
  await page.getByRole('button', { name: 'Lock 1 item' }).click();
  await expect(page.getByText(/^Lock saved .* as plant-2\.lock\.json$/)).toBeVisible();

  // Two windows on one state folder are one.
  await plant.close();
  const other = await site({ stateFolder, paths: [join(lists, 'plant.yaml')] });
  await expect(primary(other.page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT - 1} items`));
  await expect(other.page.getByRole('checkbox', { name: /team\/api.* goes across$/ })).not.toBeChecked();
});

test('says of a wrong reference what is wrong, before and at its source, and mends it in its row', async ({
  site,
}) => {
  const { page, host } = await site();
  await paste(page, `${host}/team/api:1.4.0\n${host}/Team/web:2.0.1\n${host}/base/proxy:9`);
  await expect(primary(page)).toHaveText(/^Go to the item/);
  await page.keyboard.press('Control+Enter');
  const reference = page.getByRole('textbox', { name: 'Reference' });
  await reference.fill(`${host}/team/web:2.0.1`);
  await reference.press('Enter');
  await expect(primary(page)).toHaveText(/^Lock 3 items/);
  await primary(page).click();

  await expect(page.getByText(/base\/proxy:9 is not there\./)).toBeVisible();
  await expect(page.getByText(/^1 of 3 items could not be locked/)).toBeVisible();
  await reference.fill(`${host}/base/proxy:3.1`);
  await reference.press('Enter');
  await page.getByRole('button', { name: 'Lock 3 items again' }).click();
  await expect(primary(page)).toHaveText(/^Choose destination/);
});

test('opens a list, locks that very file, and writes another once it is changed', async ({ site }) => {
  const { page, cargo } = await site();
  const before = await readFile(cargo.list, 'utf8');
  await field(page).fill(cargo.list);
  await field(page).press('Enter');
  await expect(page.getByRole('heading', { name: 'plant-1.0' })).toBeVisible();
  await expect(page.getByText('plant-1.0.yaml, as it stands')).toBeVisible();
  await primary(page).click();
  await expect(page.getByText(/^Lock saved .* as plant-1.0.lock.json$/)).toBeVisible();
  expect(await readdir(join(cargo.list, '..'))).toContain('plant-1.0.lock.json');

  await tick(page.getByRole('radio', { name: 'Whole' }));
  await expect(primary(page)).toHaveText(/^Choose destination/);
  expect(await readFile(cargo.list, 'utf8')).toBe(before);
});

test('shows a lock that is given, and a medium that is too small for it, before the first byte', async ({
  site,
}) => {
  const plant = await site();
  const { page, medium, folder } = plant;
  await lockAll(plant);
  await page.getByRole('button', { name: 'Back' }).click();
  const lists = join(plant.stateFolder, 'lists');
  const [name = ''] = (await readdir(lists)).filter((each) => each.endsWith('.lock.json'));
  const lock = await readFile(join(lists, name), 'utf8');
  const huge = join(folder, 'huge.lock.json');
  const document = JSON.parse(lock) as { blobs: { size: number }[] };
  const [first] = document.blobs;
  if (first !== undefined) first.size = 2 ** 50;
  await writeFile(huge, JSON.stringify(document));
  await page.getByRole('button', { name: 'Contents' }).click();
  await field(page).fill(huge);
  await field(page).press('Enter');
  await page.getByRole('button', { name: 'Choose destination' }).click();
  await tick(page.getByRole('radio', { name: /^PLANT-07/ }));
  await expect(page.getByText(/^Too small by/).first()).toBeVisible();
  await expect(primary(page)).toHaveText(/^Choose a folder…/);
  expect(await readdir(medium)).toEqual([]);
});

test('ejects the medium by itself when it is told so beforehand, and has one name for the bundle', async ({
  site,
}) => {
  const plant = await site();
  const { page, medium } = plant;
  await lockAll(plant);
  await page.getByRole('textbox', { name: 'Bundle name' }).fill('plant-north');
  await tick(page.getByRole('checkbox', { name: 'Eject the medium' }));
  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(sealed(page)).toBeVisible();
  await expect(page.getByText('PLANT-07 may be pulled out.').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'plant-north', exact: true })).toHaveCount(2);
  await expect(primary(page)).toHaveText(/^Pack another/);
  expect(await readdir(medium)).toEqual(['plant-north.airlock']);
});

test('leaves alone what has the name already, and packs under another', async ({ site }) => {
  const plant = await site();
  const { page, medium } = plant;
  await lockAll(plant);
  const name = await page.getByRole('textbox', { name: 'Bundle name' }).inputValue();
  await mkdir(join(medium, `${name}.airlock`));
  await writeFile(join(medium, `${name}.airlock`, 'mine.txt'), 'mine');
  await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
  await expect(primary(page)).toHaveText(/^Pack as/);
  await primary(page).click();
  await expect(sealed(page)).toBeVisible();
  expect(await readFile(join(medium, `${name}.airlock`, 'mine.txt'), 'utf8')).toBe('mine');
  expect(await readdir(medium)).toHaveLength(2);
});

test('says that a medium found no room, and packs to another', async ({ site }) => {
  const media = await mkdtemp(join(tmpdir(), 'airlock-media-'));
  const [full, other] = [join(media, 'FULL'), join(media, 'OTHER')];
  await mkdir(full);
  await mkdir(other);
  try {
    const plant = await site({
      environment: {
        AIRLOCK_MEDIA: `${full}:${other}`,
        FAULTY_DISK: full,
        FAULTY_CODE: 'ENOSPC',
        NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/faulty-disk.mjs')}`,
      },
    });
    const { page } = plant;
    await paste(page, references(plant));
    await primary(page).click();
    await page.getByRole('button', { name: 'Choose destination' }).click();
    await tick(page.getByRole('radio', { name: /^FULL/ }));
    await page.getByRole('button', { name: 'Pack to FULL' }).click();
    await expect(page.getByText(/no room left/).first()).toBeVisible();
    await page.getByRole('button', { name: 'Choose another place' }).click();
    await tick(page.getByRole('radio', { name: /^OTHER/ }));
    await page.getByRole('button', { name: 'Pack to OTHER' }).click();
    await expect(sealed(page)).toBeVisible();
    expect(await readdir(full)).toEqual([]);
  } finally {
    await rm(media, { recursive: true, force: true });
  }
});

test('holds, goes on and stops, each within a second, and goes on after it was stopped', async ({ site }) => {
  const plant = await site();
  const { page, front, medium } = plant;
  await openSlow(plant);
  const within = async (act: () => Promise<void>, seen: Locator): Promise<void> => {
    const before = Date.now();
    await act();
    await expect(seen).toBeVisible({ timeout: 1000 });
    expect(Date.now() - before).toBeLessThan(1000);
  };
  await within(
    () => page.keyboard.press('Control+p'),
    page.getByText('Held. Nothing moves until you go on.'),
  );
  await within(() => page.keyboard.press('Control+p'), page.getByText('Downloading').first());
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await expect(page.getByRole('button', { name: 'Go on packing' })).toBeFocused();
  await within(
    () => page.getByRole('button', { name: 'Stop', exact: true }).click(),
    page.getByRole('heading', { name: 'Stopped' }),
  );
  expect((await readdir(medium)).filter((name) => name.endsWith('.airlock'))).toEqual([]);
  front.hurries = true;
  await primary(page).click();
  await expect(sealed(page)).toBeVisible();
});

test('keeps its lock over a reload, without asking the sources again, until the contents change', async ({
  site,
}) => {
  const plant = await site();
  const { page, front } = plant;
  await paste(page, references(plant));
  await primary(page).click();
  await expect(page.getByRole('button', { name: 'Choose destination' })).toBeVisible();
  await front.close();
  await page.reload();
  await page.getByRole('button', { name: 'Choose destination' }).click();
  await expect(page.getByRole('button', { name: 'Pack to PLANT-07' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Choose destination' })).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('grid', { name: 'Contents of the bundle' }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: `Lock ${ITEM_COUNT - 1} items` })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: `Lock ${ITEM_COUNT - 1} items` })).toBeVisible();
});

test('is found again by a page that is loaded anew, while it runs and when it is done', async ({ site }) => {
  const plant = await site();
  const { page, front } = plant;
  await openSlow(plant);
  await page.reload();
  await expect(page.getByText('Downloading').first()).toBeVisible();
  front.hurries = true;
  await expect(sealed(page)).toBeVisible();
  await page.reload();
  await expect(sealed(page)).toBeVisible();
});

test('says that its engine is gone, and finishes the bundle by one button', async ({ site }) => {
  const plant = await site();
  const { page, front } = plant;
  await openSlow(plant);
  process.kill(await plant.enginePid(), 'SIGKILL');
  await expect(page.getByText('Packing was interrupted').first()).toBeVisible();
  front.hurries = true;
  await primary(page).click();
  await expect(sealed(page)).toBeVisible();
});

test('says that the medium was pulled out, and goes on when it is back', async ({ site }) => {
  const plant = await site();
  const { page, front, medium } = plant;
  await openSlow(plant);
  await rm(medium, { recursive: true });
  front.hurries = true;
  await expect(page.getByText('The medium is not there any more')).toBeVisible();
  await mkdir(medium);
  await primary(page).click();
  await expect(sealed(page)).toBeVisible();
});

/** Rule by rule, with the first element that it found. */
async function foundByAxe(page: Page): Promise<string[]> {
  // Colours move for 80 ms, and a colour on its way is none of the design's.
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .join(' ')
        .slice(0, 300)}`,
  );
}

for (const theme of ['light', 'dark'] as const)
  test(`has no step on which axe finds anything (${theme})`, async ({ site }) => {
    const plant = await site({ theme });
    const { page, host, front, medium } = plant;
    await expect(page.getByText('Drop what shall go across')).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    const slow = await pushSlow(plant);
    await paste(page, [references(plant), ...slow, `${host}/Team/web:1`, `${host}/team/none:1`].join('\n'));
    await expect(page.getByRole('textbox', { name: 'Reference' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove' }).click();
    await primary(page).click();
    await expect(page.getByText(/team\/none:1 is not there\./)).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Leave it out' }).click();
    await primary(page).click();
    await expect(primary(page)).toHaveText(/^Choose destination/);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    expect(await foundByAxe(page)).toEqual([]);
    await primary(page).click();
    await expect(primary(page)).toHaveText(/^Pack to PLANT-07/);
    expect(await foundByAxe(page)).toEqual([]);
    front.hurries = false;
    await primary(page).click();
    await expect(page.getByText('Downloading').first()).toBeVisible();
    // Held, so that nothing ends while it is looked at.
    await page.keyboard.press('Control+p');
    await expect(primary(page)).toHaveText(/^Go on/);
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel…' }).click();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Stopped' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    front.hurries = true;
    await primary(page).click();
    await expect(sealed(page)).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    expect(await soleBundle(medium)).toContain(medium);
  });

test('a tag that moved since the last lock is told, and the old digest can be kept', async ({ site }) => {
  const plant = await site();
  const { page, host, registryUrl } = plant;
  const push = (seed: string) => pushContent(registryUrl, 'moves/app', makeImage({ seed }), '1');
  const [old, now] = [makeImage({ seed: 'moves-old' }), makeImage({ seed: 'moves-new' })];
  await push('moves-old');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(`${host}/moves/app:1`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Lock 1 item' }).click();
  await expect(page.getByText(old.root.digest.slice(7, 19))).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await push('moves-new');
  await page.getByRole('button', { name: 'Lock 1 item' }).click();
  await expect(page.getByText(/^Same tag, other bytes: it was/)).toContainText(old.root.digest.slice(7, 19));
  await expect(page.getByText(now.root.digest.slice(7, 19))).toBeVisible();
  await expect(
    page.getByRole('radio', { name: /^Moved/ }).or(page.getByRole('tab', { name: /^Moved/ })),
  ).toBeVisible();

  await page.getByRole('button', { name: 'Keep the old digest' }).click();
  await expect(page.getByText(/^Same tag, other bytes/)).toBeHidden();
  await expect(primary(page)).toHaveText(/^Choose destination/);
  await expect(page.getByText(old.root.digest.slice(7, 19), { exact: true })).toBeVisible();
});
