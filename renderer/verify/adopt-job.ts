// Finds the desk's own job among the station's: after a reload, and where the station took up what was interrupted.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useVerify } from './verify-store.ts';

const KEY = 'airlock.verify.job';
const UNFINISHED: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking', 'interrupted']);

/** Keeps which job these screens show, so that one that has ended is found again by them, and by no later ones. */
export function rememberJob(): () => void {
  return useVerify.subscribe(({ verifyJob }, before) => {
    if (verifyJob === before.verifyJob) return;
    if (verifyJob === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, verifyJob);
  });
}

/** Takes up the newest check that is unfinished or was shown here, where the desk shows none and no bundle is chosen. */
export function adoptJob(jobs: readonly JobSnapshot[]): void {
  const { verifyJob, bundlePath } = useVerify.getState();
  if (verifyJob !== null || bundlePath !== null) return;
  const shown = sessionStorage.getItem(KEY);
  const job = jobs
    .toSorted((one, other) => other.started - one.started)
    .find(({ id, desk, state }) => desk === 'verify' && (id === shown || UNFINISHED.has(state)));
  if (job !== undefined) useVerify.setState({ verifyJob: job.id });
}
