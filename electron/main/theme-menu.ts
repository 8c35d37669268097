// The theme, as the operator's settings have it: shown and changed by the menu, followed by the system's own parts.
import { app, Menu } from 'electron';
import { schemas } from '../../shared/ipc/schemas.ts';
import type { Settings, Theme } from '../../shared/station/settings.ts';
import type { Supervisor } from '../host/supervisor.ts';
import { menuTemplate } from './menu.ts';
import type { MenuAction } from './menu.ts';

export interface ThemeMenu {
  /** Undefined until the engine has told it. */
  readonly theme: Theme | undefined;
  /** Settings were changed, here or by anybody else. */
  changed(settings: Settings): void;
  /** Asks the engine, which was started. */
  read(): Promise<void>;
}

/** Sets a menu at once. */
export function createThemeMenu(
  engine: Pick<Supervisor, 'call'>,
  command: (action: MenuAction) => void,
  onTheme: (theme: Theme) => void,
): ThemeMenu {
  let theme: Theme | undefined;

  const settings = async (): Promise<Settings | undefined> => {
    const answer = await engine.call('settings', 'get', undefined);
    return answer.ok ? schemas.settings.get.output.safeParse(answer.value).data : undefined;
  };
  const save = async (chosen: Theme): Promise<void> => {
    const answer = await engine.call('settings', 'save', { theme: chosen });
    // The menu moves its mark by itself; where nothing was kept it has to move back.
    if (!answer.ok) draw(theme);
  };
  const draw = (shown: Theme = 'system'): void => {
    const template = menuTemplate({
      isMac: process.platform === 'darwin',
      isPackaged: app.isPackaged,
      theme: shown,
      command,
      setTheme: (chosen) => void save(chosen),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  const changed = (now: Settings): void => {
    if (now.theme === theme) return;
    theme = now.theme;
    draw(theme);
    onTheme(theme);
  };

  draw();
  return {
    get theme() {
      return theme;
    },
    changed,
    async read() {
      const known = await settings();
      if (known !== undefined) changed(known);
    },
  };
}
