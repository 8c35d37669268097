// `electron.app`: the program's own life, from ready to quit, and its second start.
import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MACHINE_VARIABLE, Machine } from './line.ts';
import { flushLine, onDeed, record } from './test-line.ts';

export const machine = Machine.parse(JSON.parse(process.env[MACHINE_VARIABLE] ?? 'null'));

/** What quits with the program; asked in order. */
export interface Quitting {
  /** False where one of them was kept. */
  closeAll(): boolean;
  /** At once. */
  end(): void;
}

/** An event that its listeners can hold. */
export class HeldEvent {
  defaultPrevented = false;
  readonly details: object;
  constructor(details: object = {}) {
    this.details = details;
    Object.assign(this, details);
  }
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

const ready = Promise.withResolvers<void>();
const events = new EventEmitter();
const paths = new Map<string, string>();
export const switches: string[] = [];
export const schemes = new Set<string>();

let quitting: Quitting = { closeAll: () => true, end: () => undefined };
let isReady = false;
let isSandboxed = false;
let lock: string | undefined;

function beforeReady(what: string): void {
  if (isReady) throw new Error(`${what} has to be called before the app is ready.`);
}

function emitHeld(name: string): boolean {
  const event = new HeldEvent();
  events.emit(name, event);
  return !event.defaultPrevented;
}

async function end(code: number): Promise<never> {
  events.emit('quit', {}, code);
  record('exit', code);
  if (lock !== undefined) rmSync(lock, { recursive: true, force: true });
  await flushLine();
  process.exit(code);
}

export const app = Object.assign(events, {
  get isPackaged() {
    return machine.isPackaged;
  },
  commandLine: {
    appendSwitch(name: string, value?: string) {
      beforeReady('appendSwitch');
      const text = value === undefined ? `--${name}` : `--${name}=${value}`;
      switches.push(text);
      record('switch', text);
    },
  },
  enableSandbox() {
    beforeReady('enableSandbox');
    isSandboxed = true;
    record('sandbox', true);
  },
  setName: (name: string) => record('name', name),
  // Not there on any other system.
  ...(process.platform === 'win32' && { setAppUserModelId: (id: string) => record('appUserModelId', id) }),
  ...(process.platform === 'linux' && { setDesktopName: (name: string) => record('desktopName', name) }),
  setPath: (name: string, path: string) => void paths.set(name, path),
  getPath: (name: string) => paths.get(name) ?? '',
  getVersion: () => {
    const main = process.env['STAND_IN_MAIN'] ?? '';
    const text = readFileSync(join(dirname(main), '..', 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly version: string }).version;
  },
  whenReady: () => ready.promise,
  requestSingleInstanceLock(handed: unknown = {}) {
    const folder = paths.get('userData');
    if (folder === undefined) throw new Error('The stand-in needs userData to be set before the lock.');
    const inbox = join(folder, 'stand-in-starts');
    if (isHeld(inbox)) {
      const letter = join(inbox, `${process.pid}-${Date.now()}`);
      writeFileSync(
        `${letter}.part`,
        JSON.stringify({ parameters: process.argv, folder: process.cwd(), handed }),
      );
      renameSync(`${letter}.part`, `${letter}.json`);
      return false;
    }
    rmSync(inbox, { recursive: true, force: true });
    mkdirSync(inbox, { recursive: true });
    writeFileSync(join(inbox, 'pid'), String(process.pid));
    lock = inbox;
    watch(inbox, () => readStarts(inbox)).unref();
    return true;
  },
  quit() {
    record('quit');
    if (!emitHeld('before-quit')) return;
    if (!quitting.closeAll()) return;
    if (!emitHeld('will-quit')) return;
    quitting.end();
    void end(0);
  },
  exit(code = 0) {
    quitting.end();
    void end(code);
  },
});

function isHeld(inbox: string): boolean {
  try {
    process.kill(Number(readFileSync(join(inbox, 'pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

function readStarts(inbox: string): void {
  for (const name of readdirSync(inbox).filter((found) => found.endsWith('.json'))) {
    const letter = join(inbox, name);
    const { parameters, folder, handed } = JSON.parse(readFileSync(letter, 'utf8')) as {
      readonly parameters: string[];
      readonly folder: string;
      readonly handed: unknown;
    };
    rmSync(letter);
    record('second-instance', handed);
    app.emit('second-instance', {}, parameters, folder, handed);
  }
}

/** Ready once main's own module has run: Electron waits for it too. */
export function beReady(start: () => Promise<Quitting>): void {
  setImmediate(() => {
    const begin = async (): Promise<void> => {
      if (!isSandboxed) throw new Error('Main did not ask for the sandbox before it was ready.');
      quitting = await start();
      isReady = true;
      app.emit('ready');
      ready.resolve();
    };
    begin().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}

export const isAppReady = (): boolean => isReady;

onDeed('quit', () => app.quit());
onDeed('open-file', (path) => {
  const event = new HeldEvent();
  app.emit('open-file', event, path);
  return event.defaultPrevented;
});
process.on('disconnect', () => {
  quitting.end();
  process.exit(0);
});
process.on('exit', () => quitting.end());
