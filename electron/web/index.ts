// The loopback web station: the same screens as the window, for a host without a display (DESIGN §6).
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import { answerCall } from '../host/bind.ts';
import type { Forward } from '../host/bind.ts';
import { readScreens } from '../host/screens.ts';
import { createSupervisor } from '../host/supervisor.ts';
import type { EngineChild } from '../host/supervisor.ts';
import { createDroppedFiles } from './dropped-files.ts';
import { listenOnLoopback } from './listen.ts';
import { forgetOpening, openBrowser } from './open-browser.ts';
import type { FindProgram } from './open-browser.ts';
import { createPageCalls } from './page-calls.ts';
import { createSessions } from './sessions.ts';
import { createStationHandlers } from './station-handlers.ts';
import { openStationFolder } from './station-folder.ts';
import { createStationServer } from './station-server.ts';

export interface WebStationOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly stateFolder: string;
  /** The process's environment, as it is; the engine gets the same. */
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** `out/renderer`. */
  readonly screensFolder: string;
  readonly spawnEngine: () => EngineChild;
  readonly findProgram: FindProgram;
  /** Paths that were handed over with the command; the first page opens them. */
  readonly opened: readonly string[];
}

export interface WebStation {
  readonly port: number;
  /** An address with a fresh start token, good for one page; the one asked for before, if unused, is no longer good. */
  readonly newAddress: () => string;
  /** Has the default browser open it; false where none is found. */
  readonly openBrowser: (address: string) => Promise<boolean>;
  /** Jobs that run or wait for an answer, as `pack coder`. */
  readonly runningJobs: () => Promise<readonly string[]>;
  /** Ends pages and engine. What jobs had finished is kept, and they can be gone on with. */
  readonly close: () => Promise<void>;
  /** For a process that ends now: removes what must not stay behind. */
  readonly abandon: () => void;
}

/** Resolves when the port is open. Throws FILE_NOT_FOUND where the screens were not built, PORT_IN_USE, NO_ACCESS. */
export async function startWebStation(options: WebStationOptions): Promise<WebStation> {
  const { stateFolder, version } = options;
  const screens = await readScreens(options.screensFolder, "'self'");
  if (screens.file('/') === undefined)
    throw new AirlockError('FILE_NOT_FOUND', 'The screens of the station have not been built.', {
      details: { folder: options.screensFolder },
      remedy: 'Run `npm run build` once, then start it again.',
    });
  const folder = await openStationFolder(stateFolder);
  const dropped = createDroppedFiles(folder.path);
  const sessions = createSessions(Date.now, () => void forgetOpening(folder.path));
  const pages = createPageCalls((group, name, input) =>
    answerCall(schemas, handlers, group, name, input, forward),
  );
  const { port, servers } = await listenOnLoopback(
    () => createStationServer({ screens, sessions, dropped, pages }),
    options.port,
  ).catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  const supervisor = createSupervisor({
    spawn: options.spawnEngine,
    start: { host: 'web', stateFolder, version },
    onEvent: (group, name, payload) => pages.tell(group, name, payload),
    clock: { now: Date.now },
  });
  const forward: Forward = (group, name, input) => supervisor.call(group, name, input);
  const handlers = createStationHandlers(options, supervisor);
  // Not `localhost`: which address that is, is the browser's choice.
  const newAddress = () => `http://127.0.0.1:${port}/#token=${sessions.newStartToken()}`;

  return {
    port,
    newAddress,
    openBrowser: (address) => openBrowser(address, { ...options, folder: folder.path }),
    async runningJobs() {
      if (supervisor.state !== 'running') return [];
      const answer = await answerCall(schemas, {}, 'jobs', 'list', undefined, forward);
      const jobs = schemas.jobs.list.output.safeParse(answer.ok ? answer.value : undefined);
      return (jobs.data ?? [])
        .filter(({ state }) => state === 'running' || state === 'asking')
        .map(({ desk, title }) => `${desk} ${title}`);
    },
    async close() {
      for (const server of servers) server.close();
      pages.close();
      await supervisor.close();
      for (const server of servers) server.closeAllConnections();
      folder.remove();
    },
    abandon: () => folder.remove(),
  };
}

export { hasDisplay } from './open-browser.ts';
export { forkEngine } from '../host/fork-engine.ts';
export { screensFolder } from '../host/screens.ts';
