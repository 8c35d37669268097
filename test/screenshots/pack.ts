// The Pack desk, from empty contents to the sealed bundle, held, and finished in part.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { writeList } from './pack-cargo.ts';
import { SOURCE } from './site.ts';
import type { Site } from './site.ts';
import { percentOf, shoot } from './shoot.ts';

export const primaryOf = (page: Page): Locator =>
  page.locator('[data-region=actions]').getByRole('button').last();

export async function paste(page: Page, text: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Add to the contents' });
  await field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

export async function packPictures(site: Site): Promise<void> {
  const { page } = await site.open({ side: 'connected', media: ['PLANT-07', 'KINGSTON'] });
  const { images, charts, files } = site.cargo;
  await expect(page.getByText('Drop what shall go across')).toBeVisible();
  await shoot(page, 'pack-empty');

  const field = page.getByRole('combobox', { name: 'Add to the contents' });
  await field.fill(await writeList(site, { name: 'plant-4.12' }));
  await field.press('Enter');
  await expect(primaryOf(page)).toHaveText(/^Lock 21 items/);
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await shoot(page, 'pack-contents');

  await primaryOf(page).click();
  await expect(primaryOf(page)).toHaveText(/^Choose destination/);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await shoot(page, 'pack-lock');

  await primaryOf(page).click();
  await page.getByRole('radio', { name: /^PLANT-07/ }).click({ force: true });
  await expect(primaryOf(page)).toHaveText(/^Pack to/);
  await shoot(page, 'pack-destination');

  await spoil(site);
  site.fronts.source.hurries = false;
  await primaryOf(page).click();
  await expect(page.getByText('Downloading').first()).toBeVisible();
  await expect.poll(() => percentOf(page)).toBeGreaterThan(12);
  await shoot(page, 'pack-running');
  await page.keyboard.press('Control+p');
  await expect(page.getByText('Held. Nothing moves until you go on.')).toBeVisible();
  await shoot(page, 'pack-paused');
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await shoot(page, 'pack-cancel');
  await page.getByRole('button', { name: 'Go on packing' }).click();
  await page.keyboard.press('Control+p');
  site.fronts.source.hurries = true;

  await expect(page.getByRole('button', { name: /^Try 1 item again/ })).toBeVisible({ timeout: 60_000 });
  await shoot(page, 'pack-partial');
  await page.getByRole('button', { name: 'Leave it out and seal…' }).click();
  await shoot(page, 'pack-seal-question');
  await page.getByRole('button', { name: 'Leave out and seal' }).click();
  await expect(page.getByRole('heading', { name: 'Packed and sealed, not complete' })).toBeVisible();
  await shoot(page, 'pack-done-incomplete');
  await page.getByRole('button', { name: 'Pack another' }).click();

  await expect(page.getByText('Drop what shall go across')).toBeVisible();
  await paste(
    page,
    [...images.slice(9), ...charts, ...files, `${SOURCE}/Plant/web:4`, `${SOURCE}/plant/none:1`].join('\n'),
  );
  await expect(page.getByRole('textbox', { name: 'Reference' })).toBeVisible();
  await shoot(page, 'pack-contents-faulty');
  await page.getByRole('button', { name: 'Remove' }).click();
  await primaryOf(page).click();
  await expect(page.getByText(/plant\/none:1 is not there\./)).toBeVisible();
  await shoot(page, 'pack-lock-faulty');
  await page.getByRole('button', { name: 'Leave it out' }).click();
  await primaryOf(page).click();
  await expect(primaryOf(page)).toHaveText(/^Choose destination/);
  await primaryOf(page).click();
  await page.getByRole('radio', { name: /^PLANT-07/ }).click({ force: true });
  await primaryOf(page).click();
  await expect(page.getByRole('heading', { name: 'Packed and sealed', exact: true })).toBeVisible();
  await shoot(page, 'pack-done');
}

/** A layer that is locked and is then gone from its registry. */
async function spoil({ source }: Site): Promise<void> {
  const manifest = await fetch(`${source.url}/v2/plant/alarms/manifests/1.9.4`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const { layers } = (await manifest.json()) as { readonly layers: readonly { readonly digest: string }[] };
  const hex = layers.at(-1)?.digest.slice('sha256:'.length) ?? '';
  await rm(join(source.folder, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex), {
    recursive: true,
  });
}
