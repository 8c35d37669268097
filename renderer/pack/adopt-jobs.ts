// Finds the desk's own jobs among the station's: after a reload, and where the station took up what was interrupted.
import type { JobId, JobSnapshot } from '../../shared/station/job.ts';
import { usePack } from './pack-store.ts';

const KEY = 'airlock.pack.job';
const UNFINISHED: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking', 'interrupted']);

/** Keeps which job these screens show, so that one that has ended is found again by them, and by no later ones. */
export function rememberPackJob(): () => void {
  return usePack.subscribe(({ packJob }, before) => {
    if (packJob === before.packJob) return;
    if (packJob === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, packJob);
  });
}

/** Takes up the newest pack that is unfinished or was shown here, else a lock that runs, where the desk shows none. */
export function adoptJobs(jobs: readonly JobSnapshot[]): void {
  const { packJob, lockJob, step, contents } = usePack.getState();
  if (packJob !== null || lockJob !== null || step !== 'contents') return;
  const newest = jobs.toSorted((one, other) => other.started - one.started);
  const shown: JobId | null = sessionStorage.getItem(KEY);
  const pack = newest.find(
    ({ id, desk, state }) => desk === 'pack' && (id === shown || UNFINISHED.has(state)),
  );
  if (pack !== undefined) {
    usePack.setState({ packJob: pack.id, step: 'run' });
    return;
  }
  const lock = newest.find(({ desk, ended }) => desk === 'lock' && ended === null);
  if (lock !== undefined) usePack.setState({ lockJob: lock.id, step: 'lock', lockedContents: contents });
}
