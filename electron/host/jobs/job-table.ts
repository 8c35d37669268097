// The jobs of this station: started, followed, ended, and those that a dead process left to be gone on with.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import type { Events } from '../../../shared/ipc/types.ts';
import type { Answer } from '../../../shared/job/progress.ts';
import type { DraftToWrite } from '../../../shared/station/contents.ts';
import type { Ejected, JobItem, JobRequest, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import type { Clock } from '../../engine/index.ts';
import { hostsNamedBy } from '../settings/named-hosts.ts';
import type { OpenEngine } from '../station-engine.ts';
import type { JournalEntry } from './journal.ts';
import { openJournal } from './journal.ts';
import { pastJob } from './past-job.ts';
import { runRequest } from './run-request.ts';
import { createStationJob } from './station-job.ts';
import type { StationJob } from './station-job.ts';

export interface JobTableOptions {
  readonly stateFolder: string;
  readonly openEngine: OpenEngine;
  /** Where lists are kept, made where it is not there. */
  readonly listsFolder: () => Promise<string>;
  readonly readReceipt: (job: string) => Promise<Receipt>;
  /** Ejects what a bundle lies on; null where that is nothing that comes out. Throws nothing. */
  readonly eject: (place: string) => Promise<Ejected | null>;
  readonly events: Events['jobs'];
  readonly clock: Clock;
}

/** A job that runs, or one that has ended before this station began. */
export type ListedJob = Pick<StationJob, 'id' | 'request' | 'snapshot' | 'items' | 'result' | 'receipt'>;

export interface JobTable {
  readonly list: () => JobSnapshot[];
  readonly items: (id: string) => readonly JobItem[];
  readonly result: (id: string) => JobResult | null;
  /** By the job's own id or by its receipt's. */
  readonly find: (idOrReceipt: string) => ListedJob | undefined;
  readonly start: (request: JobRequest) => Promise<string>;
  readonly again: (id: string) => Promise<string>;
  readonly pause: (id: string) => void;
  readonly goOn: (id: string) => void;
  readonly cancel: (id: string) => Promise<void>;
  readonly answer: (id: string, answer: Answer) => void;
  readonly forget: (id: string) => Promise<void>;
  /** Writes a draft into the folder for lists. Throws USAGE for a name that names no bundle. */
  writeDraft(given: DraftToWrite): Promise<{ path: string; digest: Digest }>;
  /** Stops what runs; it can be gone on with by the next station. */
  readonly close: () => Promise<void>;
}

const KEPT_DESKS = new Set<JobRequest['desk']>(['lock', 'pack', 'verify', 'import']);
/** Ended jobs that are remembered; their receipts are all in the history. */
const MOST_ENDED = 100;

/** Finds what was left by processes that are gone. A state folder that takes no files costs the journal, not the jobs. */
export async function createJobTable(options: JobTableOptions): Promise<JobTable> {
  const { clock, events, openEngine } = options;
  const running = new Map<string, StationJob>();
  const ended = new Map<string, ListedJob>();
  let isClosing = false;
  let unkept: string | undefined;
  const journal = await openJournal(options.stateFolder, () => clock.now()).catch((error: unknown) => {
    unkept = `Jobs cannot be gone on with after a restart: ${toWire(error).causes[0] ?? 'the state folder takes no files'}.`;
    return undefined;
  });
  for (const entry of (await journal?.takeOver().catch(() => [])) ?? []) {
    const receipt =
      entry.receipt === null ? null : await options.readReceipt(entry.receipt).catch(() => null);
    ended.set(entry.id, pastJob(entry, receipt));
  }

  const find = (id: string): ListedJob | undefined =>
    running.get(id) ??
    ended.get(id) ??
    [...running.values(), ...ended.values()].find(({ receipt }) => receipt?.job === id);

  const listed = (id: string): ListedJob => {
    const job = running.get(id) ?? ended.get(id);
    if (job === undefined) throw new AirlockError('BAD_CALL', `There is no job ${id} in this station.`);
    return job;
  };

  const live = (id: string): StationJob | undefined => {
    listed(id);
    return running.get(id);
  };

  const keep = async (job: StationJob, entry: JournalEntry | undefined): Promise<void> => {
    if (!KEPT_DESKS.has(job.request.desk)) return;
    if (journal === undefined) {
      if (unkept !== undefined && entry?.ended === null) job.notice(unkept);
      return;
    }
    try {
      await (entry === undefined ? journal.forget(job.id) : journal.keep(entry));
    } catch (error) {
      job.notice(toWire(error).message);
    }
  };

  /** What ended well needs no journal, nor does a verify that came to a verdict. */
  const settle = async (job: StationJob): Promise<void> => {
    // Whoever starts this station next finds it as interrupted.
    if (isClosing) return;
    const { state, error, started, title } = job.snapshot();
    const { id, request, receipt } = job;
    const isUnfinished =
      state === 'cancelled' || state === 'partial' || state === 'failed' ? state : undefined;
    const isOver = isUnfinished === undefined || (request.desk === 'verify' && receipt !== null);
    const kept = { id, title, request, started, ended: clock.now(), error, receipt: receipt?.job ?? null };
    await keep(job, isOver ? undefined : { ...kept, state: isUnfinished });
    running.delete(id);
    ended.set(id, job);
    for (const old of [...ended.keys()].slice(0, Math.max(0, ended.size - MOST_ENDED)))
      if (ended.get(old)?.snapshot().state === 'done') ended.delete(old);
  };

  const writeDraft: JobTable['writeDraft'] = async (given) => {
    const { engine } = await openEngine();
    return engine.writeList({ ...given, folder: await options.listsFolder() });
  };

  const start = async (asked: JobRequest): Promise<StationJob> => {
    refuseLogin(asked);
    const request = await lightened(asked, writeDraft);
    const job = createStationJob({ id: randomUUID(), title: titleOf(request), request, clock, events });
    const { started, title } = job.snapshot();
    running.set(job.id, job);
    await keep(job, {
      id: job.id,
      title,
      request,
      started,
      ended: null,
      state: 'running',
      error: null,
      receipt: null,
    });
    void job.run(async (own) => {
      const reader = await openEngine();
      const isAlone = reader.settings.side !== 'connected';
      const opened = isAlone
        ? await openEngine(await hostsNamedBy(request, (given) => reader.engine.readContents(given)))
        : reader;
      const lists = request.desk === 'lock' ? await options.listsFolder() : '';
      return runRequest(request, opened.engine, opened.context(own), { lists, eject: options.eject });
    }, settle);
    return job;
  };

  const forget = async (id: string): Promise<void> => {
    ended.delete(id);
    await journal?.forget(id);
  };

  return {
    list: () =>
      [...running.values(), ...ended.values()]
        .map((job) => job.snapshot())
        .toSorted((a, b) => b.started - a.started),
    items: (id) => listed(id).items(),
    result: (id) => listed(id).result,
    find,
    start: async (request) => (await start(request)).id,
    async again(id) {
      const { request } = listed(id);
      if (running.has(id)) throw new AirlockError('BAD_CALL', `The job ${id} runs already.`);
      const job = await start(request);
      await forget(id);
      return job.id;
    },
    pause(id) {
      live(id)?.pause();
    },
    goOn(id) {
      live(id)?.goOn();
    },
    async cancel(id) {
      await live(id)?.cancel();
    },
    answer(id, answer) {
      const job = live(id);
      if (job === undefined) throw new AirlockError('BAD_CALL', `The job ${id} has ended.`);
      job.answer(answer);
    },
    async forget(id) {
      listed(id);
      if (running.has(id)) throw new AirlockError('BAD_CALL', `The job ${id} still runs.`);
      await forget(id);
    },
    writeDraft,
    async close() {
      isClosing = true;
      await Promise.all([...running.values()].map((job) => job.cancel()));
      journal?.close();
    },
  };
}

/** What is kept and told of a lock names its list: a draft of thousands of items would go along with every change. */
async function lightened(request: JobRequest, writeDraft: JobTable['writeDraft']): Promise<JobRequest> {
  if (request.desk !== 'lock') return request;
  const listPath = request.listPath ?? (await writeDraft({ draft: request.draft, left: [], own: null })).path;
  return { ...request, listPath, draft: { ...request.draft, items: [], rest: {} } };
}

/** What is asked is kept and told before the engine reads it: a password in it would be, too. */
function refuseLogin(request: JobRequest): void {
  if (!('to' in request) || !request.to.includes('@')) return;
  throw new AirlockError('REFERENCE_INVALID', 'A target holds no user, no password and no digest.', {
    remedy: 'Write it as registry[/prefix], and log in to the registry in Settings.',
  });
}

function titleOf(request: JobRequest): string {
  switch (request.desk) {
    case 'lock':
      return request.draft.name === '' ? bare(request.listPath ?? '') : request.draft.name;
    case 'pack':
      return bare(request.output);
    default:
      return bare(request.bundle);
  }
}

function bare(path: string): string {
  return basename(path).replace(/\.airlock(?:\.tar)?$|\.ya?ml$/, '');
}
