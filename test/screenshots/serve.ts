// The Serve desk before it serves, and while others read from it.
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Site } from './site.ts';
import { shoot } from './shoot.ts';
import { packCargo } from './pack-cargo.ts';

const PORT = 48_753;
const ASKED = [
  'v2/',
  'v2/_catalog',
  'v2/plant/api/manifests/4.12.0',
  'charts/index.yaml',
  'v2/plant/none/manifests/1.0.0',
  'v2/observe/grafana/manifests/11.4.0',
  'files/',
];

export async function servePictures(site: Site): Promise<void> {
  await packCargo(site, join(await site.medium('PLANT-07'), 'plant-4.12.airlock'), { name: 'plant-4.12' });
  const { page } = await site.open({ side: 'disconnected' });
  await page.getByRole('button', { name: 'Serve', exact: true }).click();
  const tick = page.getByRole('grid').getByRole('checkbox').last();
  await expect(tick).toBeVisible();
  await shoot(page, 'serve-off');
  if (!(await tick.isChecked())) await tick.click({ force: true });
  await page.getByRole('textbox', { name: 'Port' }).fill(String(PORT));
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Start serving' }).click();
  await expect(page.getByRole('button', { name: 'Stop serving' })).toBeVisible();
  for (const path of ASKED) await (await fetch(`http://127.0.0.1:${PORT}/${path}`)).arrayBuffer();
  await fetch(`http://127.0.0.1:${PORT}/v2/plant/api/manifests/9`, { method: 'PUT', body: '{}' });
  await expect(page.getByText('/v2/_catalog').first()).toBeVisible();
  await shoot(page, 'serve-on');
}
