// The whole policy of window, session and page, written out: whoever changes a line of it changes this page too.
import { EventEmitter } from 'node:events';
import type { App, NativeImage, Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { holdAllContents } from '../../../electron/main/contents-policy.ts';
import { isOurs } from '../../../electron/main/origin.ts';
import {
  answerRequest,
  holdSession,
  mayRequest,
  mayUse,
  SCHEME_RIGHTS,
} from '../../../electron/main/session-policy.ts';
import { windowOptions } from '../../../electron/main/window-policy.ts';
import type { Screens } from '../../../electron/host/screens.ts';
import { heldBy } from '../../../electron/host/screens.ts';

const SCREENS: Screens = {
  file: (path) =>
    path === '/' || path === '/assets/start.js'
      ? { body: Buffer.from(path), headers: heldBy('NONCE', "'none'") }
      : undefined,
};

/** Takes every call of a session and remembers what it was given. */
function recordingSession() {
  const events = new EventEmitter();
  const given = new Map<string, unknown[]>();
  const note =
    (name: string) =>
    (...values: unknown[]) =>
      void given.set(name, values);
  const session = Object.assign(events, {
    protocol: { handle: note('protocol.handle') },
    webRequest: { onBeforeRequest: note('webRequest.onBeforeRequest') },
    setPermissionRequestHandler: note('setPermissionRequestHandler'),
    setPermissionCheckHandler: note('setPermissionCheckHandler'),
    setDevicePermissionHandler: note('setDevicePermissionHandler'),
    setDisplayMediaRequestHandler: note('setDisplayMediaRequestHandler'),
    setSpellCheckerEnabled: note('setSpellCheckerEnabled'),
    setProxy: (...values: unknown[]) => {
      note('setProxy')(...values);
      return Promise.resolve();
    },
  });
  const call = (name: string, ...values: unknown[]) => {
    const handler = given.get(name)?.find((value) => typeof value === 'function') as (
      ...handed: unknown[]
    ) => unknown;
    return handler(...values);
  };
  return { session: session as unknown as Session, events, given, call };
}

describe('the window', () => {
  const session = 'the session' as unknown as Session;
  const options = (isPackaged: boolean) =>
    windowOptions({
      session,
      preload: '/airlock/out/preload.cjs',
      isPackaged,
      isDark: false,
      icon: undefined,
      place: { bounds: { width: 1280, height: 800 }, isMaximized: false, zoom: 1, theme: 'light' },
    });

  it('has everything that Electron could give a page switched off', () => {
    expect(options(true)).toMatchInlineSnapshot(`
      {
        "autoHideMenuBar": true,
        "backgroundColor": "#e5e8e6",
        "center": true,
        "height": 800,
        "minHeight": 480,
        "minWidth": 640,
        "show": false,
        "title": "Airlock",
        "webPreferences": {
          "allowRunningInsecureContent": false,
          "contextIsolation": true,
          "devTools": false,
          "experimentalFeatures": false,
          "navigateOnDragDrop": false,
          "nodeIntegration": false,
          "nodeIntegrationInSubFrames": false,
          "nodeIntegrationInWorker": false,
          "preload": "/airlock/out/preload.cjs",
          "safeDialogs": true,
          "sandbox": true,
          "session": "the session",
          "spellcheck": false,
          "webSecurity": true,
          "webviewTag": false,
          "zoomFactor": 1,
        },
        "width": 1280,
      }
    `);
  });

  it('has developer tools only where nothing is packaged', () => {
    expect(options(false).webPreferences?.devTools).toBe(true);
    expect(options(true).webPreferences?.devTools).toBe(false);
  });

  it('stands where it stood, in its theme, with the icon it is given', () => {
    const icon = 'an icon' as unknown as NativeImage;
    const place = { bounds: { x: 1, y: 2, width: 900, height: 700 }, isMaximized: false, zoom: 1.5 } as const;
    const made = windowOptions({
      session,
      preload: '',
      isPackaged: true,
      isDark: true,
      icon,
      place: { ...place, theme: 'dark' },
    });
    expect(made).toMatchObject({ x: 1, y: 2, width: 900, height: 700, icon, backgroundColor: '#0f1415' });
    expect(made.webPreferences?.zoomFactor).toBe(1.5);
  });
});

describe('the session', () => {
  it('answers every question with no, save for its own files and text on the clipboard', async () => {
    const { session, events, given, call } = recordingSession();
    await holdSession(session, SCREENS, false);
    expect([...given.keys()]).toMatchInlineSnapshot(`
      [
        "protocol.handle",
        "webRequest.onBeforeRequest",
        "setPermissionRequestHandler",
        "setPermissionCheckHandler",
        "setDevicePermissionHandler",
        "setDisplayMediaRequestHandler",
        "setSpellCheckerEnabled",
        "setProxy",
      ]
    `);

    const asked = (url: string) => {
      let said: unknown;
      call('webRequest.onBeforeRequest', { url }, (answer: unknown) => {
        said = answer;
      });
      return said;
    };
    expect(asked('app://airlock/assets/start.js')).toEqual({ cancel: false });
    expect(asked('https://elsewhere.invalid/')).toEqual({ cancel: true });

    const permitted = (permission: string) => {
      let isGranted: unknown;
      const details = { requestingUrl: 'app://airlock/', isMainFrame: true };
      call('setPermissionRequestHandler', null, permission, (said: unknown) => (isGranted = said), details);
      return [isGranted, call('setPermissionCheckHandler', null, permission, 'app://airlock/', details)];
    };
    expect(permitted('clipboard-sanitized-write')).toEqual([true, true]);
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'hid',
    ])
      expect(permitted(permission), permission).toEqual([false, false]);
    expect(call('setDevicePermissionHandler', {})).toBe(false);
    expect(given.get('setDisplayMediaRequestHandler')).toEqual([null]);
    expect(given.get('setSpellCheckerEnabled')).toEqual([false]);
    expect(given.get('setProxy')).toEqual([{ mode: 'direct' }]);

    let isPrevented = false;
    events.emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });

  it('lets the browser’s own tools load only where they can be opened', () => {
    expect(mayRequest('devtools://devtools/bundled/inspector.html', true)).toBe(true);
    expect(mayRequest('devtools://devtools/bundled/inspector.html', false)).toBe(false);
  });

  it.each([
    'https://airlock/',
    'app://airlock.example/',
    'app://airlock',
    'app://airlock@elsewhere.invalid/',
    'file:///etc/passwd',
    'chrome://settings/',
    'ws://127.0.0.1:9229/',
  ])('requests nothing from %s', (url) => {
    expect(mayRequest(url, false)).toBe(false);
  });

  it.each([
    ['app://other/', true],
    ['https://airlock/', true],
    ['', true],
    ['app://airlock/', false],
  ])('writes no text for %s (main frame: %s)', (requester, isMainFrame) => {
    expect(mayUse('clipboard-sanitized-write', requester, isMainFrame)).toBe(false);
  });
});

describe('the scheme', () => {
  it('has an origin of its own and no right to pass by the content policy', () => {
    expect(SCHEME_RIGHTS).toMatchInlineSnapshot(`
      {
        "privileges": {
          "codeCache": true,
          "secure": true,
          "standard": true,
          "supportFetchAPI": true,
        },
        "scheme": "app",
      }
    `);
  });

  it('hands out a file by its exact name, with the policy as a header', async () => {
    const answer = answerRequest({ url: 'app://airlock/assets/start.js?x#y', method: 'GET' }, SCREENS);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('/assets/start.js');
    expect(answer.headers.get('content-security-policy')).toMatchInlineSnapshot(
      `"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; img-src 'self' data: blob:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"`,
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['GET', 'app://airlock/../main.mjs', 404],
    ['GET', 'app://airlock/%2e%2e/main.mjs', 404],
    ['GET', 'app://airlock/assets/..%2f..%2fmain.mjs', 404],
    ['GET', 'app://airlock//etc/passwd', 404],
    ['GET', 'app://airlock/assets/', 404],
    ['GET', 'app://other/', 404],
    ['GET', 'not an address', 404],
    ['HEAD', 'app://airlock/', 405],
    ['POST', 'app://airlock/', 405],
  ])('answers %s %s with %i', (method, url, status) => {
    expect(answerRequest({ url, method }, SCREENS).status).toBe(status);
  });
});

describe('a page', () => {
  it('goes nowhere, opens nothing and embeds nothing, whichever window it is in', () => {
    const app = new EventEmitter();
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler(handler: () => unknown) {
        this.open = handler;
      },
      open: (): unknown => undefined,
    });
    holdAllContents(app as unknown as App);
    app.emit('web-contents-created', {}, contents);
    const prevented: string[] = [];
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])
      contents.emit(name, { preventDefault: () => prevented.push(name) });
    expect(prevented).toEqual([
      'will-navigate',
      'will-frame-navigate',
      'will-redirect',
      'will-attach-webview',
    ]);
    expect(contents.open()).toEqual({ action: 'deny' });
  });

  it('is ours by frame and origin, both', () => {
    expect(isOurs({ origin: 'app://airlock', parent: null })).toBe(true);
    expect(isOurs({ origin: 'app://airlock', parent: {} })).toBe(false);
    expect(isOurs({ origin: 'app://airlock.example', parent: null })).toBe(false);
    expect(isOurs({ origin: 'null', parent: null })).toBe(false);
    expect(isOurs(null)).toBe(false);
  });
});
