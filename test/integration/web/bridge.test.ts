// The page's end of the web station, in a real browser: its session, its calls, and coming back after a connection was lost.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Bridge } from '../../../renderer/bridge/bridge.ts';
import { requireProgram } from '../../support/programs.ts';
import { startTestStation } from '../../support/web-station.ts';

const PAGE = '<!doctype html><title>Airlock</title><script type="module" src="/assets/app-1a2b.js"></script>';
const OVER = 'This page’s session has ended. Open the address that `airlock web` prints.';

/** What the script below leaves on its page. */
declare global {
  var bridge: Promise<Bridge>;
  var told: string[];
}

let browser: Browser;
let script: string;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: requireProgram('chromium').path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
  script = await builtScript();
});
afterAll(() => browser.close());

/** A page that does nothing but connect, built as the screens are. */
async function builtScript(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-bridge-'));
  const client = join(import.meta.dirname, '../../../renderer/bridge/client.ts');
  const entry = join(folder, 'entry.js');
  await writeFile(
    entry,
    `import { connectBridge } from ${JSON.stringify(client)};
     globalThis.told = [];
     globalThis.bridge = connectBridge().then((bridge) => {
       bridge.station.changed(({ engine }) => globalThis.told.push(engine));
       bridge.onLost(() => globalThis.told.push('lost'));
       return bridge;
     });`,
  );
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'chrome140',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  await rm(folder, { recursive: true });
  return built.output[0].code;
}

async function newPage(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context.newPage();
}

/** An engine that starts on a busy machine takes seconds. */
const PATIENT = { timeout: 20_000 };

const describes = (page: Page) =>
  page.evaluate(async () => {
    const answer = await (await globalThis.bridge).station.describe(undefined);
    return answer.ok ? answer.value : answer.error.code;
  });

it('takes the token out of the address, and stays itself over a reload', async () => {
  const { newAddress, stateFolder } = await startTestStation(PAGE, script);
  const page = await newPage();
  const address = newAddress();
  await page.goto(address);
  expect(await describes(page)).toMatchObject({ host: 'web', stateFolder, opened: ['/tmp/handed.over'] });
  expect(page.url()).toBe(new URL('/', address).href);
  expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
    '',
    0,
    1,
  ]);
  await page.reload();
  expect(await describes(page)).toMatchObject({ host: 'web', opened: [] });
  // The address that belongs to this tab, from the terminal or the history, a second time.
  await page.goto('about:blank');
  await page.goto(address);
  expect(await describes(page)).toMatchObject({ host: 'web' });
});

it('says in plain words what to do where the address was used, or holds no token', async () => {
  const { newAddress, origin } = await startTestStation(PAGE, script);
  const [own, other, none] = await Promise.all([newPage(), newPage(), newPage()]);
  const address = newAddress();
  await own.goto(address);
  await describes(own);
  await other.goto(address);
  await none.goto(origin);
  expect(await other.getByRole('alert').textContent()).toBe(OVER);
  expect(await none.getByRole('alert').textContent()).toBe(OVER);
  expect(other.url()).not.toContain('token');
});

it('has no dialogs, and refuses what is no call and no input of one', async () => {
  const { newAddress } = await startTestStation(PAGE, script);
  const page = await newPage();
  await page.goto(newAddress());
  const codes = await page.evaluate(async () => {
    const { dialogs, settings, jobs } = await globalThis.bridge;
    const answers = await Promise.all([
      dialogs.open({ purpose: 'folder', multiple: false }),
      dialogs.saveText({ name: 'a', text: 'b' }),
      dialogs.showInFolder({ path: '/etc' }),
      settings.save({ theme: 'neon' } as never),
      jobs.cancel({ job: '' }),
    ]);
    return answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
  });
  expect(codes).toEqual(['BAD_CALL', 'BAD_CALL', 'BAD_CALL', 'BAD_CALL', 'BAD_CALL']);
});

it('sends dropped files over and says where they lie', async () => {
  const { newAddress } = await startTestStation(PAGE, script);
  const page = await newPage();
  await page.goto(newAddress());
  const paths = await page.evaluate(async () => {
    const files = [new File(['first'], 'list.yaml'), new File([new Uint8Array(3_000_000)], '../räum 1.tgz')];
    return (await globalThis.bridge).pathsOf(files);
  });
  expect(paths.map((path) => path.split(/[/\\]/).at(-1))).toEqual(['list.yaml', 'räum 1.tgz']);
  expect(await readFile(paths[0] ?? '', 'utf8')).toBe('first');
  expect((await readFile(paths[1] ?? '')).byteLength).toBe(3_000_000);
});

it('is told that the engine was lost, and that it is back', async () => {
  const { newAddress, killEngine } = await startTestStation(PAGE, script);
  const page = await newPage();
  await page.goto(newAddress());
  await expect.poll(async () => describes(page), PATIENT).toMatchObject({ engine: 'running' });
  await page.evaluate(() => globalThis.told.splice(0));
  killEngine();
  await expect.poll(() => page.evaluate(() => globalThis.told), PATIENT).toEqual(['starting', 'running']);
});

it('comes back by itself when a tunnel was cut, and says so; a call meanwhile waits', async () => {
  const { newToken, port } = await startTestStation(PAGE, script);
  const tunnel = await openTunnel(port);
  const page = await newPage();
  await page.goto(`http://localhost:${tunnel.port}/#token=${newToken()}`);
  await expect.poll(async () => describes(page), PATIENT).toMatchObject({ engine: 'running' });
  await page.evaluate(() => globalThis.told.splice(0));
  tunnel.cut();
  await expect.poll(() => page.evaluate(() => globalThis.told), PATIENT).toContain('lost');
  expect(await describes(page)).toMatchObject({ host: 'web' });
  await expect.poll(() => page.evaluate(() => globalThis.told), PATIENT).toEqual(['lost', 'running']);
});

it('says that its session is over when another station answers in its place', async () => {
  const first = await startTestStation(PAGE, script);
  const second = await startTestStation(PAGE, script);
  const tunnel = await openTunnel(first.port);
  const page = await newPage();
  await page.goto(`http://127.0.0.1:${tunnel.port}/#token=${first.newToken()}`);
  await describes(page);
  tunnel.leadTo(second.port);
  tunnel.cut();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toBe(OVER);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

/** What `ssh -L` does: another port, the same bytes. */
async function openTunnel(first: number) {
  let port = first;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    leadTo: (other: number) => {
      port = other;
    },
  };
}
