// What starts a lock: of the contents as they are, of a list as it stands, or of a lock that was given and is read alone.
import type { JobId, JobRequest, JobResult } from '../../shared/station/job.ts';
import { useJobs } from '../store/jobs.ts';
import { wireOf } from '../store/unwrap.ts';
import { joinProblems, newDraft, whatGoes } from './draft.ts';
import type { Contents } from './draft.ts';
import { withMovedBefore } from './lock-rows.ts';
import { usePack } from './pack-store.ts';
import { saveList } from './saved-list.ts';

/** Locks what goes, out of the file that holds it: the list as it was opened, or as it was just written. */
export async function startLock(): Promise<void> {
  await saveList();
  const { contents, list } = usePack.getState();
  const isKept = list.kind === 'opened' || list.kind === 'saved';
  await begin(contents, {
    desk: 'lock',
    draft: whatGoes(contents),
    listPath: isKept ? list.path : null,
  });
}

/** A lock that somebody made: nothing is resolved, its rows are shown. */
export function openLock(path: string): Promise<void> {
  return begin(null, { desk: 'lock', draft: newDraft(new Date()), listPath: path });
}

/** Ends a lock that runs. Nothing is written. */
export async function stopLock(): Promise<void> {
  const { lockJob } = usePack.getState();
  if (lockJob !== null) await useJobs.getState().cancel(lockJob);
}

/** Takes what a lock came to, unless another was started since. */
export function takeLock(job: JobId, result: JobResult | null | undefined): void {
  if (result?.desk !== 'lock' || usePack.getState().lockJob !== job) return;
  const lock = withMovedBefore(result.lock, usePack.getState().formerLock);
  usePack.setState({ lock, formerLock: lock, ...(lock.leftOut.images === 0 ? { wholeLock: lock } : {}) });
}

async function begin(lockedContents: Contents | null, request: JobRequest): Promise<void> {
  const former = usePack.getState().lockJob;
  try {
    const lockJob = await useJobs.getState().start(request);
    usePack.setState({
      step: 'lock',
      lockJob,
      lockedContents,
      lock: null,
      startError: null,
      fileName: null,
    });
  } catch (error) {
    usePack.setState(({ problems }) => ({ problems: joinProblems(problems, [wireOf(error)]) }));
    return;
  }
  if (former !== null && former !== usePack.getState().lockJob) await useJobs.getState().letGo(former);
}
