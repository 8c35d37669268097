// Every call that the engine process answers, put together from the rooms of this folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Events, Handlers } from '../../shared/ipc/types.ts';
import { systemClock } from '../engine/index.ts';
import { createBundleHandlers } from './bundles.ts';
import { listFolder } from './files.ts';
import { createHistory } from './history/history.ts';
import { createJobTable } from './jobs/job-table.ts';
import type { JobTable } from './jobs/job-table.ts';
import { createBundleFinder } from './media/find-bundles.ts';
import { createStationMedia } from './media/station-media.ts';
import { createRegistryHandlers } from './registries.ts';
import { receiptReport, verifyReport } from './reports/render.ts';
import type { AskParent } from './run-engine-process.ts';
import { createServer } from './serve/serving.ts';
import { createSettingsFile } from './settings/settings-file.ts';
import { createOpenEngine } from './station-engine.ts';
import type { EngineStart } from './wire.ts';

export interface HandlersOptions extends EngineStart {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly askParent: AskParent;
  readonly events: Events;
}

/** All of the contract but what only the starting process can answer. */
export type EngineHandlers = Omit<Handlers, 'station' | 'dialogs'>;

export interface HandlersInUse {
  readonly handlers: EngineHandlers;
  /** Stops jobs and the server, and closes what is open. */
  close(): Promise<void>;
}

const MOST_SUGGESTIONS = 20;

/** Jobs that a dead process left are listed from the start. */
export async function createHandlers(options: HandlersOptions): Promise<HandlersInUse> {
  const { stateFolder, environment, events } = options;
  const settings = createSettingsFile(stateFolder, events.settings.changed, ({ keptAt }) =>
    process.stderr.write(
      `airlock: The settings could not be read and begin anew; ${keptAt === null ? 'what was there could not be put aside' : `what was there is kept as ${keptAt}`}.\n`,
    ),
  );
  const openEngine = createOpenEngine(options, settings);
  const history = createHistory(stateFolder);
  const finder = createBundleFinder(openEngine);
  const server = createServer(openEngine, () => systemClock.now(), events.serve.changed);
  const receiptOf = async (job: string) => (await openEngine()).engine.receipt(job);
  const media = createStationMedia({
    environment,
    bundlesFolder: async () => (await settings.read()).folders.bundles,
    finder,
  });
  const jobs = await createJobTable({
    stateFolder,
    openEngine,
    listsFolder: async () => {
      const { lists } = (await settings.read()).folders;
      const folder = lists === '' ? join(stateFolder, 'lists') : lists;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    readReceipt: receiptOf,
    eject: media.ejectBelow,
    events: events.jobs,
    clock: systemClock,
  });

  return {
    handlers: {
      settings: {
        get: settings.read,
        save: settings.save,
        // Asked after a read, which is what finds it.
        broken: async () => {
          await settings.read();
          return settings.broken();
        },
      },
      contents: {
        read: async (given) => (await openEngine()).engine.readContents(given),
        write: async (given) => ({ ...(await jobs.writeDraft(given)), savedAt: systemClock.now() }),
        suggest: ({ text }) => history.suggest(text, MOST_SUGGESTIONS),
      },
      media: {
        list: media.list,
        eject: async ({ path }) => {
          await media.eject(path);
        },
      },
      files: { list: ({ folder }) => listFolder(folder) },
      bundles: createBundleHandlers(openEngine, history),
      jobs: jobHandlers(jobs),
      serve: {
        state: () => Promise.resolve(server.state()),
        start: server.start,
        stop: server.stop,
      },
      history: { list: history.list, receipt: ({ job }) => receiptOf(job) },
      registries: createRegistryHandlers(options, openEngine, settings),
      reports: {
        render: async ({ job, format }) => {
          const found = jobs.find(job);
          if (found?.result?.desk === 'verify') return verifyReport(found.result, format);
          return receiptReport(found?.receipt ?? (await receiptOf(job)), format);
        },
      },
    },
    async close() {
      await Promise.all([jobs.close(), server.stop()]);
      history.close();
    },
  };
}

function jobHandlers(jobs: JobTable): Handlers['jobs'] {
  return {
    list: async () => jobs.list(),
    items: async ({ job }) => [...jobs.items(job)],
    result: async ({ job }) => jobs.result(job),
    start: jobs.start,
    again: ({ job }) => jobs.again(job),
    pause: async ({ job }) => {
      jobs.pause(job);
    },
    goOn: async ({ job }) => {
      jobs.goOn(job);
    },
    cancel: async ({ job }) => {
      await jobs.cancel(job);
    },
    answer: async ({ job, answer }) => {
      jobs.answer(job, answer);
    },
    forget: async ({ job }) => {
      await jobs.forget(job);
    },
  };
}
