// The shell's small parts: where the window stands, what it was opened with, what is kept of a crash, how it ends.
import { EventEmitter } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from 'electron';
import { describe, expect, it } from 'vitest';
import { createCrashLog } from '../../../electron/main/crash-log.ts';
import { menuTemplate } from '../../../electron/main/menu.ts';
import type { MenuChoice } from '../../../electron/main/menu.ts';
import { createOpenedPaths, pathsFrom } from '../../../electron/main/opened-paths.ts';
import { createQuit } from '../../../electron/main/quit.ts';
import { createStationHandlers } from '../../../electron/main/station-handlers.ts';
import { fitBounds, keepWindowPlace, readWindowPlace } from '../../../electron/main/window-state.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };

describe('the place of a window', () => {
  it('is the same after the next start', async () => {
    const folder = await tempFolder();
    const place = {
      bounds: { x: 10, y: 20, width: 1000, height: 700 },
      isMaximized: true,
      zoom: 2,
      theme: 'dark',
    } as const;
    await keepWindowPlace(folder, place);
    expect(await readWindowPlace(folder, [SCREEN])).toEqual(place);
  });

  it.each(['', '{', '{"bounds":{"width":-1}}', '[]'])('is the first one where %j was kept', async (text) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'window.json'), text);
    expect(await readWindowPlace(folder, [SCREEN])).toMatchObject({
      bounds: { width: 1280, height: 800 },
      zoom: 1,
    });
  });

  it.each([
    ['on the screen', { x: 100, y: 100 }, true],
    ['with its side outside', { x: 1700, y: 100 }, true],
    ['left of it by nearly all', { x: -1200, y: 100 }, false],
    ['with its top above', { x: 100, y: -30 }, false],
    ['on one that is gone', { x: 2500, y: 100 }, false],
  ])('%s: %j is kept: %s', (_name, at, isKept) => {
    const fitted = fitBounds({ ...at, width: 1280, height: 800 }, [SCREEN]);
    expect(fitted).toEqual({ ...(isKept ? at : {}), width: 1280, height: 800 });
  });

  it('is no larger than the largest screen', () => {
    expect(fitBounds({ width: 3000, height: 2000 }, [SCREEN])).toEqual({ width: 1920, height: 1080 });
    expect(fitBounds({ width: 3000, height: 2000 }, [])).toEqual({ width: 3000, height: 2000 });
  });
});

describe('paths', () => {
  it.each([
    [
      ['a.tar', '/b/c.yaml'],
      ['/here/a.tar', '/b/c.yaml'],
    ],
    [['--inspect', '-v', 'a.tar'], ['/here/a.tar']],
    [
      ['--', '-v', 'a.tar'],
      ['/here/-v', '/here/a.tar'],
    ],
    [['file:///media/My%20disk/a.airlock'], ['/media/My disk/a.airlock']],
    [['file://elsewhere/a', ''], []],
  ])('of %j are %j', (parameters, paths) => {
    expect(pathsFrom(parameters, '/here')).toEqual(paths);
  });

  it('wait for the page, are told once, and wait again while it is gone', () => {
    const told: string[][] = [];
    const opened = createOpenedPaths((paths) => told.push(paths));
    opened.add(['/a']);
    opened.add(['/b']);
    expect(told).toEqual([]);
    expect(opened.take()).toEqual(['/a', '/b']);
    opened.add(['/c']);
    opened.add([]);
    expect(told).toEqual([['/c']]);
    opened.holdBack();
    opened.add(['/d']);
    expect(told).toEqual([['/c']]);
    expect(opened.take()).toEqual(['/d']);
    expect(opened.take()).toEqual([]);
  });
});

describe('a crash', () => {
  it('is kept with what is known of it, the newest fifty', async () => {
    const folder = await tempFolder();
    let now = Date.UTC(2026, 10, 21);
    const log = createCrashLog(folder, { version: '1.2.3', platform: 'linux', now: () => (now += 1000) });
    for (let count = 0; count < 52; count++) await log.keep('engine', { exitCode: count });
    const names = (await readdir(join(folder, 'crashes'))).sort();
    expect(names).toHaveLength(50);
    expect(names.at(-1)).toBe('2026-11-21T000052.000Z-engine.json');
    expect(JSON.parse(await readFile(join(folder, 'crashes', names[0] ?? ''), 'utf8'))).toEqual({
      at: '2026-11-21T00:00:03.000Z',
      what: 'engine',
      airlock: '1.2.3',
      platform: 'linux',
      exitCode: 2,
    });
  });

  it('is no reason to crash where nothing can be written', async () => {
    const file = join(await tempFolder(), 'file');
    await writeFile(file, '');
    const log = createCrashLog(file, { version: '', platform: 'linux', now: Date.now });
    await expect(log.keep('engine', {})).resolves.toBeUndefined();
  });
});

describe('the end', () => {
  function program(options: { readonly isBusy?: boolean; readonly leaves?: boolean } = {}) {
    const told: string[] = [];
    const app = Object.assign(new EventEmitter(), {
      quit() {
        const event = { isHeld: false, preventDefault: () => (event.isHeld = true) };
        app.emit('before-quit', event);
        told.push(event.isHeld ? 'held' : 'ended');
      },
      exit: () => undefined,
    });
    const quit = createQuit({
      app: app as unknown as App,
      isBusy: () => options.isBusy ?? false,
      ask: () => {
        told.push('asked');
        return Promise.resolve(options.leaves ?? false);
      },
      close: () => {
        told.push('closed');
        return Promise.reject(new Error('the engine did not answer'));
      },
    });
    return { app, quit, told, settle: () => new Promise((resolve) => setImmediate(resolve)) };
  }

  it('comes after the engine’s, without a question where nothing runs', async () => {
    const { app, told, settle } = program();
    app.quit();
    await settle();
    expect(told).toEqual(['closed', 'held', 'ended']);
  });

  it('is asked about once while a job runs, and stays away if the operator says so', async () => {
    const { app, quit, told, settle } = program({ isBusy: true });
    app.quit();
    app.quit();
    await settle();
    expect(told).toEqual(['asked', 'held', 'held']);
    expect(quit.isDecided).toBe(false);
    app.quit();
    expect(told.at(-2)).toBe('asked');
  });

  it('comes when the operator says so', async () => {
    const { app, quit, told, settle } = program({ isBusy: true, leaves: true });
    app.quit();
    await settle();
    expect(told).toEqual(['asked', 'held', 'closed', 'ended']);
    expect(quit.isDecided).toBe(true);
  });

  it('is not asked about by the system', async () => {
    const { quit, told, settle } = program({ isBusy: true });
    quit.now();
    quit.now();
    await settle();
    expect(told).toEqual(['closed', 'ended']);
  });
});

describe('the menu', () => {
  const choice: MenuChoice = {
    isMac: false,
    isPackaged: true,
    theme: 'dark',
    command: () => undefined,
    setTheme: () => undefined,
  };
  const text = (change: Partial<MenuChoice>) => JSON.stringify(menuTemplate({ ...choice, ...change }));

  it('has the parts that each system expects', () => {
    const labels = (change: Partial<MenuChoice>) =>
      menuTemplate({ ...choice, ...change }).map(({ label, role }) => label ?? role);
    expect(labels({})).toEqual(['&File', '&Edit', '&View', '&Help']);
    expect(labels({ isMac: true })).toEqual(['appMenu', '&File', '&Edit', '&View', 'windowMenu', '&Help']);
  });

  it('binds none of the keys that the screens bind', () => {
    const accelerators = text({}).match(/"accelerator":"[^"]+","registerAccelerator":false/g) ?? [];
    expect(accelerators).toHaveLength(text({}).match(/"accelerator"/g)?.length ?? 0);
  });

  it('offers what developers use only where nothing is packaged', () => {
    expect(text({})).not.toMatch(/toggleDevTools|reload/);
    expect(text({ isPackaged: false })).toMatch(/toggleDevTools/);
  });

  it('marks the theme that is on', () => {
    expect(text({}).match(/\{"label":"([^"]+)","type":"radio","checked":true\}/)?.[1]).toBe('Dark');
  });
});

describe('what the station says of itself', () => {
  function handlers(isUsable: () => Promise<boolean>) {
    return createStationHandlers({
      version: '1.2.3',
      stateFolder: '/state',
      vault: { isUsable, answer: () => Promise.reject(new Error('not asked here')) },
      opened: { add: () => undefined, take: () => ['/a'], holdBack: () => undefined },
      supervisor: {
        state: 'running',
        route: () => Promise.resolve({ leadsOutside: false, fact: 'no route leads out' }),
        restartEngine: () => Promise.resolve(),
      },
    });
  }

  it('names the window, its version and what it was opened with', async () => {
    expect(await handlers(() => Promise.resolve(true)).describe(undefined)).toMatchObject({
      host: 'window',
      version: '1.2.3',
      stateFolder: '/state',
      keepsLogins: 'keyring',
      opened: ['/a'],
      engine: 'running',
    });
  });

  it('promises to keep no login without a keyring, and waits for none that is being unlocked', async () => {
    expect(await handlers(() => Promise.resolve(false)).describe(undefined)).toMatchObject({
      keepsLogins: 'no',
    });
    const locked = handlers(() => new Promise(() => undefined));
    expect(await locked.describe(undefined)).toMatchObject({ keepsLogins: 'keyring' });
  });
});
