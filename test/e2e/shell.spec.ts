// What holds the window's page: no Node, no network, nowhere to go, nothing but the contract to call. On the stand-in as on Electron.
import type { Bridge } from '../../renderer/bridge/bridge.ts';
import { expect, test } from './station.ts';

declare const airlock: Bridge;

/** Nobody has this name: that nothing is ever asked of it is what is tested. */
const ELSEWHERE = 'https://elsewhere.invalid/';

test('knows no Node and no Electron', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const known = await page.evaluate(() =>
    [
      'process',
      'require',
      'module',
      'exports',
      'Buffer',
      'global',
      '__dirname',
      'electron',
      'ipcRenderer',
    ].filter((name) => name in globalThis),
  );
  expect(known).toEqual([]);
});

test('has a bridge of functions alone, which the page cannot change', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const found = await page.evaluate(() => {
    const leaves = (value: unknown, name: string): [string, string][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([part, inner]) => leaves(inner, `${name}.${part}`))
        : [[name, typeof value]];
    const others = leaves(airlock, 'airlock').filter(([, kind]) => kind !== 'function');
    const jobs = airlock.jobs;
    try {
      Object.assign(airlock, { jobs: {} });
      Object.assign(airlock.jobs, { start: () => undefined });
    } catch {
      // Frozen objects say so in strict code.
    }
    return { others, isKept: airlock.jobs.start === jobs.start, channels: Object.keys(airlock).length };
  });
  expect(found).toEqual({ others: [], isKept: true, channels: 13 });
});

test('hands listeners what was told and no event to reach back through', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const heard = await page.evaluate(async () => {
    const told = new Promise<{ readonly count: number; readonly letterKeys: unknown }>((resolve) => {
      airlock.settings.changed((...values: unknown[]) => {
        const [first] = values as [{ readonly letterKeys: boolean }];
        resolve({ count: values.length, letterKeys: first.letterKeys });
      });
    });
    await airlock.settings.save({ letterKeys: false });
    return told;
  });
  expect(heard).toEqual({ count: 1, letterKeys: false });
});

test('reaches no network, by whatever way a page has', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const refused = await page.evaluate(async (url) => {
    const rejects = (asked: Promise<unknown>) =>
      asked.then(
        () => false,
        () => true,
      );
    /** Whichever it tells first. */
    const fails = (make: () => EventTarget, arrived: string) =>
      new Promise<boolean>((resolve) => {
        try {
          const made = make();
          made.addEventListener(arrived, () => resolve(false));
          made.addEventListener('error', () => resolve(true));
        } catch {
          resolve(true);
        }
      });
    const element = (name: string, attributes: Readonly<Record<string, string>>) => () => {
      const made = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      document.head.append(made);
      return made;
    };
    return {
      fetch: await rejects(fetch(url)),
      ownFetch: await rejects(fetch('./')),
      request: await fails(() => {
        const request = new XMLHttpRequest();
        request.open('GET', url);
        request.send();
        return request;
      }, 'load'),
      socket: await fails(() => new WebSocket(url.replace('https', 'wss')), 'open'),
      events: await fails(() => new EventSource(url), 'open'),
      image: await fails(element('img', { src: url }), 'load'),
      style: await fails(element('link', { rel: 'stylesheet', href: url }), 'load'),
      worker: await fails(() => new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))), 'message'),
    };
  }, ELSEWHERE);
  expect(Object.values(refused)).not.toContain(false);
});

test('runs no text as a program', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const ran = await page.evaluate(async () => {
    // DevTools lets what it calls itself evaluate text; what runs later is the page's own.
    await new Promise((resolve) => setTimeout(resolve));
    const tries: Record<string, boolean> = {};
    const attempt = (name: string, act: () => void) => {
      try {
        act();
        tries[name] = document.documentElement.dataset['ran'] === 'yes';
      } catch {
        tries[name] = false;
      }
      delete document.documentElement.dataset['ran'];
    };
    const program = "document.documentElement.dataset.ran = 'yes'";
    attempt('timer', () => Reflect.apply(setTimeout, undefined, [program]));
    attempt('Function', () => void Reflect.construct(Function, [program])());
    attempt('script', () => {
      const script = document.createElement('script');
      script.text = program;
      document.head.append(script);
    });
    attempt('markup', () => {
      document.createElement('div').innerHTML = `<img src="x" onerror="${program}">`;
    });
    return tries;
  });
  expect(ran).toEqual({ timer: false, Function: false, script: false, markup: false });
});

test('stays where it is and opens nothing', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const here = page.url();
  const opened = await page.evaluate(async (url) => {
    const other = window.open(url);
    if (other === null) return 'nothing';
    for (let tries = 0; tries < 100 && !other.closed; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return other.closed ? 'nothing' : 'a window';
  }, ELSEWHERE);
  expect(opened).toBe('nothing');

  for (const leave of [
    (url: string) => location.assign(url),
    (url: string) => {
      const link = document.createElement('a');
      link.href = url;
      document.body.append(link);
      link.click();
      link.remove();
    },
    (url: string) => {
      const link = document.createElement('a');
      link.href = url;
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
    },
    () => location.assign('./index.html?elsewhere'),
  ])
    await page.evaluate(leave, ELSEWHERE);
  // An answer to a call comes after whatever the page did before it.
  const answer = await page.evaluate(() => airlock.station.describe(undefined));
  expect(answer.ok).toBe(true);
  expect(page.url()).toBe(here);
  expect(page.context().pages()).toHaveLength(1);
});

test('embeds nothing', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const framed = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    const loaded = new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      });
    });
    document.body.append(frame);
    return loaded;
  }, ELSEWHERE);
  expect(framed).toBe('frame-src');
});

test('gives a frame within the page no bridge of its own', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const has = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return Object.hasOwn(frame.contentWindow ?? {}, 'airlock');
  });
  expect(has).toBe(false);
});

test('writes to the clipboard and may use nothing else of the machine', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const states = await page.evaluate(async () => {
    const names = [
      'clipboard-write',
      'clipboard-read',
      'geolocation',
      'camera',
      'microphone',
      'notifications',
    ];
    const asked: Record<string, string> = {};
    for (const name of names) {
      const { state } = await navigator.permissions.query({ name: name as PermissionName });
      asked[name] = state;
    }
    return asked;
  });
  expect(states).toEqual({
    'clipboard-write': 'granted',
    'clipboard-read': 'denied',
    geolocation: 'denied',
    camera: 'denied',
    microphone: 'denied',
    notifications: 'denied',
  });
});

test('refuses what is not as the contract has it, and says where', async ({ openStation }) => {
  const { page } = await openStation({ side: 'connected' });
  const answers = await page.evaluate(async () => {
    const wrong = airlock as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<{ ok: boolean; error?: { code: string; message: string } }>>
    >;
    const inputs: [string, string, unknown][] = [
      ['bundles', 'inspect', { bundle: 7 }],
      ['bundles', 'inspect', { bundle: '/a', more: true }],
      ['jobs', 'start', { desk: 'format' }],
      ['dialogs', 'showInFolder', '/etc'],
      ['settings', 'get', { all: true }],
    ];
    const told: string[] = [];
    for (const [group, name, input] of inputs) {
      const answer = await wrong[group]?.[name]?.(input);
      told.push(answer?.error?.code ?? 'taken');
    }
    return told;
  });
  expect(answers).toEqual(answers.map(() => 'BAD_CALL'));
});

test('tells the page that its engine ended and has it back by itself', async ({ openStation }) => {
  const station = await openStation({ side: 'connected' });
  const { page } = station;
  await expect
    .poll(() => page.evaluate(() => airlock.station.describe(undefined)))
    .toMatchObject({ value: { engine: 'running' } });
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    airlock.station.changed(({ engine }) => told.push(engine));
  });
  process.kill(await station.enginePid(), 'SIGKILL');
  await expect
    .poll(() => page.evaluate(() => (globalThis as unknown as { readonly told: string[] }).told))
    .toEqual(['starting', 'running']);
  const settings = await page.evaluate(() => airlock.settings.get(undefined));
  expect(settings.ok).toBe(true);
});
