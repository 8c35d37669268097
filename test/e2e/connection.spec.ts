// A page that loses its station, by a tunnel that ends or a browser that sleeps: told as what it is, and nothing on the screen is lost.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './station.ts';

const LOST = 'This page lost the station';
const ENDED = 'The engine ended';

/** Has the page reach its station through a tunnel, as `ssh -L` makes one, that can be cut and mended. */
async function throughTunnel(page: Page): Promise<{ cut(): void; mend(): void; close(): void }> {
  const station = new URL(page.url());
  const ends = new Set<Socket>();
  let isCut = false;
  const tunnel = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(station.port), station.hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => tunnel.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  // A session is this tab's, at whatever port the station is reached.
  const session = await page.evaluate(() => Object.entries(sessionStorage));
  await page.goto(`http://127.0.0.1:${(tunnel.address() as AddressInfo).port}/`);
  await page.evaluate((kept) => Object.assign(sessionStorage, Object.fromEntries(kept)), session);
  await page.reload();
  return {
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      tunnel.close();
    },
  };
}

test('says that it lost the station, keeps the palette with what is typed, and goes on when it is back', async ({
  openStation,
}) => {
  const { page } = await openStation({ side: 'connected' });
  const tunnel = await throughTunnel(page);
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('combobox', { name: 'Commands' });
  await palette.fill('go to h');
  tunnel.cut();
  const bar = page.getByText(LOST);
  await expect(bar).toBeVisible();
  await expect(page.getByText(ENDED)).toHaveCount(0);
  await expect(palette).toHaveValue('go to h');
  tunnel.mend();
  await expect(bar).toHaveCount(0);
  await expect(palette).toHaveValue('go to h');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'History', exact: true })).toHaveAttribute(
    'aria-current',
    'page',
  );
  tunnel.close();
});

test('says that the engine ended where that is what happened', async ({ openStation }) => {
  const { page, enginePid } = await openStation({ side: 'connected' });
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  // Each time one is killed another is started, until it is given up.
  for (let ends = 0; ends < 4; ends += 1) {
    const pid = await enginePid();
    process.kill(pid, 'SIGKILL');
    if (ends < 3) await expect.poll(() => enginePid().catch(() => pid)).not.toBe(pid);
  }
  await expect(page.getByText('The engine ended too often')).toBeVisible();
  await expect(page.getByText(LOST)).toHaveCount(0);
  await page.getByRole('button', { name: 'Start the engine again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('shows no trouble at its start, where its engine has only just begun', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    new MutationObserver(() => {
      for (const alert of document.querySelectorAll('[role="alert"]')) told.push(alert.textContent);
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Desks' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => (globalThis as unknown as { readonly told: string[] }).told)).toEqual([]);
});
