// Follows the engine's jobs for what a desktop does about them: stays awake, shows progress on the icon, tells the end.
import type { StationFacts } from '../../shared/ipc/schemas.ts';
import type { JobNumbers, JobSnapshot } from '../../shared/station/job.ts';
import { askNotice, endNotice } from './words.ts';
import type { Notice } from './words.ts';

/** What the desktop can do. */
export interface Desktop {
  stayAwake(): void;
  maySleep(): void;
  /** Null takes the bar away; a share of null is one whose end is not known. */
  showProgress(
    bar: { readonly share: number | null; readonly mode: 'normal' | 'paused' | 'error' } | null,
  ): void;
  /** False where another program is in front. */
  isWatched(): boolean;
  /** Leads to `desk` when it is clicked. */
  notify(notice: Notice, desk: JobSnapshot['desk']): void;
  wantAttention(): void;
}

export interface RunningJobs {
  changed(job: JobSnapshot): void;
  progressed(id: string, numbers: JobNumbers): void;
  engineChanged(state: StationFacts['engine']): void;
  /** The operator looks: what was shown to fetch them is taken away. */
  watched(): void;
  /** Those that would stop if Airlock ended now. */
  underWay(): readonly JobSnapshot[];
}

/** Checks and plans are steps of a screen that somebody looks at; nobody is told of their end. */
const TOLD: ReadonlySet<JobSnapshot['desk']> = new Set(['lock', 'pack', 'verify', 'import']);
const LIVE: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking']);

export function createRunningJobs(desktop: Desktop): RunningJobs {
  const live = new Map<string, JobSnapshot>();
  let isAwake = false;
  let hasFailed = false;
  let shown = 'null';

  const refresh = (): void => {
    const jobs = [...live.values()];
    const needsPower = jobs.some(({ state }) => state !== 'paused');
    if (needsPower !== isAwake) {
      isAwake = needsPower;
      if (isAwake) desktop.stayAwake();
      else desktop.maySleep();
    }
    const bar = barOf(jobs, hasFailed);
    const text = JSON.stringify(bar);
    if (text === shown) return;
    shown = text;
    desktop.showProgress(bar);
  };

  const ended = (job: JobSnapshot): void => {
    const notice = TOLD.has(job.desk) ? endNotice(job) : undefined;
    if (notice === undefined || desktop.isWatched()) return;
    hasFailed ||= job.state !== 'done';
    desktop.notify(notice, job.desk);
    desktop.wantAttention();
  };

  const asks = (job: JobSnapshot): void => {
    if (desktop.isWatched()) return;
    desktop.notify(askNotice(job), job.desk);
    desktop.wantAttention();
  };

  return {
    changed(job) {
      const before = live.get(job.id);
      if (LIVE.has(job.state)) {
        live.set(job.id, job);
        if (job.state === 'asking' && before?.state !== 'asking') asks(job);
      } else if (before !== undefined) {
        live.delete(job.id);
        ended(job);
      }
      refresh();
    },
    progressed(id, numbers) {
      const job = live.get(id);
      if (job === undefined) return;
      live.set(id, { ...job, numbers });
      refresh();
    },
    engineChanged(state) {
      if (state === 'running') return;
      const lost = [...live.values()];
      live.clear();
      for (const job of lost) ended({ ...job, state: 'interrupted' });
      refresh();
    },
    watched() {
      hasFailed = false;
      refresh();
    },
    underWay: () => [...live.values()].filter(({ state }) => state !== 'paused'),
  };
}

function barOf(jobs: readonly JobSnapshot[], hasFailed: boolean): Parameters<Desktop['showProgress']>[0] {
  if (jobs.length === 0) return hasFailed ? { share: 1, mode: 'error' } : null;
  const mode = jobs.every(({ state }) => state !== 'running') ? 'paused' : 'normal';
  let done = 0;
  let total = 0;
  for (const { numbers } of jobs) {
    if (numbers.totalBytes === null) return { share: null, mode };
    done += numbers.doneBytes;
    total += numbers.totalBytes;
  }
  // Hundredths: an icon shows no more, and a desktop is not to be told ten times a second.
  return { share: total === 0 ? null : Math.min(1, Math.round((100 * done) / total) / 100), mode };
}
