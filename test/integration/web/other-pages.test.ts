// A page of another port on this host tries, in a real browser, whatever a page can try.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { tokenProtocolPrefix, webPaths } from '../../../shared/ipc/web-wire.ts';
import { requireProgram } from '../../support/programs.ts';
import { startTestStation } from '../../support/web-station.ts';

const PAGE =
  '<!doctype html><title>Airlock</title><p id="secret">the station</p><script type="module" src="/assets/app-1a2b.js"></script>';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: requireProgram('chromium').path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
});
afterAll(() => browser.close());

/** A page of another program on this host: the same address, another port. */
async function otherPage(html = '<!doctype html><title>other</title>') {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  onTestFinished(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page;
}

it('is not shown in a frame', async () => {
  const { origin, newToken } = await startTestStation(PAGE);
  const page = await otherPage();
  const refused: string[] = [];
  page.on('console', (message) => refused.push(message.text()));
  await page.evaluate(
    (address) =>
      new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.addEventListener('load', resolve);
        frame.src = address;
        document.body.append(frame);
      }),
    `${origin}/#token=${newToken()}`,
  );
  const framed = page.frames().at(1);
  expect(await framed?.locator('#secret').count()).toBe(0);
  expect(refused.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/);
});

it('answers no fetch of another page, and trades no token for it', async () => {
  const { origin, newToken, newSession } = await startTestStation(PAGE);
  const page = await otherPage();
  const got = await page.evaluate(
    async ({ at, session, token, path }) => {
      const outcome = (asked: Promise<Response>) =>
        asked.then(
          async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
          () => 'nothing',
        );
      const bearing = (held: string) => ({ authorization: `Bearer ${held}` });
      return [
        await outcome(fetch(`${at}/`)),
        await outcome(fetch(`${at}${path}`, { method: 'POST', headers: bearing(token) })),
        await outcome(fetch(`${at}${path}`, { headers: bearing(session) })),
        await outcome(fetch(`${at}${path}`, { method: 'POST', mode: 'no-cors' })),
        await outcome(fetch(`${at}/`, { mode: 'no-cors' })),
      ];
    },
    { at: origin, session: await newSession(), token: newToken(), path: webPaths.session },
  );
  expect(got).toEqual(['nothing', 'nothing', 'nothing', 'nothing', 'nothing']);
});

it('runs no script of the station in another page, and is no window that another page can look into', async () => {
  const { origin } = await startTestStation(PAGE);
  const page = await otherPage();
  const found = await page.evaluate(async (at) => {
    const script = document.createElement('script');
    script.src = `${at}/assets/app-1a2b.js`;
    const loaded = await new Promise((resolve) => {
      script.addEventListener('load', () => resolve(true));
      script.addEventListener('error', () => resolve(false));
      document.head.append(script);
    });
    return { loaded, ran: 'isHere' in globalThis };
  }, origin);
  expect(found).toEqual({ loaded: false, ran: false });
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((at) => {
      (globalThis as { other?: unknown }).other = window.open(at);
    }, `${origin}/`),
  ]);
  await opened.locator('#secret').waitFor();
  const closed = () =>
    page.evaluate(() => (globalThis as { other?: { readonly closed: boolean } | null }).other?.closed);
  await expect.poll(closed).toBe(true);
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
});

it('connects no WebSocket of another page, even with the token of a session', async () => {
  const { host, newSession } = await startTestStation(PAGE);
  const page = await otherPage();
  const outcome = await page.evaluate(
    ({ url, protocols }) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, protocols);
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('close', ({ code }) => resolve(code));
      }),
    {
      url: `ws://${host}${webPaths.calls}`,
      protocols: ['airlock', `${tokenProtocolPrefix}${await newSession()}`],
    },
  );
  expect(outcome).toBe(1006);
});

it('shows its own page, which may run its own scripts and no others, and call nobody else', async () => {
  const { origin } = await startTestStation(`${PAGE}<script>globalThis.wasInline = true</script>`);
  const other = await otherPage();
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(origin);
  await expect.poll(() => page.evaluate(() => 'isHere' in globalThis)).toBe(true);
  const found = await page.evaluate(async (elsewhere) => {
    const typed = () => {
      try {
        document.body.innerHTML = '<b></b>';
        return 'put in';
      } catch {
        return 'refused';
      }
    };
    return {
      inline: 'wasInline' in globalThis,
      markup: typed(),
      called: await fetch(elsewhere, { mode: 'no-cors' }).then(
        () => 'answered',
        () => 'refused',
      ),
      cookies: document.cookie,
    };
  }, other.url());
  expect(found).toEqual({ inline: false, markup: 'refused', called: 'refused', cookies: '' });
});
