// Finds the desk's own jobs among the station's: after a reload, and where the station took up what was interrupted.
import type { JobId, JobSnapshot } from '../../shared/station/job.ts';
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';
import { isLockCurrent, usePack } from './pack-store.ts';
import type { PackState } from './pack-store.ts';

const KEY = 'airlock.pack.job';
const LOCK_KEY = 'airlock.pack.lock';
const OPENED = 'opened ';
const UNFINISHED: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking', 'interrupted']);

/** Keeps which jobs these screens show, so that those that have ended are found again by them, and by no later ones. */
export function rememberJobs(): () => void {
  return usePack.subscribe((state, before) => {
    keep(KEY, state.packJob, before.packJob);
    keep(LOCK_KEY, lockShown(state), lockShown(before));
  });
}

function keep(key: string, now: string | null, before: string | null): void {
  if (now === before) return;
  if (now === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, now);
}

/** The job of a lock that stands: of what the contents are, or opened and of nothing else. */
function lockShown(state: PackState): string | null {
  const { lockJob, lockedContents, step } = state;
  if (lockJob === null || !isLockCurrent(state) || (step !== 'lock' && step !== 'destination')) return null;
  return lockedContents === null ? `${OPENED}${lockJob}` : lockJob;
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

/** Takes up the newest pack that is unfinished or was shown here, else such a lock, where the desk shows none. */
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
  const shownLock = sessionStorage.getItem(LOCK_KEY) ?? '';
  const isShown = (id: JobId) => shownLock === id || shownLock === `${OPENED}${id}`;
  const lock = newest.find(({ id, desk, ended }) => desk === 'lock' && (ended === null || isShown(id)));
  if (lock === undefined) return;
  const isOpened = shownLock === `${OPENED}${lock.id}`;
  usePack.setState({ lockJob: lock.id, step: 'lock', lockedContents: isOpened ? null : contents });
}
