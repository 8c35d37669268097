// The Import desk: what is on the medium, a target that refuses and one that takes, names in conflict, the run and its end.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { hash } from 'bcryptjs';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { TARGET } from './site.ts';
import type { Site } from './site.ts';
import { percentOf, shoot } from './shoot.ts';
import { packCargo } from './pack-cargo.ts';

export async function importPictures(site: Site): Promise<void> {
  const medium = await site.medium('PLANT-07');
  await packCargo(site, join(medium, 'plant-4.12.airlock'), { name: 'plant-4.12' });
  const headers = { authorization: `Basic ${Buffer.from('robot$airlock:right').toString('base64')}` };
  for (const [repository, tag] of [
    ['data/postgres', '17.2'],
    ['plant/web', '4.12.0'],
  ] as const)
    await pushContent(site.target.url, `plant-07/${repository}`, makeImage({ seed: 'older' }), tag, headers);

  const { page } = await site.open({ side: 'disconnected' });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'plant-4.12 on PLANT-07' })).toBeVisible();
  await page.getByRole('radio', { name: 'plant-4.12 on PLANT-07' }).click({ force: true });
  await shoot(page, 'import-bundle');
  await page.getByRole('button', { name: 'Check plant-4.12' }).click();
  await expect(page.getByLabel('Registry')).toBeVisible();
  await page.getByLabel('Registry').fill(TARGET);
  await page.keyboard.press('Escape');
  await page.getByLabel('Prefix').fill('plant-07');
  await page.keyboard.press('Escape');
  await login(page, 'wrong');
  await page.getByRole('button', { name: `Test ${TARGET}` }).click();
  await expect(page.getByText('The login was not accepted')).toBeVisible();
  await shoot(page, 'import-target-refused');
  await login(page, 'right');
  await page.getByRole('button', { name: `Test ${TARGET}` }).click();
  await expect(page.getByRole('button', { name: 'Choose names', exact: true })).toBeEnabled();
  await shoot(page, 'import-target');
  await page.getByRole('button', { name: 'Choose names', exact: true }).click();
  await expect(page.getByText('Settle 2 conflicts first.')).toBeVisible();
  await shoot(page, 'import-mapping');
  await page.getByRole('button', { name: 'Overwrite', exact: true }).last().click();
  await page.getByRole('button', { name: 'Keep theirs, skip', exact: true }).last().click();
  site.fronts.target.hurries = false;
  await changePassword(site, 'newer');
  await page.getByRole('button', { name: /^Import \d+ items$/ }).click();
  const question = page.getByRole('dialog', { name: `${TARGET} refused the login` });
  await expect(question).toBeVisible();
  await shoot(page, 'question-login');
  await question.getByLabel('User').fill('robot$airlock');
  await question.getByLabel('Password').fill('newer');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Sending').first()).toBeVisible();
  await expect.poll(() => percentOf(page)).toBeGreaterThan(12);
  await shoot(page, 'import-running');
  site.fronts.target.hurries = true;
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible({ timeout: 60_000 });
  await shoot(page, 'import-done');
}

/** The target knows the robot by another password from now on. */
async function changePassword({ target }: Site, password: string): Promise<void> {
  await writeFile(join(target.folder, 'htpasswd'), `robot$airlock:${await hash(password, 4)}\n`);
}

async function login(page: Page, password: string): Promise<void> {
  await page.getByLabel('User').fill('robot$airlock');
  await page.getByLabel('Password').fill(password);
}
