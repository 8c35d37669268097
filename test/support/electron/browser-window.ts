// `electron.BrowserWindow`: what a desktop would do with it, recorded; its page is real.
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { app, beReady, HeldEvent, switches } from './app.ts';
import { startBrowser } from './browser.ts';
import type { StandInBrowser } from './browser.ts';
import { nativeTheme } from './parts.ts';
import type { StandInSession } from './session.ts';
import { onDeed, record } from './test-line.ts';
import { endUtilityProcesses } from './utility-process.ts';
import { listenForPageDeeds, StandInWebContents } from './web-contents.ts';

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Options extends Partial<Bounds> {
  readonly show?: boolean;
  readonly webPreferences: {
    readonly session: StandInSession;
    readonly preload: string;
    readonly zoomFactor?: number;
  };
}

let browser: StandInBrowser | undefined;
const windows = new Set<BrowserWindow>();

export class BrowserWindow extends EventEmitter {
  readonly webContents: StandInWebContents;
  #bounds: Bounds;
  #isVisible: boolean;
  #isFocused = false;
  #isMaximized = false;
  #isDestroyed = false;

  constructor(options: Options) {
    super();
    if (browser === undefined) throw new Error('A window cannot be opened before the app is ready.');
    const { width = 800, height = 600, x = 0, y = 0, webPreferences, ...rest } = options;
    const { session, preload, zoomFactor = 1, ...preferences } = webPreferences;
    record('window', {
      ...rest,
      width,
      height,
      ...(options.x === undefined ? {} : { x, y }),
      webPreferences: { ...preferences, zoomFactor, session: session.partition },
    });
    this.#bounds = { x, y, width, height };
    this.#isVisible = rest.show ?? true;
    this.webContents = new StandInWebContents(browser, {
      session,
      preload,
      zoomFactor,
      size: { width, height },
    });
    app.emit('web-contents-created', {}, this.webContents);
    this.webContents.once('did-finish-load', () => {
      this.webContents.emulateTheme(nativeTheme.themeSource);
      if (!this.#isDestroyed) this.emit('ready-to-show');
    });
    windows.add(this);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  show(): void {
    this.#isVisible = true;
    record('show');
    this.focus();
  }
  hide(): void {
    this.#isVisible = false;
    this.setFocused(false);
    record('hide');
  }
  focus(): void {
    this.setFocused(true);
  }
  setFocused(isFocused: boolean): void {
    if (this.#isFocused === isFocused) return;
    this.#isFocused = isFocused;
    this.emit(isFocused ? 'focus' : 'blur');
  }
  isFocused(): boolean {
    return this.#isFocused && this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {
    this.show();
  }
  maximize(): void {
    this.#isMaximized = true;
    record('maximize');
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  getNormalBounds(): Bounds {
    return this.#bounds;
  }
  setProgressBar(share: number, options: object = {}): void {
    record('progressBar', { share, ...options });
  }
  flashFrame(isOn: boolean): void {
    record('flashFrame', isOn);
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  /** As a user drags it. */
  place(bounds: Bounds): void {
    this.#bounds = bounds;
    this.emit('resize');
    this.emit('move');
  }
  /** False where a listener keeps it. */
  close(): boolean {
    if (this.#isDestroyed) return true;
    const event = new HeldEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    this.destroy();
    return true;
  }
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    windows.delete(this);
    void this.webContents.close();
    record('closed');
    this.emit('closed');
    if (windows.size === 0 && !isQuitting) app.emit('window-all-closed');
  }
}

let isQuitting = false;

beReady(async () => {
  browser = await startBrowser(switches, join(app.getPath('userData'), 'stand-in'));
  const started = browser;
  started.onPopUp((popUp) => {
    for (const { webContents } of windows)
      if (webContents.targetId === popUp.openerId) webContents.popUp(popUp);
  });
  started.cdp.on('Target.targetCrashed', ({ targetId }: { readonly targetId: string }) => {
    for (const { webContents } of windows) if (webContents.targetId === targetId) webContents.gone();
  });
  started.cdp.on('Browser.downloadWillBegin', ({ url }: { readonly url: string }) => {
    for (const { webContents } of windows)
      record('download', { url, isAllowed: webContents.session.mayDownload(url) });
  });
  return {
    closeAll() {
      isQuitting = true;
      const isClosed = [...windows].every((window) => window.close());
      isQuitting = isClosed;
      return isClosed;
    },
    end() {
      endUtilityProcesses();
      started.end();
    },
  };
});

nativeTheme.on('updated', () => {
  for (const { webContents } of windows) webContents.emulateTheme(nativeTheme.themeSource);
});

const newest = () => [...windows].at(-1);
listenForPageDeeds(() => newest()?.webContents);
onDeed('window.focus', (isFocused) => newest()?.setFocused(isFocused === true));
onDeed('window.close', () => newest()?.close());
onDeed('window.place', (bounds) => newest()?.place(bounds as Bounds));
