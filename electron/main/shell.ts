// The desktop application once Electron is ready: session, engine, window and what they tell each other.
import { fileURLToPath } from 'node:url';
import {
  app,
  dialog,
  nativeImage,
  safeStorage,
  session as sessions,
  shell as desktopShell,
  utilityProcess,
} from 'electron';
import type { SomeHandlers } from '../host/bind.ts';
import { readScreens, screensFolder } from '../host/screens.ts';
import { createSupervisor } from '../host/supervisor.ts';
import { bindWindow, createTeller } from './bind-window.ts';
import type { CrashLog } from './crash-log.ts';
import { createDesktop } from './desktop.ts';
import { createFollower } from './follow-engine.ts';
import { createLoginVault } from './login-vault.ts';
import type { MenuAction } from './menu.ts';
import { createDialogHandlers } from './native-dialogs.ts';
import type { OpenedPaths } from './opened-paths.ts';
import { choosesOther } from './questions.ts';
import { createQuit } from './quit.ts';
import { createRunningJobs } from './running-jobs.ts';
import { holdSession, PARTITION } from './session-policy.ts';
import { createStationHandlers } from './station-handlers.ts';
import { createStationWindow } from './station-window.ts';
import type { StationWindow } from './station-window.ts';
import { createThemeMenu } from './theme-menu.ts';
import { ENGINE_SERVICE, startUtilityEngine } from './utility-engine.ts';
import { quitWords, screensGoneWords } from './words.ts';

export interface ShellChoice {
  readonly stateFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly crashes: CrashLog;
  readonly opened: (tell: (paths: string[]) => void) => OpenedPaths;
}

export interface Shell {
  /** In front, with what it is to open. */
  show(): Promise<void>;
}

/** After Electron's ready, once. */
export async function runShell(choice: ShellChoice): Promise<Shell> {
  const { stateFolder, environment, crashes } = choice;
  const { platform } = process;
  const version = app.getVersion();
  let window: StationWindow | undefined;

  const session = sessions.fromPartition(PARTITION, { cache: false });
  await holdSession(session, await readScreens(screensFolder(), "'none'"), !app.isPackaged);

  const tell = createTeller(
    (channel, payload) => window?.send(channel, payload),
    () => void crashes.keep('event-unfit', {}),
  );
  const command = (action: MenuAction) => tell('station', 'command', { action });
  const opened = choice.opened((paths) => tell('station', 'opened', { paths }));
  const vault = createLoginVault(safeStorage, stateFolder, platform);
  const jobs = createRunningJobs(createDesktop(() => window, command));

  const supervisor = createSupervisor({
    spawn: () => startUtilityEngine(utilityProcess, environment),
    start: { host: 'window', stateFolder, version },
    onEvent: (group, name, payload) => {
      tell(group, name, payload);
      follow(group, name, payload);
    },
    onAsk: (question) => vault.answer(question),
    clock: { now: Date.now },
  });
  const menu = createThemeMenu(supervisor, command, (theme) => window?.keepTheme(theme));
  const follow = createFollower({
    jobs: {
      changed: (job) => jobs.changed(job),
      progress: ({ job, numbers }) => jobs.progressed(job, numbers),
    },
    settings: { changed: (settings) => menu.changed(settings) },
    station: {
      changed: ({ engine }) => {
        jobs.engineChanged(engine);
        if (engine === 'running') void menu.read();
      },
    },
  });

  const quit = createQuit({
    app,
    isBusy: () => jobs.underWay().length > 0,
    ask: async () => {
      await window?.show();
      return choosesOther(window?.current, { type: 'question', ...quitWords(jobs.underWay()) });
    },
    close: async () => {
      await window?.leave();
      await supervisor.close();
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => quit.now());

  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason === 'clean-exit' || quit.isDecided) return;
    const what = name === ENGINE_SERVICE ? 'engine' : type.toLowerCase().replaceAll(/\W+/g, '-');
    void crashes.keep(what, { reason, exitCode });
  });

  const handlers: SomeHandlers = {
    station: createStationHandlers({ version, stateFolder, vault, opened, supervisor }),
    dialogs: createDialogHandlers({ dialog, shell: desktopShell, window: () => window?.current, platform }),
  };
  const shown = await createStationWindow({
    session,
    preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
    // Windows and macOS take it from the program itself.
    icon:
      platform === 'linux'
        ? nativeImage.createFromPath(fileURLToPath(new URL('./icon.png', import.meta.url)))
        : undefined,
    isPackaged: app.isPackaged,
    stateFolder,
    bind: (ipc) => bindWindow(ipc, handlers, (group, name, input) => supervisor.call(group, name, input)),
    onFocus: () => jobs.watched(),
    onPageGone: (why) => {
      opened.holdBack();
      if (why !== undefined) void crashes.keep('screens', why);
    },
    mayClose: () => {
      // On macOS a program lives on without a window, and its jobs with it.
      if (platform === 'darwin' || quit.isDecided || jobs.underWay().length === 0) return true;
      app.quit();
      return false;
    },
    now: Date.now,
    askAgain: async () => {
      const leaves = await choosesOther(undefined, { type: 'warning', ...screensGoneWords });
      if (leaves) app.quit();
      return !leaves;
    },
  });
  window = shown;
  // The engine may have been the faster one.
  if (menu.theme !== undefined) shown.keepTheme(menu.theme);
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  app.on('activate', () => void shown.show());
  await shown.show();
  return { show: () => shown.show() };
}
