// The desktop application once Electron is ready: session, engine, window and what they tell each other.
import { fileURLToPath } from 'node:url';
import {
  app,
  dialog,
  Menu,
  nativeImage,
  safeStorage,
  session as sessions,
  shell as desktopShell,
  utilityProcess,
} from 'electron';
import { channelName } from '../../shared/ipc/channels.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import type { Settings } from '../../shared/station/settings.ts';
import type { SomeHandlers } from '../host/bind.ts';
import { readScreens, screensFolder } from '../host/screens.ts';
import { createSupervisor } from '../host/supervisor.ts';
import { bindWindow, createTeller } from './bind-window.ts';
import type { CrashLog } from './crash-log.ts';
import { createDesktop } from './desktop.ts';
import { createLoginVault } from './login-vault.ts';
import { menuTemplate } from './menu.ts';
import type { MenuAction } from './menu.ts';
import { createDialogHandlers } from './native-dialogs.ts';
import type { OpenedPaths } from './opened-paths.ts';
import { createQuit } from './quit.ts';
import { createRunningJobs } from './running-jobs.ts';
import { holdSession, PARTITION } from './session-policy.ts';
import { createStationHandlers } from './station-handlers.ts';
import { createStationWindow } from './station-window.ts';
import type { StationWindow } from './station-window.ts';
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
  let theme: Settings['theme'] | undefined;

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
      follow(channelName(group, name), payload);
    },
    onAsk: (question) => vault.answer(question),
    clock: { now: Date.now },
  });

  /** What the shell itself takes from the engine's events. */
  const follow = (channel: string, payload: unknown): void => {
    if (channel === channelName('jobs', 'changed')) {
      const job = schemas.jobs.changed.payload.safeParse(payload);
      if (job.success) jobs.changed(job.data);
    } else if (channel === channelName('jobs', 'progress')) {
      const progress = schemas.jobs.progress.payload.safeParse(payload);
      if (progress.success) jobs.progressed(progress.data.job, progress.data.numbers);
    } else if (channel === channelName('settings', 'changed')) {
      const settings = schemas.settings.changed.payload.safeParse(payload);
      if (settings.success) applyTheme(settings.data.theme);
    } else if (channel === channelName('station', 'changed')) {
      const changed = schemas.station.changed.payload.safeParse(payload);
      if (!changed.success) return;
      jobs.engineChanged(changed.data.engine);
      if (changed.data.engine === 'running') void readTheme();
    }
  };

  const settings = async (): Promise<Settings | undefined> => {
    const answer = await supervisor.call('settings', 'get', undefined);
    return answer.ok ? schemas.settings.get.output.safeParse(answer.value).data : undefined;
  };
  const readTheme = async (): Promise<void> => {
    const known = await settings();
    if (known !== undefined) applyTheme(known.theme);
  };
  const saveTheme = async (chosen: Settings['theme']): Promise<void> => {
    const known = await settings();
    if (known !== undefined) await supervisor.call('settings', 'save', { ...known, theme: chosen });
  };
  const applyTheme = (chosen: Settings['theme']): void => {
    window?.keepTheme(chosen);
    if (chosen === theme) return;
    theme = chosen;
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          isMac: platform === 'darwin',
          isPackaged: app.isPackaged,
          theme,
          command,
          setTheme: (next) => void saveTheme(next),
        }),
      ),
    );
  };
  applyTheme('system');

  const askToQuit = async (): Promise<boolean> => {
    await window?.show();
    const { message, detail, stay, quit: leave } = quitWords(jobs.underWay());
    return chose(1, { type: 'question', message, detail, buttons: [stay, leave] });
  };
  /** The first button is the safe one: it has the focus, and Escape takes it. */
  const chose = async (
    wanted: number,
    question: { type: 'question' | 'warning'; message: string; detail: string; buttons: string[] },
  ): Promise<boolean> => {
    const options = { ...question, defaultId: 0, cancelId: 0, noLink: true };
    const owner = window?.current;
    const { response } = await (owner === undefined
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(owner, options));
    return response === wanted;
  };

  const quit = createQuit({
    app,
    isBusy: () => jobs.underWay().length > 0,
    ask: askToQuit,
    close: async () => {
      await window?.leave();
      await supervisor.close();
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => quit.now());

  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName, name }) => {
    if (reason === 'clean-exit' || quit.isDecided) return;
    const what = name === ENGINE_SERVICE || serviceName === ENGINE_SERVICE ? 'engine' : type.toLowerCase();
    void crashes.keep(what.replaceAll(/\W+/g, '-'), { reason, exitCode });
  });

  const handlers: SomeHandlers = {
    station: createStationHandlers({ version, stateFolder, vault, opened, supervisor }),
    dialogs: createDialogHandlers({
      dialog,
      shell: desktopShell,
      window: () => window?.current,
      platform,
    }),
  };
  window = await createStationWindow({
    session,
    preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
    icon: platform === 'linux' ? nativeImage.createFromPath(iconPath()) : undefined,
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
      const { message, detail, again, quit: leave } = screensGoneWords;
      const leaves = await chose(1, { type: 'warning', message, detail, buttons: [again, leave] });
      if (leaves) app.quit();
      return !leaves;
    },
  });
  const shown = window;
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  app.on('activate', () => void shown.show());
  await shown.show();
  return { show: () => shown.show() };
}

/** Windows and macOS take the icon from the program itself. */
function iconPath(): string {
  return fileURLToPath(new URL('./icon.png', import.meta.url));
}
