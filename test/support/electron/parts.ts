// The small parts of `electron`: recorded, or answered by the test, or both.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { isAppReady, machine } from './app.ts';
import { ask, onDeed, record } from './test-line.ts';

/** Dialogs may have an owner before their options. */
function optionsOf(given: readonly unknown[]): Record<string, unknown> {
  return given.at(-1) as Record<string, unknown>;
}

export const dialog = {
  async showOpenDialog(...given: unknown[]) {
    const filePaths = ((await ask('open', optionsOf(given))) ?? []) as string[];
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...given: unknown[]) {
    const filePath = ((await ask('save', optionsOf(given))) ?? '') as string;
    return { canceled: filePath === '', filePath };
  },
  async showMessageBox(...given: unknown[]) {
    const options = optionsOf(given);
    const response = await ask('message', options);
    return { response: (response ?? options['cancelId'] ?? 0) as number, checkboxChecked: false };
  },
  showErrorBox: (title: string, text: string) => record('errorBox', { title, text }),
};

export const shell = { showItemInFolder: (path: string) => record('showItemInFolder', path) };

let lastBlocker = 0;
const blockers = new Set<number>();
export const powerSaveBlocker = {
  start(type: string) {
    const id = ++lastBlocker;
    blockers.add(id);
    record('power', { type, held: blockers.size });
    return id;
  },
  stop(id: number) {
    if (!blockers.delete(id)) throw new Error(`No power save blocker has the id ${id}.`);
    record('power', { held: blockers.size });
    return true;
  },
};

const shown: Notification[] = [];
export class Notification extends EventEmitter {
  static readonly isSupported = () => true;
  readonly options: object;
  constructor(options: object) {
    super();
    this.options = options;
  }
  show(): void {
    shown.push(this);
    record('notification', this.options);
  }
}
onDeed('notification.click', () => {
  const last = shown.at(-1);
  if (last === undefined) throw new Error('No notification was shown.');
  last.emit('click');
});

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly checked?: boolean;
  readonly accelerator?: string;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
}
let applicationMenu: readonly MenuItem[] = [];
export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu(menu: readonly MenuItem[]) {
    applicationMenu = menu;
    record('menu', menu);
  },
};
onDeed('menu.click', (labels) => {
  let items = applicationMenu;
  let found: MenuItem | undefined;
  for (const label of labels as string[]) {
    found = items.find((item) => item.label?.replace('&', '') === label);
    if (found === undefined) throw new Error(`The menu has no ${label}.`);
    items = found.submenu ?? [];
  }
  found?.click?.();
});

class NativeTheme extends EventEmitter {
  #source: 'system' | 'light' | 'dark' = 'system';
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
  get themeSource() {
    return this.#source;
  }
  set themeSource(source) {
    this.#source = source;
    record('theme', source);
    this.emit('updated');
  }
}
export const nativeTheme = new NativeTheme();

export const screen = {
  getAllDisplays: () => machine.screens.map((workArea) => ({ workArea, bounds: workArea })),
};

export const nativeImage = { createFromPath: (path: string) => ({ path, isEmpty: () => false }) };

/** One key for every stand-in, so that the next start reads what this one wrote. */
const KEY = createHash('sha256').update('the keyring of the stand-in').digest();
const afterReady = () => {
  if (!isAppReady()) throw new Error('safeStorage cannot be used before the app is ready.');
};
export const safeStorage = {
  getSelectedStorageBackend: () =>
    isAppReady() ? machine.keyring.replace('locked', 'gnome_libsecret') : 'unknown',
  isAsyncEncryptionAvailable() {
    afterReady();
    return Promise.resolve(machine.keyring !== 'locked');
  },
  encryptStringAsync(text: string) {
    afterReady();
    const start = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', KEY, start);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([start, cipher.getAuthTag(), body]));
  },
  decryptStringAsync(encrypted: Buffer) {
    afterReady();
    const cipher = createDecipheriv('aes-256-gcm', KEY, encrypted.subarray(0, 12));
    cipher.setAuthTag(encrypted.subarray(12, 28));
    const text = Buffer.concat([cipher.update(encrypted.subarray(28)), cipher.final()]).toString('utf8');
    return Promise.resolve({ result: text, shouldReEncrypt: false });
  },
};
