// The menu: what is on the screens anyway, for those who look for it there. Its own items are names of the screens' actions.
import type { MenuItemConstructorOptions } from 'electron';
import type { Theme } from '../../shared/station/settings.ts';

/** Actions of the screens that the menu can ask for (renderer/app registers them under these ids). */
export type MenuAction =
  | 'go.pack'
  | 'go.verify'
  | 'go.import'
  | 'go.serve'
  | 'go.history'
  | 'go.settings'
  | 'open'
  | 'palette'
  | 'shortcuts';

export interface MenuChoice {
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  readonly theme: Theme;
  readonly command: (action: MenuAction) => void;
  readonly setTheme: (theme: Theme) => void;
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['contrast', 'High contrast'],
];

export function menuTemplate(choice: MenuChoice): MenuItemConstructorOptions[] {
  const { isMac, isPackaged, theme, command, setTheme } = choice;
  /** The screens bind these keys themselves; the menu shows them and must not act a second time. */
  const item = (label: string, action: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(action),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const settings = item('Settings…', 'go.settings', 'CmdOrCtrl+,');

  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('Open…', 'open', 'CmdOrCtrl+O'),
      line,
      item('Pack', 'go.pack', 'CmdOrCtrl+1'),
      item('Verify', 'go.verify', 'CmdOrCtrl+2'),
      item('Import', 'go.import', 'CmdOrCtrl+3'),
      item('Serve', 'go.serve', 'CmdOrCtrl+4'),
      item('History', 'go.history', 'CmdOrCtrl+5'),
      line,
      ...(isMac ? [{ role: 'close' } as const] : [settings, line, { role: 'quit' } as const]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      line,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'delete' },
      line,
      { role: 'selectAll' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      item('Commands…', 'palette', 'CmdOrCtrl+K'),
      line,
      {
        label: 'Theme',
        submenu: THEMES.map(([id, label]) => ({
          label,
          type: 'radio',
          checked: id === theme,
          click: () => setTheme(id),
        })),
      },
      line,
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      line,
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [line, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
    ],
  };
  const help: MenuItemConstructorOptions = {
    label: '&Help',
    role: 'help',
    submenu: [item('Keyboard shortcuts', 'shortcuts', '?'), ...(isMac ? [] : [{ role: 'about' } as const])],
  };
  return [
    ...(isMac ? [application] : []),
    file,
    edit,
    view,
    ...(isMac ? [{ role: 'windowMenu' } as const] : []),
    help,
  ];
}
