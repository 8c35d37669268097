// The Serve desk on a real engine: a real bundle served and read with plain fetch, a port that is taken, a bundle that is damaged.
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startDockerRegistry } from '../support/programs.ts';
import { IMAGES, packByCommand, pushCargo, writeCargo } from './cargo.ts';
import { foundByAxe } from './found-by-axe.ts';
import { expect, test as base } from './station.ts';
import type { OpenStation, StationChoice } from './station.ts';
import { tick } from './tick.ts';

interface Site extends OpenStation {
  readonly bundle: string;
  /** A port that was free a moment ago, and one that somebody holds. */
  readonly freePort: number;
  readonly takenPort: number;
}

interface ServeFixtures {
  /** A station with a bundle that the command packed on its medium. */
  readonly site: (choice?: Partial<StationChoice>) => Promise<Site>;
}

const test = base.extend<ServeFixtures>({
  site: async ({ openStation }, give) => {
    const holders: Server[] = [];
    await give(async (choice = {}) => {
      const holder = await listen();
      holders.push(holder);
      const passing = await listen();
      const ports = { freePort: portOf(passing), takenPort: portOf(holder) };
      await close(passing);
      const registry = await startDockerRegistry();
      try {
        await pushCargo(registry.url);
        const station = await openStation({ side: 'disconnected', media: ['PLANT-07'], ...choice });
        const { list } = await writeCargo(join(station.folder, 'cargo'), registry.host);
        const bundle = join(station.media['PLANT-07'] ?? '', 'plant-1.0.airlock');
        await packByCommand(list, bundle, join(station.folder, 'command'));
        return { ...station, ...ports, bundle };
      } finally {
        // What is served comes from the medium alone.
        await registry.close();
      }
    });
    for (const holder of holders) await close(holder);
  },
});

function listen(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

async function openServe(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Serve', exact: true }).click();
  await expect(
    page.getByRole('heading', { level: 1, name: 'Straight from the media, read only' }),
  ).toBeVisible();
}

const port = (page: Page) => page.getByRole('textbox', { name: 'Port' });
const offered = (page: Page) => page.getByRole('checkbox', { name: 'Serve plant-1.0 from PLANT-07' });
const start = (page: Page) => page.getByRole('button', { name: 'Start serving' });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop serving' });
const requests = (page: Page) => page.getByRole('grid', { name: 'Requests' });

test('serves a bundle from its medium by mouse: images, charts and files are read, a write is refused', async ({
  site,
}) => {
  const { page, freePort } = await site();
  await openServe(page);
  await tick(offered(page));
  await port(page).fill(String(freePort));
  await expect(page.getByText(`Only this machine can read, on port ${freePort}.`)).toBeVisible();
  await start(page).click();
  await expect(stop(page)).toBeVisible();
  const at = `http://127.0.0.1:${freePort}`;
  for (const address of [`127.0.0.1:${freePort}`, `${at}/charts`, `${at}/files/`])
    await expect(page.getByText(address, { exact: true })).toBeVisible();

  for (const reference of IMAGES) {
    const [repository, tag] = reference.split(':');
    expect((await fetch(`${at}/v2/${repository}/manifests/${tag}`)).status, reference).toBe(200);
  }
  expect(await (await fetch(`${at}/charts/index.yaml`)).text()).toContain('app-1.2.3.tgz');
  expect(await (await fetch(`${at}/files/setup.sh`)).text()).toBe('#!/bin/sh\necho carried\n');
  expect((await fetch(`${at}/v2/team/api/manifests/2`, { method: 'PUT', body: '{}' })).status).toBe(405);

  await expect(requests(page)).toContainText('GET /files/setup.sh');
  await expect(page.getByRole('tab', { name: /All/ })).toContainText(String(IMAGES.length + 3));
  await page.getByRole('tab', { name: /Refused/ }).click();
  await expect(requests(page)).toContainText('PUT /v2/team/api/manifests/2');
  await expect(requests(page)).not.toContainText('GET');

  await stop(page).click();
  await expect(start(page)).toBeVisible();
  await expect(fetch(`${at}/v2/`)).rejects.toThrow();
});

test('serves and stops by keys alone, and goes on serving while another desk is shown', async ({ site }) => {
  const { page, freePort } = await site();
  const { keyboard } = page;
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  await keyboard.press('Control+4');
  await expect(offered(page)).toBeVisible();
  await port(page).focus();
  await keyboard.press('Control+a');
  await keyboard.type(String(freePort));
  await page.getByRole('grid', { name: 'Bundles to serve' }).focus();
  await keyboard.press('Home');
  await keyboard.press('Space');
  await expect(offered(page)).toBeChecked();
  await keyboard.press('Control+Enter');
  await expect(stop(page)).toBeVisible();
  await keyboard.press('Control+5');
  await expect(stop(page)).toHaveCount(0);
  expect((await fetch(`http://127.0.0.1:${freePort}/v2/`)).status).toBe(200);
  await keyboard.press('Control+4');
  await expect(requests(page)).toContainText('GET /v2/');
  await keyboard.press('Control+Enter');
  await expect(start(page)).toBeVisible();
});

test('offers another port where one is taken, and serves there', async ({ site }) => {
  const { page, freePort, takenPort } = await site();
  await openServe(page);
  await tick(offered(page));
  await port(page).fill(String(takenPort));
  await start(page).click();
  await expect(page.getByText('Nothing is served', { exact: true })).toBeVisible();
  const other = page.getByRole('button', { name: /^Use port \d+$/ });
  await expect(other).toHaveText(`Use port ${takenPort + 1}`);
  await port(page).fill(String(freePort));
  await expect(other).toHaveCount(0);
  await start(page).click();
  await expect(stop(page)).toBeVisible();
  expect((await fetch(`http://127.0.0.1:${freePort}/v2/`)).status).toBe(200);
});

test('serves nothing of a damaged bundle, and names it', async ({ site }) => {
  const { page, bundle, freePort } = await site();
  await openServe(page);
  await tick(offered(page));
  const blobs = join(bundle, 'blobs/sha256');
  const [blob = ''] = await readdir(blobs);
  await writeFile(join(blobs, blob), 'short');
  await port(page).fill(String(freePort));
  await start(page).click();
  await expect(page.getByText('Nothing is served', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check it in Verify' })).toBeVisible();
  await expect(fetch(`http://127.0.0.1:${freePort}/v2/`)).rejects.toThrow();
  await page.getByRole('button', { name: 'Leave plant-1.0.airlock out' }).click();
  await expect(start(page)).toBeDisabled();
});

for (const theme of ['light', 'dark'] as const)
  test(`has no state in which axe finds anything (${theme})`, async ({ site }) => {
    const { page, media, freePort, takenPort } = await site({ theme });
    await openServe(page);
    await expect(offered(page)).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await tick(offered(page));
    await page.getByRole('textbox', { name: 'Its key' }).fill('/key.pem');
    await expect(page.getByText('The key wants its certificate.')).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Its key' }).fill('');
    await port(page).fill(String(takenPort));
    await start(page).click();
    await expect(page.getByText('Nothing is served', { exact: true })).toBeVisible();
    expect(await foundByAxe(page)).toEqual([]);
    await page.getByText('The plant network', { exact: true }).click();
    await page
      .getByRole('textbox', { name: 'Takes pushes' })
      .fill(join(media['PLANT-07'] ?? '', '..', 'pushes'));
    await port(page).fill(String(freePort));
    await start(page).click();
    await expect(stop(page)).toBeVisible();
    await fetch(`http://127.0.0.1:${freePort}/v2/`);
    await fetch(`http://127.0.0.1:${freePort}/v2/none/manifests/1`);
    await expect(requests(page)).toContainText('404');
    expect(await foundByAxe(page)).toEqual([]);
  });
