// First start, History with its receipts, Settings, the palette and the shortcuts.
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import { settingsTexts } from '../../renderer/texts/settings.ts';
import { packCargo } from './pack-cargo.ts';
import { paste, primaryOf } from './pack.ts';
import type { Site } from './site.ts';
import { shoot } from './shoot.ts';

export async function deskPictures(site: Site): Promise<void> {
  await firstStart(site);
  await packCargo(site, join(await site.medium('PLANT-07'), 'plant-4.12.airlock'), { name: 'plant-4.12' });
  await connected(site);
}

async function firstStart(site: Site): Promise<void> {
  const { page } = await site.open({ side: null, settings: DEFAULT_SETTINGS });
  await expect(page.getByRole('heading').first()).toBeVisible();
  await shoot(page, 'first-start');
}

async function connected(site: Site): Promise<void> {
  const { page } = await site.open({ side: 'connected' });
  const { images, charts } = site.cargo;
  await paste(page, [...images.slice(0, 4), ...charts].join('\n'));
  await primaryOf(page).click();
  await page.getByRole('button', { name: 'Choose destination' }).click();
  await page.getByRole('radio', { name: /^PLANT-07/ }).click({ force: true });
  await primaryOf(page).click();
  await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
  await go(page, 'Verify');
  await page.getByRole('radio', { name: 'plant-4.12 on PLANT-07' }).click({ force: true });
  await page.getByRole('button', { name: 'Check plant-4.12' }).click();
  await expect(page.getByRole('heading', { name: 'Intact' })).toBeVisible();
  await go(page, 'History');
  await expect(page.getByRole('grid', { name: 'Jobs' })).toBeVisible();
  await page.getByRole('grid', { name: 'Jobs' }).focus();
  await page.keyboard.press('Home');
  await shoot(page, 'history');
  await page.getByRole('button', { name: 'Open receipt' }).click();
  await expect(page.getByRole('button', { name: 'Back to all jobs' })).toBeVisible();
  await shoot(page, 'history-receipt');

  await go(page, 'Settings');
  for (const [id, name] of Object.entries(settingsTexts.sections)) {
    await page.getByRole('tab', { name, exact: true }).click();
    await shoot(page, `settings-${id}`);
  }

  await go(page, 'Pack');
  await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await page.keyboard.type('e');
  await shoot(page, 'command-palette');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await shoot(page, 'shortcuts');
  await page.keyboard.press('Escape');
}

async function go(page: Page, desk: string): Promise<void> {
  await page.getByRole('button', { name: desk, exact: true }).first().click();
}
