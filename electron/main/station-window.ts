// The one window of the station: opened, kept in its place, opened anew when its page dies.
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { NativeImage, Session } from 'electron';
import type { Theme } from '../../shared/station/settings.ts';
import type { WindowIpc } from './bind-window.ts';
import { START_PAGE } from './origin.ts';
import { windowOptions } from './window-policy.ts';
import { keepWindowPlace, readWindowPlace } from './window-state.ts';
import type { WindowPlace } from './window-state.ts';

export interface StationWindowParts {
  readonly session: Session;
  readonly preload: string;
  readonly icon: NativeImage | undefined;
  readonly isPackaged: boolean;
  readonly stateFolder: string;
  readonly bind: (ipc: WindowIpc) => void;
  readonly onFocus: () => void;
  /** A page ended: by itself with why, or with its window. */
  readonly onPageGone: (why: { readonly reason: string; readonly exitCode: number } | undefined) => void;
  /** False keeps the window; then whoever says so asks. */
  readonly mayClose: () => boolean;
  readonly now: () => number;
  /** Its page died too often; true to open it again. */
  readonly askAgain: () => Promise<boolean>;
}

export interface StationWindow {
  readonly current: BrowserWindow | undefined;
  /** In front, opened where there is none. */
  show(): Promise<void>;
  /** Out of sight, its place kept: the end may take seconds. */
  leave(): Promise<void>;
  send(channel: string, payload: unknown): void;
  keepTheme(theme: Theme): void;
}

const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;
const KEEP_AFTER_MS = 400;

export async function createStationWindow(parts: StationWindowParts): Promise<StationWindow> {
  let place = await readWindowPlace(
    parts.stateFolder,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  let current: BrowserWindow | undefined;
  let deaths: number[] = [];
  nativeTheme.themeSource = themeSource(place.theme);

  const remember = (window: BrowserWindow): void => {
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    place = {
      ...place,
      bounds: { x, y, width, height },
      isMaximized: window.isMaximized(),
      zoom: window.webContents.getZoomFactor(),
    };
  };

  const open = async (): Promise<void> => {
    const window = new BrowserWindow(
      windowOptions({ ...parts, isDark: nativeTheme.shouldUseDarkColors, place }),
    );
    current = window;
    const contents = window.webContents;
    parts.bind(contents.ipc);
    keepPlace(window);
    window.on('focus', () => {
      window.flashFrame(false);
      parts.onFocus();
    });
    window.on('close', (event) => {
      remember(window);
      void keepWindowPlace(parts.stateFolder, place);
      if (!parts.mayClose()) event.preventDefault();
    });
    window.on('closed', () => {
      if (current !== window) return;
      current = undefined;
      parts.onPageGone(undefined);
    });
    window.once('ready-to-show', () => {
      if (place.isMaximized) window.maximize();
      window.show();
    });
    contents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (current !== window || reason === 'clean-exit') return;
      parts.onPageGone({ reason, exitCode });
      void openAnew(window);
    });
    await window.loadURL(START_PAGE);
  };

  const openAnew = async (dead: BrowserWindow): Promise<void> => {
    const now = parts.now();
    deaths = [...deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    current = undefined;
    const isTooOften = deaths.length >= MOST_DEATHS;
    if (isTooOften && !(await parts.askAgain())) return;
    if (isTooOften) deaths = [];
    // Opened before the dead one goes: a program without a window would quit.
    const opened = open();
    dead.destroy();
    await opened;
  };

  const keepPlace = (window: BrowserWindow): void => {
    let timer: NodeJS.Timeout | undefined;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        remember(window);
        void keepWindowPlace(parts.stateFolder, place);
      }, KEEP_AFTER_MS);
      timer.unref();
    };
    window.on('resize', later);
    window.on('move', later);
  };

  return {
    get current() {
      return current;
    },
    async show() {
      if (current === undefined) {
        await open();
        return;
      }
      if (current.isMinimized()) current.restore();
      current.show();
      current.focus();
    },
    async leave() {
      if (current === undefined) return;
      remember(current);
      current.hide();
      await keepWindowPlace(parts.stateFolder, place);
    },
    send(channel, payload) {
      if (current !== undefined && !current.isDestroyed() && !current.webContents.isDestroyed())
        current.webContents.send(channel, payload);
    },
    keepTheme(theme) {
      nativeTheme.themeSource = themeSource(theme);
      if (theme === place.theme) return;
      place = { ...place, theme } satisfies WindowPlace;
      void keepWindowPlace(parts.stateFolder, place);
    },
  };
}

/** The high contrast of the screens stands on black. */
function themeSource(theme: Theme): 'system' | 'light' | 'dark' {
  return theme === 'contrast' ? 'dark' : theme;
}
