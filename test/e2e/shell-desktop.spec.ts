// What the application does about the desktop it runs on: starts, ends, dialogs, menu, keyring, icon. On the stand-in alone,
// which records what a desktop would show.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Bridge } from '../../renderer/bridge/bridge.ts';
import { channelName } from '../../shared/ipc/channels.ts';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import { launchStandIn } from '../support/electron/stand-in.ts';
import type { StandIn, StandInChoice } from '../support/electron/stand-in.ts';
import { startSilentRegistry } from '../support/silent-registry.ts';
import { expect } from './station.ts';

declare const airlock: Bridge;

interface Shell {
  /** Of this spec alone, with the state below it. */
  readonly folder: string;
  readonly stateFolder: string;
  /** As often as wanted. */
  start(choice?: Partial<StandInChoice>): Promise<StandIn>;
  /** Ended with everything that was started. */
  atEnd(act: () => Promise<void>): void;
}

const test = base.extend<{ readonly shell: Shell }>({
  shell: async ({ browserName }, give) => {
    const folder = await mkdtemp(join(tmpdir(), `airlock-shell-${browserName}-`));
    const stateFolder = join(folder, 'state');
    await mkdir(stateFolder);
    await writeFile(
      join(stateFolder, 'settings.json'),
      JSON.stringify({ ...DEFAULT_SETTINGS, side: 'connected', theme: 'light' }),
    );
    const ends: (() => Promise<void>)[] = [];
    await give({
      folder,
      stateFolder,
      async start(choice = {}) {
        const standIn = await launchStandIn({
          stateFolder,
          environment: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: tmpdir() },
          ...choice,
        });
        ends.push(() => standIn.close());
        return standIn;
      },
      atEnd: (act) => void ends.push(act),
    });
    for (const end of ends.toReversed()) await end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

/** Remembers on the page what an event of the contract told. */
async function remember(page: Page): Promise<void> {
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    airlock.station.opened(({ paths }) => told.push(...paths));
    airlock.station.command(({ action }) => told.push(action));
  });
}
const toldOf = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { readonly told: readonly unknown[] }).told);

/** Starts a lock that cannot end before the registry speaks. */
async function startJob(shell: Shell, { page }: StandIn) {
  const registry = await startSilentRegistry();
  shell.atEnd(() => registry.close());
  const reference = `${registry.host}/team/app:1.0`;
  const job = await page.evaluate(
    (ref) =>
      airlock.jobs.start({
        desk: 'lock',
        listPath: null,
        draft: {
          name: 'coder',
          platforms: ['linux/amd64'],
          index: 'keep',
          rest: {},
          items: [{ kind: 'image', reference: ref, entry: { ref }, why: 'typed', problem: null }],
        },
      }),
    reference,
  );
  expect(job).toMatchObject({ ok: true });
  return registry;
}

test.describe('start', () => {
  test('asks for the sandbox, its own scheme and a session in memory before it opens anything', async ({
    shell,
  }) => {
    const { all, records } = await shell.start();
    expect(all('scheme')).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
    expect(all('session')).toEqual([{ partition: 'airlock', options: { cache: false } }]);
    expect(all('sandbox')).toEqual([true]);
    expect(all('switch')).toEqual([
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--disable-background-networking',
    ]);
    const order = records.map(({ what }) => what);
    for (const first of ['sandbox', 'scheme', 'session'])
      expect(order.indexOf(first)).toBeLessThan(order.indexOf('window'));
    expect(all('devicePermission')).toEqual([false]);
    expect(all('displayMedia')).toEqual(['refused']);
    expect(all('spellChecker')).toEqual([false]);
    expect(all('proxy')).toEqual([{ mode: 'direct' }]);
    expect(all('escaped')).toEqual([]);
  });

  test('has developer tools only where nothing is packaged', async ({ shell }) => {
    const open = await shell.start();
    expect(open.all('window')).toMatchObject([{ webPreferences: { devTools: true } }]);
    expect(JSON.stringify(open.all('menu'))).toContain('toggleDevTools');
    await open.close();
    const packaged = await shell.start({ machine: { isPackaged: true } });
    expect(packaged.all('window')).toMatchObject([{ webPreferences: { devTools: false } }]);
    expect(JSON.stringify(packaged.all('menu'))).not.toContain('toggleDevTools');
  });

  test('tells paths it was started with once, whole', async ({ shell }) => {
    const list = join(shell.folder, 'a list.yaml');
    await writeFile(
      list,
      'apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: plant-seven }\nimages:\n  - ref: quay.io/team/app:1.0\n',
    );
    const { page } = await shell.start({ parameters: ['--some-switch', pathToFileURL(list).href] });
    await expect(page.getByText('plant-seven').first()).toBeVisible();
    // The screens asked first and were told; they are asked anew by nobody else.
    const again = await page.evaluate(() => airlock.station.describe(undefined));
    expect(again).toMatchObject({ ok: true, value: { host: 'window', opened: [] } });
  });

  test('a second start ends at once, and the first opens what it was given', async ({ shell }) => {
    const first = await shell.start();
    await remember(first.page);
    await first.act('window.focus', false);
    expect(await first.startAgain(['bundle.airlock.tar'], shell.folder)).toBe(0);
    await expect.poll(() => toldOf(first.page)).toEqual([join(shell.folder, 'bundle.airlock.tar')]);
    expect(first.all('show')).toHaveLength(2);
    expect(first.all('window')).toHaveLength(1);
  });

  test('opens what the system hands over while it runs', async ({ shell }) => {
    const { page, act } = await shell.start();
    await remember(page);
    expect(await act('open-file', '/media/usb/coder.airlock')).toBe(true);
    await expect.poll(() => toldOf(page)).toEqual(['/media/usb/coder.airlock']);
  });
});

test.describe('calls', () => {
  const describeCall = channelName('station', 'describe');

  for (const [who, frame] of [
    ['a frame within the page', { origin: 'app://airlock', parent: {} }],
    ['another origin', { origin: 'https://elsewhere.invalid', parent: null }],
    ['another host of the scheme', { origin: 'app://other', parent: null }],
    ['a frame that is gone', null],
  ] as const)
    test(`from ${who} are refused before anything is looked at`, async ({ shell }) => {
      const { act } = await shell.start();
      const answer = await act('page.callAs', { frame, channel: describeCall, values: [{ wrong: true }] });
      expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_CALL' } });
      expect(JSON.stringify(answer)).toContain('came from elsewhere');
    });

  test('from the screens are answered', async ({ shell }) => {
    const { act } = await shell.start();
    const frame = { origin: 'app://airlock', parent: null };
    expect(await act('page.callAs', { frame, channel: describeCall, values: [] })).toMatchObject({
      ok: true,
    });
  });
});

test.describe('a job that runs', () => {
  test('keeps the machine awake and shows on the icon until it ends, and says how it ended', async ({
    shell,
  }) => {
    const standIn = await shell.start();
    const { recorded, all, act } = standIn;
    const registry = await startJob(shell, standIn);
    await recorded('power', ({ held }: { readonly held: number }) => held === 1);
    expect(all('power')).toEqual([{ type: 'prevent-app-suspension', held: 1 }]);
    await recorded('progressBar', ({ mode }: { readonly mode: string }) => mode === 'indeterminate');

    await act('window.focus', false);
    registry.speak();
    const told = await recorded<{ readonly title: string; readonly body: string }>('notification');
    expect(told.title).toMatch(/coder/);
    await recorded('power', ({ held }: { readonly held: number }) => held === 0);
    expect(all('progressBar').at(-1)).toEqual({ share: 1, mode: 'error' });
    expect(all('flashFrame').at(-1)).toBe(true);

    await remember(standIn.page);
    await act('notification.click');
    await recorded('progressBar', ({ share }: { readonly share: number }) => share === -1);
    await expect.poll(() => toldOf(standIn.page)).toEqual(['go.pack']);
  });

  test('is told of by nobody while its window is in front', async ({ shell }) => {
    const standIn = await shell.start();
    const registry = await startJob(shell, standIn);
    await standIn.recorded('power', ({ held }: { readonly held: number }) => held === 1);
    registry.speak();
    await standIn.recorded('progressBar', ({ share }: { readonly share: number }) => share === -1);
    expect(standIn.all('notification')).toEqual([]);
    expect(standIn.all('progressBar')).not.toContainEqual(expect.objectContaining({ mode: 'error' }));
  });

  test('has the window ask before it closes, with the safe answer first', async ({ shell }) => {
    const standIn = await shell.start();
    await startJob(shell, standIn);
    await standIn.recorded('power');
    await standIn.act('window.close');
    const asked = await standIn.recorded<object>('dialog.message');
    expect(asked).toMatchObject({
      message: 'Quit while locking coder is under way?',
      buttons: ['Keep Airlock open', 'Quit and go on later'],
      defaultId: 0,
      cancelId: 0,
    });
    // Escape, or the button with the focus: nothing happened.
    expect(await standIn.page.evaluate(() => airlock.station.describe(undefined))).toMatchObject({
      ok: true,
    });
    expect(standIn.all('closed')).toEqual([]);
  });

  test('ends with the program where the operator says so, and is there to be gone on with', async ({
    shell,
  }) => {
    const standIn = await shell.start({ answers: { message: ({ buttons }) => buttons.length - 1 } });
    await startJob(shell, standIn);
    await standIn.recorded('power');
    const { pid } = standIn.all('utilityProcess').at(-1) as { readonly pid: number };
    await standIn.act('quit');
    expect(await standIn.ended).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow();

    const next = await shell.start();
    const jobs = await next.page.evaluate(() => airlock.jobs.list(undefined));
    expect(jobs).toMatchObject({ ok: true, value: [{ title: 'coder', state: 'interrupted' }] });
  });

  test('is not asked about when the system ends the program', async ({ shell }) => {
    const standIn = await shell.start();
    await startJob(shell, standIn);
    await standIn.recorded('power');
    process.kill(standIn.pid, 'SIGTERM');
    expect(await standIn.ended).toBe(0);
    expect(standIn.all('dialog.message')).toEqual([]);
  });

  test('lets the machine sleep when its engine ends, and says that it can be gone on with', async ({
    shell,
  }) => {
    const standIn = await shell.start();
    await startJob(shell, standIn);
    await standIn.recorded('power');
    await standIn.act('window.focus', false);
    await standIn.act('engine.kill');
    await standIn.recorded('power', ({ held }: { readonly held: number }) => held === 0);
    const told = await standIn.recorded<object>('notification');
    expect(told).toEqual({
      title: 'Locking coder was interrupted',
      body: 'What is done is kept, and the job can be gone on with.',
    });
    await expect
      .poll(() => readdir(join(shell.stateFolder, 'crashes')))
      .toEqual([expect.stringMatching(/-engine\.json$/)]);
  });
});

test('closes without a word where nothing runs', async ({ shell }) => {
  const standIn = await shell.start();
  await standIn.act('window.close');
  expect(await standIn.ended).toBe(0);
  expect(standIn.all('dialog.message')).toEqual([]);
});

test.describe('the page', () => {
  test('that dies is opened anew, and why is kept', async ({ shell }) => {
    const standIn = await shell.start();
    await standIn.act('page.crash');
    const page = await standIn.nextPage();
    expect(await page.evaluate(() => airlock.station.describe(undefined))).toMatchObject({ ok: true });
    const [account = ''] = await readdir(join(shell.stateFolder, 'crashes'));
    const kept = JSON.parse(await readFile(join(shell.stateFolder, 'crashes', account), 'utf8')) as object;
    expect(kept).toMatchObject({ what: 'screens', reason: 'crashed', exitCode: 133 });
    expect(standIn.all('exit')).toEqual([]);
  });

  test('that dies three times within a minute is opened again only if the operator wants it', async ({
    shell,
  }) => {
    const standIn = await shell.start({ answers: { message: () => 1 } });
    for (let deaths = 0; deaths < 2; deaths++) {
      await standIn.act('page.crash');
      await standIn.nextPage();
    }
    await standIn.act('page.crash');
    expect(await standIn.ended).toBe(0);
    expect(standIn.all('dialog.message')).toHaveLength(1);
  });

  test('gets paths of files that are dropped on it from outside, folders too', async ({ shell }) => {
    const { page, drop } = await shell.start();
    const list = join(shell.folder, 'images.txt');
    const bundle = join(shell.folder, 'coder.airlock');
    await writeFile(list, 'busybox\n');
    await mkdir(bundle);
    await page.evaluate(() => {
      const field = document.createElement('div');
      field.id = 'drop-here';
      field.style.cssText = 'position:fixed;inset:0;z-index:9999';
      field.addEventListener('dragover', (event) => {
        event.preventDefault();
        event.stopPropagation();
      });
      field.addEventListener('drop', (event) => {
        event.preventDefault();
        event.stopPropagation();
        const files = [...(event.dataTransfer?.files ?? [])];
        void (async () => Object.assign(globalThis, { dropped: await airlock.pathsOf(files) }))();
      });
      document.body.append(field);
    });
    await drop('#drop-here', [list, bundle]);
    await expect
      .poll(() => page.evaluate(() => (globalThis as unknown as { readonly dropped: unknown }).dropped))
      .toEqual([list, bundle]);
    const made = await page.evaluate(() => airlock.pathsOf([new File(['x'], 'made-in-the-page.txt')]));
    expect(made).toEqual([]);
  });
});

test.describe('dialogs', () => {
  test('open what each purpose is about; a bundle’s folder by the airlock.json in it', async ({ shell }) => {
    const bundle = join(shell.folder, 'coder.airlock');
    const standIn = await shell.start({ answers: { open: () => [join(bundle, 'airlock.json')] } });
    const chosen = await standIn.page.evaluate(() =>
      airlock.dialogs.open({ purpose: 'bundle', multiple: false }),
    );
    expect(chosen).toEqual({ ok: true, value: [bundle] });
    await standIn.page.evaluate(() => airlock.dialogs.open({ purpose: 'folder', multiple: false }));
    await standIn.page.evaluate(() => airlock.dialogs.open({ purpose: 'contents', multiple: true }));
    expect(standIn.all('dialog.open')).toMatchObject([
      { properties: ['openFile'] },
      { properties: ['openDirectory', 'createDirectory'] },
      { properties: ['openFile', 'multiSelections'] },
    ]);
  });

  test('that are closed choose nothing and write nothing', async ({ shell }) => {
    const { page } = await shell.start();
    const answers = await page.evaluate(async () => [
      await airlock.dialogs.open({ purpose: 'contents', multiple: true }),
      await airlock.dialogs.saveText({ name: 'report.html', text: '<p>' }),
    ]);
    expect(answers).toEqual([
      { ok: true, value: [] },
      { ok: true, value: null },
    ]);
  });

  test('write a text where the operator wants it, whatever name the page gave', async ({ shell }) => {
    const kept = join(shell.folder, 'report.json');
    const standIn = await shell.start({ answers: { save: () => kept } });
    const answer = await standIn.page.evaluate(() =>
      airlock.dialogs.saveText({ name: '../../.bashrc', text: '{}\n' }),
    );
    expect(answer).toEqual({ ok: true, value: kept });
    expect(await readFile(kept, 'utf8')).toBe('{}\n');
    expect(standIn.all('dialog.save')).toMatchObject([{ defaultPath: '-..-.bashrc' }]);
  });

  test('show in its folder only what is there', async ({ shell }) => {
    const standIn = await shell.start();
    const answers = await standIn.page.evaluate(
      async (paths) => {
        const told: unknown[] = [];
        for (const path of paths) told.push(await airlock.dialogs.showInFolder({ path }));
        return told;
      },
      [shell.stateFolder, join(shell.folder, 'nowhere'), 'relative'],
    );
    expect(answers).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'FILE_NOT_FOUND' } },
      { ok: false, error: { code: 'FILE_NOT_FOUND' } },
    ]);
    expect(standIn.all('showItemInFolder')).toEqual([shell.stateFolder]);
  });
});

test.describe('logins', () => {
  const PASSWORD = 'correct horse battery staple';

  /** Takes one login, as registries do with basic access. */
  async function startDoor(shell: Shell): Promise<string> {
    const wanted = `Basic ${Buffer.from(`robot:${PASSWORD}`).toString('base64')}`;
    const server = createServer((request, response) => {
      if (request.headers.authorization === wanted) response.writeHead(200).end('{}');
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="door"' }).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    shell.atEnd(async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const logIn = ({ page }: StandIn, host: string) =>
    page.evaluate(
      ([to, password]) =>
        airlock.registries.login({ host: to ?? '', username: 'robot', password: password ?? '' }),
      [host, PASSWORD],
    );

  test('are kept in the keyring, readable by nobody else, and forgotten on request', async ({ shell }) => {
    const host = await startDoor(shell);
    const standIn = await shell.start();
    expect(await standIn.page.evaluate(() => airlock.station.describe(undefined))).toMatchObject({
      value: { keepsLogins: 'keyring' },
    });
    expect(await logIn(standIn, host)).toEqual({
      ok: true,
      value: { storedIn: 'the keyring of this machine', plainText: false },
    });
    const file = join(shell.stateFolder, 'logins.bin');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const name of await readdir(shell.stateFolder, { recursive: true })) {
      const text = await readFile(join(shell.stateFolder, name)).catch(() => Buffer.alloc(0));
      expect(text.includes(PASSWORD), name).toBe(false);
    }
    // The engine asks for it when it needs it, in the next start as well; the page is never given it.
    await standIn.close();
    const next = await shell.start();
    const tested = await next.page.evaluate(
      (at) =>
        airlock.registries.test({ host: at, prefix: '', plainHttp: true, certificate: null, login: null }),
      host,
    );
    expect(tested).toMatchObject({ ok: true });
    expect(tested.ok && tested.value.steps.find(({ step }) => step === 'login')?.state).toBe('ok');
    expect(JSON.stringify(tested)).not.toContain(PASSWORD);

    expect(await next.page.evaluate((from) => airlock.registries.logout({ host: from }), host)).toMatchObject(
      { ok: true },
    );
    await expect(stat(file)).rejects.toThrow();
  });

  for (const keyring of ['basic_text', 'locked'] as const)
    test(`are not kept where the keyring is ${keyring}`, async ({ shell }) => {
      const host = await startDoor(shell);
      const standIn = await shell.start({ machine: { keyring } });
      expect(await standIn.page.evaluate(() => airlock.station.describe(undefined))).toMatchObject({
        value: { keepsLogins: 'no' },
      });
      const answer = await logIn(standIn, host);
      expect(answer).toMatchObject({ ok: false, error: { code: 'CREDENTIAL_HELPER_FAILED' } });
      expect(JSON.stringify(answer)).not.toContain(PASSWORD);
      const names = await readdir(shell.stateFolder, { recursive: true });
      expect(names.filter((name) => /logins|auth/.test(name))).toEqual([]);
    });
});

test.describe('the menu', () => {
  test('asks the screens for their own actions', async ({ shell }) => {
    const { page, act } = await shell.start();
    await remember(page);
    await act('menu.click', ['File', 'Verify']);
    await act('menu.click', ['Help', 'Keyboard shortcuts']);
    await expect.poll(() => toldOf(page)).toEqual(['go.verify', 'shortcuts']);
  });

  test('changes the theme of screens and system parts, for the next start too', async ({ shell }) => {
    const first = await shell.start();
    await first.act('menu.click', ['View', 'Theme', 'High contrast']);
    await first.recorded('theme', (theme) => theme === 'dark');
    const settings = await first.page.evaluate(() => airlock.settings.get(undefined));
    expect(settings).toMatchObject({ value: { theme: 'contrast' } });
    await first.close();
    const next = await shell.start();
    // Before its engine has answered, so that nothing flashes.
    expect(next.all('theme')[0]).toBe('dark');
    expect(next.all('window')).toMatchObject([{ backgroundColor: '#0f1415' }]);
  });
});

test.describe('the window', () => {
  const place = { x: 300, y: 120, width: 1100, height: 760 };

  test('is where it was, and on no screen that is gone', async ({ shell }) => {
    const first = await shell.start();
    await first.act('window.place', place);
    await first.act('quit');
    await first.ended;
    const second = await shell.start();
    expect(second.all('window')).toMatchObject([place]);
    await second.close();
    const third = await shell.start({ machine: { screens: [{ x: 0, y: 0, width: 1024, height: 700 }] } });
    expect(third.all('window')).toMatchObject([{ x: 300, width: 1024, height: 700 }]);
    await third.close();
    const fourth = await shell.start({
      machine: { screens: [{ x: -1920, y: 0, width: 1920, height: 1080 }] },
    });
    expect(fourth.all('window')).toMatchObject([{ center: true }]);
  });
});
