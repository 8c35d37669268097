// What every screen owes to those who use it by keys or by ear: names, an order, a focus that is seen and comes back, and few words.
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { startSlowFront } from '../support/slow-front.ts';
import { ITEM_COUNT, packByCommand, pushCargo, writeCargo } from './cargo.ts';
import { foundByAxe } from './found-by-axe.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

interface Plant extends OpenStation {
  readonly source: RunningRegistry;
  readonly target: RunningRegistry;
}

interface PlantFixtures {
  /** A station whose medium holds a bundle, a registry that the bundle came from and one that takes it. */
  readonly plant: (choice?: Partial<StationChoice>) => Promise<Plant>;
}

const test = base.extend<PlantFixtures>({
  plant: async ({ openStation }, give) => {
    const running: RunningRegistry[] = [];
    await give(async (choice = {}) => {
      const [source, target] = [await startDockerRegistry(), await startDockerRegistry()];
      running.push(source, target);
      await pushCargo(source.url);
      const station = await openStation({ side: 'disconnected', media: ['PLANT-07'], ...choice });
      const { list } = await writeCargo(join(station.folder, 'cargo'), source.host);
      const bundle = join(station.media['PLANT-07'] ?? '', 'plant-1.0.airlock');
      await packByCommand(list, bundle, join(station.folder, 'packer'));
      return { ...station, source, target };
    });
    for (const registry of running) await registry.close();
  },
});

const DESKS = ['Pack', 'Verify', 'Import', 'Serve', 'History', 'Settings'] as const;
/** A desk's own piece of the program is loaded when it is first gone to. */
const go = async (page: Page, desk: string): Promise<void> => {
  await page.getByRole('navigation').getByRole('button', { name: desk, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
};
const medium = (page: Page): Locator => page.getByRole('radio', { name: 'plant-1.0 on PLANT-07' });

async function throughImport(
  { page, target }: Plant,
  look: (screen: string) => Promise<void>,
): Promise<void> {
  await go(page, 'Import');
  await tick(medium(page));
  await look('bundle');
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await page.getByLabel('Registry').fill('127.0.0.1:9');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Test 127.0.0.1:9' }).click();
  await expect(page.getByText('The host does not answer')).toBeVisible();
  await look('target that does not answer');
  await page.getByLabel('Registry').fill(target.host);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: `Test ${target.host}` }).click();
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await expect(page.getByRole('button', { name: `Import ${ITEM_COUNT} items` })).toBeEnabled();
  await look('mapping');
  await page.getByRole('button', { name: `Import ${ITEM_COUNT} items` }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  await look('done');
}

for (const theme of ['light', 'dark'] as const)
  test(`shows nothing that axe finds wrong at first start, in Import and in what lies over screens (${theme})`, async ({
    plant,
    openStation,
  }) => {
    const first = await openStation({ side: null, settings: { ...DEFAULT_SETTINGS, theme } });
    await expect(first.page.getByRole('radio').first()).toBeVisible();
    expect(await foundByAxe(first.page)).toEqual([]);

    const opened = await plant({ theme });
    const { page } = opened;
    for (const desk of DESKS) {
      await go(page, desk);
      expect(await foundByAxe(page), desk).toEqual([]);
    }
    await throughImport(opened, async (screen) => expect(await foundByAxe(page), screen).toEqual([]));
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'All shortcuts' })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
  });

test('shows nothing that axe finds wrong in high contrast, at work and done', async ({ plant }) => {
  const opened = await plant({ theme: 'contrast' });
  const { page } = opened;
  await throughImport(opened, async (screen) => expect(await foundByAxe(page), screen).toEqual([]));
  await go(page, 'Verify');
  await tick(medium(page));
  await page.getByRole('button', { name: 'Check plant-1.0' }).click();
  await expect(page.getByRole('heading', { name: 'Intact' })).toBeVisible();
  expect(await foundByAxe(page)).toEqual([]);
  await go(page, 'Settings');
  expect(await foundByAxe(page)).toEqual([]);
});

/** What the focus is on: its name as axe would read it, and whether a ring is drawn for it. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
    const by = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id));
    const name = [
      element.getAttribute('aria-label'),
      ...by.map((label) => label?.textContent),
      ...labels.map(({ textContent }) => textContent),
      element.textContent,
      element.title,
    ].find((text) => text !== null && text !== undefined && text.trim() !== '');
    // Parts draw the ring on a frame around what has the focus, or over it.
    const rings: string[] = [];
    for (let at: HTMLElement | null = element; at !== null && rings.length < 4; at = at.parentElement)
      for (const pseudo of [null, '::before', '::after']) {
        const { outlineStyle, outlineWidth, content } = getComputedStyle(at, pseudo);
        if ((pseudo === null || content !== 'none') && outlineStyle !== 'none') rings.push(outlineWidth);
      }
    const next = element.nextElementSibling;
    if (next !== null && getComputedStyle(next).outlineStyle !== 'none') rings.push('sibling');
    const { x, y, width, height } = element.getBoundingClientRect();
    return {
      html: element.outerHTML.slice(0, 160),
      name: name?.trim() ?? '',
      hasRing: rings.length > 0,
      at: [x, y, width, height].map(Math.round).join(),
    };
  });
}

/** Everything that Tab comes to, once around. */
async function walk(page: Page) {
  const seen = new Map<string, NonNullable<Awaited<ReturnType<typeof focused>>>>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let steps = 0; steps < 120; steps++) {
    await page.keyboard.press('Tab');
    const found = await focused(page);
    // At the end it goes out of the page, and comes in again at the beginning.
    if (found === null) continue;
    const key = `${found.html} ${found.at}`;
    if (seen.has(key)) break;
    seen.set(key, found);
  }
  return [...seen.values()];
}

test('comes to every control by Tab, each with a name and a ring that is seen', async ({ plant }) => {
  const { page } = await plant();
  for (const desk of DESKS) {
    await go(page, desk);
    const stops = await walk(page);
    expect(
      stops.filter(({ name }) => name === '').map(({ html }) => html),
      desk,
    ).toEqual([]);
    expect(
      stops.filter(({ hasRing }) => !hasRing).map(({ html }) => html),
      desk,
    ).toEqual([]);
    const names = stops.map(({ name }) => name);
    // One tab stop is enough for a group of radios and a table; every button and field has its own.
    const controls = await page
      .locator('button:visible:enabled, input:visible:enabled, [role=grid]:visible')
      .evaluateAll((all) =>
        all
          .filter(
            (one) => one instanceof HTMLElement && one.tabIndex >= 0 && one.getAttribute('type') !== 'radio',
          )
          .filter((one) => one.closest('[role=grid] [role=row], [aria-hidden=true], [hidden]') === null)
          .map((one) => one.outerHTML.slice(0, 160)),
      );
    const reached = stops.map(({ html }) => html.replace(/ data-focus[a-z-]*="true"/g, ''));
    const missed = controls.filter(
      (html) =>
        !reached.some(
          (one) => one.slice(0, 60) === html.replace(/ data-focus[a-z-]*="true"/g, '').slice(0, 60),
        ),
    );
    expect(missed, `${desk}: ${names.join(', ')}`).toEqual([]);
  }
});

test('goes from region to region by F6, there and back', async ({ plant }) => {
  const { page } = await plant();
  await go(page, 'Verify');
  const region = () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region']);
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-region=strip]')?.focus());
  const order: (string | undefined)[] = [];
  for (let steps = 0; steps < 6; steps++) {
    order.push(await region());
    await page.keyboard.press('F6');
  }
  expect(order).toEqual(['strip', 'rail', 'head', 'work', 'actions', 'panel']);
  expect(await region()).toBe('strip');
  await page.keyboard.press('Shift+F6');
  expect(await region()).toBe('panel');
});

test('gives the focus back when a dialog is closed', async ({ plant, host }) => {
  const { page } = await plant();
  await go(page, 'Verify');
  const browse = page.getByRole('button', { name: 'Browse…' }).first();
  const dialogs = [
    ['Control+k', 'Commands'],
    ['?', 'All shortcuts'],
    // In a window the system shows its own.
    ...(host === 'web' ? [['Enter', 'Choose a bundle'] as const] : []),
  ] as const;
  for (const [open, name] of dialogs) {
    await browse.focus();
    await page.keyboard.press(open);
    await expect(page.getByRole('dialog', { name })).toBeVisible();
    // The focus stays within what lies over the screen.
    for (let steps = 0; steps < 12; steps++) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(browse).toBeFocused();
  }
});

test('says stages, outcomes and pauses aloud, and never a tick', async ({ plant }) => {
  const { page, source } = await plant({ side: 'connected' });
  const front = await startSlowFront(source.url);
  try {
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
    const heard = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    await page.evaluate(() => {
      const texts: string[] = [];
      Object.assign(globalThis, { heard: texts });
      const region = document.querySelector('[role=status][aria-live=polite]');
      if (region === null) throw new Error('no live region');
      new MutationObserver(() => texts.push(region.textContent ?? '')).observe(region, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    expect(await page.locator('[aria-live=polite], [aria-live=assertive]').count()).toBe(1);
    front.hurries = true;
    const large = ['large/one:1', 'large/two:1'];
    for (const reference of large)
      await pushContent(
        source.url,
        reference.slice(0, -2),
        makeImage({ seed: reference, layerSize: 5_000_000 }),
        '1',
      );
    const field = page.getByRole('combobox', { name: 'Add to the contents' });
    for (const reference of large) {
      await field.fill(`${front.host}/${reference}`);
      await field.press('Enter');
      await expect(field).toHaveValue('');
    }
    await page.getByRole('button', { name: 'Lock 2 items' }).click();
    await page.getByRole('button', { name: 'Choose destination' }).click();
    front.hurries = false;
    await page.getByRole('button', { name: 'Pack to PLANT-07' }).click();
    await expect(page.getByText('Downloading').first()).toBeVisible();
    await page.keyboard.press('Control+p');
    await expect(page.getByText('Held. Nothing moves until you go on.')).toBeVisible();
    await page.keyboard.press('Control+p');
    await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
    const texts = (await heard()).filter((text) => text !== '');
    expect(texts.join('\n')).toMatch(/download and check/);
    expect(texts.join('\n')).toMatch(/[Hh]eld|[Pp]aused/);
    expect(texts.join('\n')).toMatch(/[Pp]acked|[Ss]ealed|[Dd]one/);
    expect(texts.filter((text) => /\d+ ?%|[kM]B\/s|\bleft\b/.test(text))).toEqual([]);
    expect(texts.length).toBeLessThan(20);
  } finally {
    await front.close();
  }
});
