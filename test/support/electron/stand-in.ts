// Starts the built desktop application on the stand-in for Electron, and gives a test its page and everything it did.
import { fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { FromStandIn, MACHINE_VARIABLE } from './line.ts';
import type { Machine, Record } from './line.ts';
import { asReal } from './origins.ts';

const ROOT = join(import.meta.dirname, '../../..');
const REGISTER = new URL('./register.ts', import.meta.url).href;
const PAGE = asReal('app://airlock/');
const PATIENCE_MS = 20_000;
const END_MS = 15_000;

/** What a dialog is answered with; the default is what Escape does. */
export interface Answers {
  /** Chosen paths. */
  readonly open?: (options: object) => readonly string[];
  readonly save?: (options: { readonly defaultPath?: string }) => string;
  /** The index of the button. */
  readonly message?: (options: { readonly message: string; readonly buttons: readonly string[] }) => number;
}

export interface StandInChoice {
  readonly stateFolder: string;
  /** The whole of it. */
  readonly environment: Readonly<{ [name: string]: string }>;
  readonly parameters?: readonly string[];
  readonly answers?: Answers;
  readonly machine?: Partial<Machine>;
  /** Where main lies; default: the built one of this tree. */
  readonly main?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface StandIn {
  /** Of the window that is open now. */
  readonly page: Page;
  readonly browser: Browser;
  readonly pid: number;
  readonly records: readonly Record[];
  answers: Answers;
  /** Values of everything recorded under the name so far. */
  readonly all: (what: string) => readonly unknown[];
  /** Waits until one was recorded that fits; also one from before. */
  readonly recorded: <Value>(what: string, fits?: (value: Value) => boolean) => Promise<Value>;
  /** Has something done: see `onDeed` in the stand-in. */
  readonly act: (what: string, value?: unknown) => Promise<unknown>;
  /** The page of a window that was opened after this one was closed or died. */
  readonly nextPage: () => Promise<Page>;
  /** Drops files from the desktop onto the middle of what the selector names. */
  readonly drop: (selector: string, paths: readonly string[]) => Promise<void>;
  /** Starts the program a second time; its exit code. */
  readonly startAgain: (parameters: readonly string[], folder?: string) => Promise<number>;
  /** Resolves with the exit code when the program has ended by itself. */
  readonly ended: Promise<number>;
  /** Ends the program as the system would, and leaves no process. */
  readonly close: () => Promise<void>;
}

/** Resolves when the page has loaded. Throws where the program ends before. */
export async function launchStandIn(choice: StandInChoice): Promise<StandIn> {
  const { answers = {}, machine, viewport } = choice;
  const main = choice.main ?? join(ROOT, 'out/main.mjs');
  if (!existsSync(main)) throw new Error(`${main} is not there; run npm run build first.`);
  const start = (parameters: readonly string[], folder?: string) =>
    fork(main, parameters, {
      execPath: nodeProgram(),
      execArgv: ['--disable-warning=ExperimentalWarning', `--import=${REGISTER}`],
      ...(folder === undefined ? {} : { cwd: folder }),
      env: {
        ...choice.environment,
        AIRLOCK_HOME: choice.stateFolder,
        [MACHINE_VARIABLE]: JSON.stringify({
          isPackaged: false,
          keyring: 'gnome_libsecret',
          screens: [{ x: 0, y: 0, width: 1920, height: 1080 }],
          ...machine,
        } satisfies Machine),
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });

  const child = start(choice.parameters ?? []);
  const records: Record[] = [];
  const done = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Set<() => void>();
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
    for (const { reject } of done.values()) reject(new Error('The program has ended.'));
    for (const listener of listeners) listener();
    return undefined;
  });
  let lastId = 0;
  const hold = { answers };

  child.on('message', (raw) => {
    const message = FromStandIn.parse(raw);
    switch (message.kind) {
      case 'record':
        records.push(message);
        for (const listener of listeners) listener();
        return;
      case 'asks': {
        records.push({ kind: 'record', what: `dialog.${message.what}`, value: message.options });
        for (const listener of listeners) listener();
        const answer = hold.answers[message.what as keyof Answers] as
          ((options: unknown) => unknown) | undefined;
        child.send({ kind: 'answer', id: message.id, value: answer?.(message.options) });
        return;
      }
      default: {
        const asker = done.get(message.id);
        done.delete(message.id);
        if (message.fault === undefined) asker?.resolve(message.value);
        else asker?.reject(new Error(message.fault));
      }
    }
  });

  const all = (what: string) => records.filter((found) => found.what === what).map(({ value }) => value);
  const recorded = <Value>(what: string, fits: (value: Value) => boolean = () => true): Promise<Value> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        listeners.delete(look);
        act();
      };
      const look = () => {
        const found = records.find((known) => known.what === what && fits(known.value as Value));
        if (found !== undefined) settle(() => resolve(found.value as Value));
        else if (isEnded)
          settle(() =>
            reject(new Error(`The program ended without ${what}. ${lastCrash(choice.stateFolder)}`)),
          );
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${what} was not recorded: ${JSON.stringify(all(what))}`))),
        PATIENCE_MS,
      );
      listeners.add(look);
      look();
    });
  const act = (what: string, value?: unknown): Promise<unknown> => {
    const id = ++lastId;
    const asker = Promise.withResolvers<unknown>();
    done.set(id, asker);
    if (isEnded || !child.connected) return Promise.reject(new Error('The program has ended.'));
    child.send({ kind: 'do', id, what, value });
    return asker.promise;
  };

  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close().catch(() => undefined);
    if (!isEnded) {
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(last);
    }
    // A program that was killed could not end it.
    for (const { pid } of all('chromium') as readonly { readonly pid: number }[]) killGroup(pid);
  };

  try {
    const { endpoint } = await recorded<{ readonly endpoint: string }>('chromium');
    await recorded('show');
    browser = await chromium.connectOverCDP(endpoint);
    const opened = browser;
    const seen = new Set<Page>();
    const nextPage = async (): Promise<Page> => {
      const page = await pageOf(opened, seen);
      seen.add(page);
      if (viewport !== undefined) await page.setViewportSize(viewport);
      return page;
    };
    let page = await nextPage();
    return {
      get page() {
        return page;
      },
      browser,
      pid: child.pid ?? 0,
      records,
      get answers() {
        return hold.answers;
      },
      set answers(next) {
        hold.answers = next;
      },
      all,
      recorded,
      act,
      async nextPage() {
        page = await nextPage();
        return page;
      },
      async drop(selector, paths) {
        await act('page.paths', Object.fromEntries(paths.map((path) => [basename(path), path])));
        await dropFiles(page, selector, paths);
      },
      startAgain: (parameters, folder) => {
        const again = start(parameters, folder);
        return new Promise((resolve) => again.once('exit', (code) => resolve(code ?? 1)));
      },
      ended,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pageOf(browser: Browser, seen: ReadonlySet<Page>): Promise<Page> {
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('The browser shows no context.');
  const isNew = (page: Page) => !seen.has(page) && page.url().startsWith(PAGE);
  const ends = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = context.pages().find(isNew);
    if (found !== undefined) {
      await found.waitForLoadState('load');
      return found;
    }
    if (Date.now() > ends) throw new Error('No window shows the screens.');
    await context.waitForEvent('page', { timeout: 250 }).catch(() => undefined);
  }
}

/** Real files, dragged in from outside of the page. */
async function dropFiles(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page.`);
  const session = await page.context().newCDPSession(page);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x,
      y,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  await session.detach();
}

/** Node 24, also where the test runner itself is run by an older one. */
function nodeProgram(): string {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  return join(ROOT, 'node_modules/.bin/node');
}

/** What main kept of its own end. */
function lastCrash(stateFolder: string): string {
  try {
    const folder = join(stateFolder, 'crashes');
    return readFileSync(join(folder, readdirSync(folder).sort().at(-1) ?? ''), 'utf8');
  } catch {
    return 'It kept no account of why.';
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended with its program.
  }
}
