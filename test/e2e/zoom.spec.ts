// Small windows and 200 % zoom: nothing is out of reach, from the first reference to the last item imported.
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startDockerRegistry } from '../support/programs.ts';
import { IMAGES, ITEM_COUNT, pushCargo, writeCargo } from './cargo.ts';
import { expect, test } from './station.ts';
import { tick } from './tick.ts';

const SIZES = {
  '1024x700': { width: 1024, height: 700 },
  // What is left of 1280x800 at 200 %.
  '640x400': { width: 640, height: 400 },
} as const;

const primary = (page: Page): Locator => page.locator('[data-region=actions]').getByRole('button').last();

/** Controls that the edge of the window cuts and that nothing can be scrolled to show. */
async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { overflowX } = getComputedStyle(at);
        if (['auto', 'scroll'].includes(overflowX) && at.scrollWidth > at.clientWidth) return true;
      }
      return false;
    };
    return [...document.querySelectorAll<HTMLElement>('button, input, select, a[href], [role=tab]')]
      .filter((element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        // What only who hears the screen meets is a pixel wide.
        const isSeen =
          width > 1 &&
          height > 1 &&
          element.checkVisibility({ visibilityProperty: true }) &&
          element.closest('[aria-hidden=true]') === null;
        return isSeen && (left < -0.5 || right > innerWidth + 0.5) && !scrolls(element);
      })
      .map((element) => `${element.tagName} ${element.ariaLabel ?? element.textContent}`);
  });
}

async function expectInReach(page: Page, screen: string): Promise<void> {
  await expect(primary(page), screen).toBeInViewport({ ratio: 0.99 });
  expect(await cutOff(page), screen).toEqual([]);
  const { width, height, seen } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
    seen: { width: innerWidth, height: innerHeight },
  }));
  expect(width, `${screen}: the page itself scrolls sideways`).toBeLessThanOrEqual(seen.width);
  // Below 1000 the page scrolls as one; above, what is long scrolls within it.
  if (seen.width > 1000)
    expect(height, `${screen}: the page itself scrolls`).toBeLessThanOrEqual(seen.height);
  // A table that is wider than its place is scrolled within it.
  for (const grid of await page.getByRole('grid').all()) {
    const { scroll, client, overflow } = await grid.evaluate((element) => ({
      scroll: element.scrollWidth,
      client: element.clientWidth,
      overflow: getComputedStyle(element).overflowX,
    }));
    expect(client, `${screen}: its table has room`).toBeGreaterThan(120);
    if (scroll > client) expect(overflow, screen).toBe('auto');
  }
}

/** The bundle beside the work is folded away; B opens it over the work, and folds it again. */
async function expectPanel(page: Page, term: string): Promise<void> {
  const fact = page.locator('[data-region=panel]').getByText(term, { exact: true }).first();
  await expect(fact).toBeHidden();
  await page.locator('[data-region=work]').focus();
  await page.keyboard.press('b');
  await expect(fact).toBeInViewport();
  await page.keyboard.press('b');
  await expect(fact).toBeHidden();
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`packs and imports in ${size}, with everything in reach`, async ({ openStation }) => {
    const [source, target] = [await startDockerRegistry(), await startDockerRegistry()];
    try {
      await pushCargo(source.url);
      const packing = await openStation({ side: 'connected', media: ['PLANT-07'], viewport });
      const { page } = packing;
      await expect(page.getByText('Drop what shall go across')).toBeVisible();
      await expectInReach(page, 'empty contents');
      const cargo = await writeCargo(join(packing.folder, 'cargo'), source.host);
      const field = page.getByRole('combobox', { name: 'Add to the contents' });
      await field.fill(cargo.list);
      await field.press('Enter');
      await expect(primary(page)).toHaveText(new RegExp(`^Lock ${ITEM_COUNT} items`));
      await expect(page.getByText(IMAGES[0].split('/')[1]?.split(':')[0] ?? '').first()).toBeVisible();
      await expectInReach(page, 'contents');
      await expectPanel(page, 'Images');
      await primary(page).click();
      await expect(primary(page)).toHaveText(/^Choose destination/);
      await expectInReach(page, 'lock');
      await primary(page).click();
      await expect(primary(page)).toHaveText(/^Pack to PLANT-07/);
      await expectInReach(page, 'destination');
      await primary(page).click();
      await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
      await expectInReach(page, 'packed');

      const importing = await openStation({ side: 'disconnected', media: ['PLANT-07'], viewport });
      await throughImport(importing.page, target.host);
    } finally {
      await source.close();
      await target.close();
    }
  });

  test(`shows every other desk in ${size}, with everything in reach`, async ({ openStation }) => {
    const { page } = await openStation({ side: 'connected', viewport });
    for (const desk of ['Verify', 'Serve', 'History'] as const) {
      await page.getByRole('navigation').getByRole('button', { name: desk, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
      await expectInReach(page, desk);
    }
    await page.getByRole('navigation').getByRole('button', { name: 'Settings', exact: true }).click();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await cutOff(page), (await tab.textContent()) ?? '').toEqual([]);
    }
  });
}

async function throughImport(page: Page, host: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: 'Import', exact: true }).click();
  const bundle = page.getByRole('radio', { name: / on PLANT-07$/ });
  await tick(bundle);
  await expect(primary(page)).toBeEnabled();
  await expectInReach(page, 'bundle to import');
  await primary(page).click();
  await page.getByLabel('Registry').fill(host);
  await page.keyboard.press('Escape');
  await expectInReach(page, 'target');
  await primary(page).click();
  await expect(primary(page)).toHaveText(/^Choose names/);
  await expectInReach(page, 'tested target');
  await expectPanel(page, 'Bundle id');
  await primary(page).click();
  await expect(primary(page)).toHaveText(new RegExp(`^Import ${ITEM_COUNT} items`));
  await expectInReach(page, 'mapping');
  await primary(page).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  await expectInReach(page, 'imported');
}
