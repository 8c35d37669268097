// `webContents` of one window: its page in Chromium, with every request, navigation and call put before main.
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { HeldEvent } from './app.ts';
import type { Attached, PopUp, StandInBrowser } from './browser.ts';
import type { Cdp } from './cdp.ts';
import { asReal, asSaid, isMapped } from './origins.ts';
import { pageWorldScript } from './page-world.ts';
import type { StandInSession } from './session.ts';
import { onDeed, record } from './test-line.ts';

interface Frame {
  readonly origin: string;
  readonly parent: object | null;
}
type IpcHandler = (event: { readonly senderFrame: Frame | null }, ...values: unknown[]) => unknown;

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

interface Context {
  readonly id: number;
  readonly origin: string;
  readonly auxData: { readonly frameId: string };
}

interface BindingCalled {
  readonly name: string;
  readonly payload: string;
  readonly executionContextId: number;
}

const BINDING = '__standInCall';
const ENTRANCE = '__standInEntrance';
const ORIGIN = asReal('app://airlock');
/** Chromium's names of what a page may ask for, and Electron's. */
const PERMISSIONS: readonly (readonly [descriptor: object, said: string])[] = [
  [{ name: 'clipboard-write' }, 'clipboard-sanitized-write'],
  [{ name: 'clipboard-read' }, 'clipboard-read'],
  [{ name: 'geolocation' }, 'geolocation'],
  [{ name: 'notifications' }, 'notifications'],
  [{ name: 'camera' }, 'media'],
  [{ name: 'microphone' }, 'media'],
  [{ name: 'midi', sysex: true }, 'midiSysex'],
  [{ name: 'idle-detection' }, 'idle-detection'],
  [{ name: 'local-fonts' }, 'unknown'],
  [{ name: 'window-management' }, 'window-management'],
  [{ name: 'display-capture' }, 'display-capture'],
];

export class StandInWebContents extends EventEmitter {
  readonly session: StandInSession;
  readonly #browser: StandInBrowser;
  readonly #preload: string;
  readonly #opened: Promise<Attached>;
  readonly #handlers = new Map<string, IpcHandler>();
  readonly #contexts = new Map<number, { readonly frameId: string; readonly origin: string }>();
  /** Frames whose page, not main, wants to go elsewhere. */
  readonly #leaving = new Set<string>();
  #entrance: string | undefined;
  #untold: string[] = [];
  #windowOpen: (details: { readonly url: string }) => { readonly action: 'deny' | 'allow' } = () => ({
    action: 'allow',
  });
  #targetId = '';
  #zoom: number;
  #isGone = false;
  readonly #paths: Record<string, string> = {};

  constructor(
    browser: StandInBrowser,
    options: {
      readonly session: StandInSession;
      readonly preload: string;
      readonly zoomFactor: number;
      readonly size: { readonly width: number; readonly height: number };
    },
  ) {
    super();
    this.session = options.session;
    this.#browser = browser;
    this.#preload = options.preload;
    this.#zoom = options.zoomFactor;
    this.#opened = this.#open(options.size);
  }

  readonly ipc = {
    handle: (channel: string, handler: IpcHandler) => {
      if (this.#handlers.has(channel)) throw new Error(`${channel} has a handler already.`);
      this.#handlers.set(channel, handler);
    },
  };

  setWindowOpenHandler(
    handler: (details: { readonly url: string }) => { readonly action: 'deny' | 'allow' },
  ): void {
    this.#windowOpen = handler;
  }
  getZoomFactor(): number {
    return this.#zoom;
  }
  isDestroyed(): boolean {
    return this.#isGone;
  }
  get targetId(): string {
    return this.#targetId;
  }

  send(channel: string, ...values: unknown[]): void {
    this.#deliver({
      kind: 'event',
      channel,
      values: structuredClone(values).map((value) => (value === undefined ? {} : { value })),
    });
  }

  async loadURL(url: string): Promise<void> {
    const { page } = await this.#opened;
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await page.send<{ readonly errorText?: string }>('Page.navigate', {
      url: asReal(url),
    });
    if (errorText !== undefined) throw new Error(`${errorText} loading ${url}`);
    await loaded;
  }

  /** What a page of another frame or origin would get, were it to reach this channel. */
  async callAs(frame: Frame | null, channel: string, values: readonly unknown[]): Promise<unknown> {
    return this.#handlers.get(channel)?.({ senderFrame: frame }, ...values);
  }

  knowPaths(paths: Readonly<Record<string, string>>): void {
    Object.assign(this.#paths, paths);
    this.#deliver({ kind: 'paths', paths });
  }

  async crash(): Promise<void> {
    const { page } = await this.#opened;
    // No page is left to answer.
    void page.send('Page.crash').catch(() => undefined);
  }

  emulateTheme(source: 'system' | 'light' | 'dark'): void {
    const value = source === 'system' ? '' : source;
    void this.#quietly('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value }],
    });
  }

  async close(): Promise<void> {
    this.#isGone = true;
    await this.#opened.catch(() => undefined);
    await this.#browser.cdp.send('Target.closeTarget', { targetId: this.#targetId }).catch(() => undefined);
  }

  popUp({ url, targetId, page }: PopUp): void {
    const { action } = this.#windowOpen({ url: asSaid(url) });
    record('windowOpen', { url: asSaid(url), action });
    const quietly = (asked: Promise<unknown>) => void asked.catch(() => undefined);
    // Held requests never leave. While it is held at its start it also holds its opener, which shares its process.
    quietly(page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }));
    quietly(this.#browser.cdp.send('Target.closeTarget', { targetId }));
    quietly(page.send('Runtime.runIfWaitingForDebugger'));
  }

  gone(): void {
    if (!this.#isGone) this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 133 });
  }

  async #open(size: { readonly width: number; readonly height: number }): Promise<Attached> {
    const opened = await this.#browser.openPage(size);
    const { page } = opened;
    this.#targetId = opened.targetId;
    const preload = await readFile(this.#preload, 'utf8');
    this.#listen(page);
    await this.#askPermissions();
    await Promise.all([
      page.send('Page.enable'),
      page.send('Runtime.enable'),
      page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      page.send('Runtime.addBinding', { name: BINDING }),
      page.send('Page.addScriptToEvaluateOnNewDocument', {
        source: pageWorldScript({ binding: BINDING, entrance: ENTRANCE, origin: ORIGIN }, preload),
      }),
      page.send('Runtime.runIfWaitingForDebugger'),
    ]);
    return opened;
  }

  #listen(page: Cdp): void {
    page.on('Fetch.requestPaused', (paused: Paused) => void this.#answer(page, paused));
    page.on('Page.frameRequestedNavigation', ({ frameId }: { readonly frameId: string }) =>
      this.#leaving.add(frameId),
    );
    page.on('Page.loadEventFired', () => this.emit('did-finish-load'));
    page.on('Runtime.executionContextCreated', ({ context }: { readonly context: Context }) =>
      this.#contexts.set(context.id, { frameId: context.auxData.frameId, origin: context.origin }),
    );
    page.on('Runtime.executionContextDestroyed', (gone: { readonly executionContextId: number }) =>
      this.#contexts.delete(gone.executionContextId),
    );
    page.on('Runtime.executionContextsCleared', () => {
      this.#contexts.clear();
      this.#entrance = undefined;
      this.#untold = [];
    });
    page.on('Runtime.bindingCalled', ({ name, payload, executionContextId }: BindingCalled) => {
      if (name === BINDING) void this.#called(page, executionContextId, payload);
    });
  }

  async #askPermissions(): Promise<void> {
    for (const [permission, said] of PERMISSIONS) {
      const isGranted = await this.session.mayUse(this, said, 'app://airlock');
      record('permission', { permission: said, isGranted });
      await this.#browser.cdp
        .send('Browser.setPermission', {
          permission,
          setting: isGranted ? 'granted' : 'denied',
          origin: ORIGIN,
        })
        // One that this Chromium does not know cannot be asked for either.
        .catch(() => undefined);
    }
  }

  async #answer(page: Cdp, paused: Paused): Promise<void> {
    const { requestId, frameId, resourceType, request } = paused;
    const url = asSaid(request.url);
    const fail = (errorReason: string) =>
      page.send('Fetch.failRequest', { requestId, errorReason }).catch(() => undefined);
    if (resourceType === 'Document' && this.#isHeld(frameId, url)) return void (await fail('Aborted'));
    const isAllowed = await this.session.mayRequest({ url, method: request.method, resourceType });
    if (!isAllowed) {
      record('refusedRequest', url);
      return void (await fail('BlockedByClient'));
    }
    const handler = isMapped(request.url) ? this.session.handlers.get('app') : undefined;
    if (handler === undefined) {
      record('escaped', url);
      return void (await fail('InternetDisconnected'));
    }
    // `Request` itself would refuse the address of an unknown scheme no more than Electron's does.
    const response = await handler(new Request(url, { method: request.method, headers: request.headers }));
    await page
      .send('Fetch.fulfillRequest', {
        requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
        body: Buffer.from(await response.arrayBuffer()).toString('base64'),
      })
      .catch(() => undefined);
  }

  /** True where a page wanted to leave and main held it. */
  #isHeld(frameId: string, url: string): boolean {
    if (!this.#leaving.delete(frameId)) return false;
    const isMainFrame = frameId === this.#targetId;
    const events = isMainFrame ? ['will-frame-navigate', 'will-navigate'] : ['will-frame-navigate'];
    const isPrevented = events.map((name) => {
      const event = new HeldEvent({ url, isMainFrame });
      this.emit(name, event);
      return event.defaultPrevented;
    });
    record('navigation', { url, isMainFrame, isPrevented: isPrevented.includes(true) });
    return isPrevented.includes(true);
  }

  async #called(page: Cdp, contextId: number, text: string): Promise<void> {
    const context = this.#contexts.get(contextId);
    const message = JSON.parse(text) as
      | { readonly kind: 'hello' }
      | {
          readonly kind: 'invoke';
          readonly id: number;
          readonly channel: string;
          readonly values: readonly { readonly value?: unknown }[];
        };
    if (message.kind === 'hello') {
      const { result } = await page.send<{ readonly result: { readonly objectId: string } }>(
        'Runtime.evaluate',
        {
          expression: `(() => { const entrance = globalThis.${ENTRANCE}; delete globalThis.${ENTRANCE}; return entrance; })()`,
          contextId,
        },
      );
      this.#entrance = result.objectId;
      const untold = [...this.#untold];
      this.#untold = [];
      this.#deliver({ kind: 'paths', paths: this.#paths });
      for (const late of untold) this.#hand(late);
      return;
    }
    const frame =
      context === undefined
        ? null
        : { origin: asSaid(context.origin), parent: context.frameId === this.#targetId ? null : {} };
    const values = message.values.map(({ value }) => value);
    const handler = this.#handlers.get(message.channel);
    const { id } = message;
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${message.channel}'`);
      const value = structuredClone(await handler({ senderFrame: frame }, ...values));
      this.#deliver({ kind: 'answer', id, values: [value === undefined ? {} : { value }] });
    } catch (error) {
      const fault = `Error invoking remote method '${message.channel}': ${String(error)}`;
      this.#deliver({ kind: 'answer', id, values: [], fault });
    }
  }

  #deliver(message: object): void {
    const text = JSON.stringify(message);
    if (this.#entrance === undefined) this.#untold.push(text);
    else this.#hand(text);
  }

  #hand(text: string): void {
    void this.#quietly('Runtime.callFunctionOn', {
      objectId: this.#entrance,
      functionDeclaration: 'function (text) { this(text); }',
      arguments: [{ value: text }],
    });
  }

  /** A page that is gone meanwhile hears nothing. */
  async #quietly(method: string, parameters: object): Promise<void> {
    try {
      const { page } = await this.#opened;
      await page.send(method, parameters);
    } catch {
      // Nobody is there to be told.
    }
  }
}

/** The one that a test means. */
export function listenForPageDeeds(current: () => StandInWebContents | undefined): void {
  const page = () => {
    const found = current();
    if (found === undefined) throw new Error('No window is open.');
    return found;
  };
  onDeed('page.crash', () => page().crash());
  onDeed('page.paths', (paths) => page().knowPaths(paths as Record<string, string>));
  onDeed('page.callAs', (asked) => {
    const { frame, channel, values } = asked as {
      readonly frame: Frame | null;
      readonly channel: string;
      readonly values: readonly unknown[];
    };
    return page().callAs(frame, channel, values);
  });
}
