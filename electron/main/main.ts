// The first thing that runs in the desktop application: what must be said before Electron is ready, then the shell.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { z } from 'zod';
import { isAirlockError } from '../../shared/errors/airlock-error.ts';
import { stateFolder, stateFolderFailure } from '../engine/jobs/state-folder.ts';
import { holdAllContents } from './contents-policy.ts';
import { createCrashLog } from './crash-log.ts';
import { createOpenedPaths, pathsFrom } from './opened-paths.ts';
import type { OpenedPaths } from './opened-paths.ts';
import { SCHEME_RIGHTS } from './session-policy.ts';
import { runShell } from './shell.ts';
import type { Shell } from './shell.ts';
import { faultWords } from './words.ts';

/** What a second start hands to the first. */
const Handed = z.object({ paths: z.array(z.string()).max(1000) });

const state = stateFolder(process.env, process.platform);
app.setName('Airlock');
// Who speaks, for notifications on Windows and for everything on a Linux desktop; there is neither elsewhere.
if (process.platform === 'win32') app.setAppUserModelId('station.airlock');
if (process.platform === 'linux') app.setDesktopName('airlock.desktop');
app.enableSandbox();
// The screens have no network. Whatever of Chromium would look for one by itself finds no host.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
app.commandLine.appendSwitch('disable-background-networking');
protocol.registerSchemesAsPrivileged([SCHEME_RIGHTS]);
holdAllContents(app);

// Chromium's own files lie in the one folder of Airlock too (DESIGN §5).
const chromium = join(state, 'window');
try {
  mkdirSync(chromium, { recursive: true, mode: 0o700 });
} catch (error) {
  const failure = stateFolderFailure(error, state);
  if (!isAirlockError(failure)) throw failure;
  dialog.showErrorBox(failure.message, failure.remedy ?? '');
  process.exit(6);
}
app.setPath('userData', chromium);
app.setPath('sessionData', chromium);

const crashes = createCrashLog(state, {
  version: app.getVersion(),
  platform: process.platform,
  now: Date.now,
});
const end = async (fault: unknown): Promise<void> => {
  const { name, message, stack } = fault instanceof Error ? fault : new Error(String(fault));
  await crashes.keep('shell', { name, message, stack: stack ?? '' });
  const { title, text } = faultWords(join(state, 'crashes'));
  dialog.showErrorBox(title, text);
  app.exit(70);
};
process.on('uncaughtException', (fault) => void end(fault));
process.on('unhandledRejection', (fault) => void end(fault));

// Unpackaged, the program's first argument is where Airlock lies.
const paths = pathsFrom(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
if (app.requestSingleInstanceLock({ paths })) start();
else app.quit();

function start(): void {
  const early: string[] = [...paths];
  let opened: OpenedPaths | undefined;
  let shell: Shell | undefined;
  const open = (more: readonly string[]): void => {
    if (opened === undefined) early.push(...more);
    else opened.add(more);
    void shell?.show();
  };
  app.on('second-instance', (_event, _parameters, _folder, handed) =>
    open(Handed.safeParse(handed).data?.paths ?? []),
  );
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  const run = async (): Promise<void> => {
    await app.whenReady();
    shell = await runShell({
      stateFolder: state,
      environment: process.env,
      crashes,
      opened: (tell) => {
        opened = createOpenedPaths(tell);
        opened.add(early);
        return opened;
      },
    });
  };
  void run();
}
