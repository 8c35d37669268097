// The Verify desk over a bundle that is whole, one that is damaged, and an earlier one to compare with.
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { packCargo } from './pack-cargo.ts';
import type { Site } from './site.ts';
import { percentOf, shoot } from './shoot.ts';

export async function verifyPictures(site: Site): Promise<void> {
  const medium = await site.medium('PLANT-07');
  const { images } = site.cargo;
  await packCargo(site, join(medium, 'plant-4.11.airlock'), { name: 'plant-4.11', images: images.slice(2) });
  await pushContent(site.source.url, 'data/redis', makeImage({ seed: 'moved' }), '7.4.1');
  const bundle = await packCargo(site, join(medium, 'plant-4.12.airlock'), { name: 'plant-4.12' });
  const damaged = join(await site.medium('KINGSTON'), 'plant-4.12.airlock');
  await cp(bundle, damaged, { recursive: true });
  await damage(damaged);

  const { page, enginePid } = await site.open({ side: 'disconnected', media: ['PLANT-07', 'KINGSTON'] });
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(page.getByRole('radio').first()).toBeVisible();
  await shoot(page, 'verify-empty');
  await page.getByRole('radio', { name: 'plant-4.12 on PLANT-07' }).click({ force: true });
  await expect(page.getByText('not checked here yet').first()).toBeVisible();
  await shoot(page, 'verify-bundle');
  await page.getByRole('checkbox', { name: /^Also unpack every layer/ }).click({ force: true });
  await page.getByRole('button', { name: 'Check plant-4.12' }).click();
  const engine = await enginePid();
  await holdWithin(page, engine);
  await shoot(page, 'verify-checking');
  process.kill(engine, 'SIGCONT');
  await expect(page.getByRole('heading', { name: 'Intact' })).toBeVisible();
  await shoot(page, 'verify-ok');
  await page.getByRole('tab', { name: /^Files/ }).click();
  await shoot(page, 'verify-files');
  await page.getByRole('tab', { name: /^Items/ }).click();
  await shoot(page, 'verify-items');
  await page.getByRole('tab', { name: 'Differences' }).click();
  await shoot(page, 'verify-diff-none');
  await page.getByRole('button', { name: /Compared with/ }).click();
  await page
    .getByRole('option', { name: /plant-4.11/ })
    .first()
    .click();
  await expect(page.getByRole('grid', { name: 'What changed' })).toBeVisible();
  await page.getByRole('grid', { name: 'What changed' }).getByRole('row', { name: /redis/ }).click();
  await shoot(page, 'verify-diff');
  await page.getByRole('button', { name: 'Save report…' }).click();
  await shoot(page, 'verify-report');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Check another' }).click();
  await page.getByRole('radio', { name: 'plant-4.12 on KINGSTON' }).click({ force: true });
  await page.getByRole('button', { name: 'Check plant-4.12' }).click();
  await expect(page.getByRole('heading', { name: 'Damaged. Do not import' })).toBeVisible();
  await shoot(page, 'verify-damaged');
}

/** Reading is too fast for four pictures: lets the engine go by small steps until something is to be seen, and leaves it held. */
async function holdWithin(page: Page, engine: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    process.kill(engine, 'SIGSTOP');
    await wait(150);
    if ((await percentOf(page)) >= 15) return;
    process.kill(engine, 'SIGCONT');
    await wait(15);
  }
  throw new Error('the check was over before it could be seen');
}

/** One byte of the largest blob, one blob gone, one file that nobody sealed. */
async function damage(bundle: string): Promise<void> {
  const folder = join(bundle, 'blobs/sha256');
  const blobs = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      path: join(folder, name),
      size: (await stat(join(folder, name))).size,
    })),
  );
  const [first, second] = blobs.toSorted((one, other) => other.size - one.size);
  const bytes = await readFile(first?.path ?? '');
  bytes[4711] = (bytes[4711] ?? 0) ^ 1;
  await writeFile(first?.path ?? '', bytes);
  await rm(second?.path ?? '');
  await writeFile(join(bundle, 'autorun.inf'), '[autorun]\n');
}
