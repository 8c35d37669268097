// What a window of the screens may do: said in full, also where it is Electron's default.
import type { BrowserWindowConstructorOptions, NativeImage, Session } from 'electron';
import type { WindowPlace } from './window-state.ts';

export interface WindowChoice {
  readonly session: Session;
  readonly preload: string;
  readonly isPackaged: boolean;
  readonly isDark: boolean;
  readonly place: WindowPlace;
  readonly icon: NativeImage | undefined;
}

/** Below this the screens' bars no longer fit (interface.md §2). */
const LEAST = { minWidth: 640, minHeight: 480 };

/** The ground of the screens in either theme, so that nothing flashes before the first paint. */
const GROUND = { light: '#e5e8e6', dark: '#0f1415' };

export function windowOptions(choice: WindowChoice): BrowserWindowConstructorOptions {
  const { bounds, zoom } = choice.place;
  return {
    ...LEAST,
    width: bounds.width,
    height: bounds.height,
    ...(bounds.x === undefined || bounds.y === undefined ? { center: true } : { x: bounds.x, y: bounds.y }),
    ...(choice.icon === undefined ? {} : { icon: choice.icon }),
    title: 'Airlock',
    show: false,
    backgroundColor: choice.isDark ? GROUND.dark : GROUND.light,
    // Everything in the menu is on the screens as well; Alt shows it.
    autoHideMenuBar: true,
    webPreferences: {
      session: choice.session,
      preload: choice.preload,
      zoomFactor: zoom,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !choice.isPackaged,
    },
  };
}
