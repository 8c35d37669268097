// Finds the desk's own jobs among the station's: after a reload, and where the station took up what was interrupted.
import type { JobId, JobSnapshot } from '../../shared/station/job.ts';
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';
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

/** Shows a job that another screen sends here: a pack, or a lock. One that was just begun may not have been told of yet. */
export async function showJob(id: JobId): Promise<void> {
  const told = useJobs.getState().jobs[id];
  const listed = told === undefined ? await bridge().jobs.list(undefined) : undefined;
  const job = told ?? (listed?.ok === true ? listed.value.find((each) => each.id === id) : undefined);
  if (job?.desk === 'lock')
    usePack.setState(({ contents }) => ({ lockJob: id, step: 'lock', lockedContents: contents }));
  else usePack.setState({ packJob: id, step: 'run' });
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
