// What can be done with a job that has not ended: shown at its desk, and gone on with.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobs } from '../store/jobs.ts';
import { useNavigation } from '../store/navigation.ts';
import { wireOf } from '../store/unwrap.ts';
import { useHistory } from './history-store.ts';

/** Shows a job at the desk that runs it. */
export function showJob({ id, desk }: Pick<JobSnapshot, 'id' | 'desk'>): void {
  const { go } = useNavigation.getState();
  if (desk === 'check' || desk === 'plan') go('import');
  else go(desk === 'lock' ? 'pack' : desk, { job: id });
}

/** Runs what was interrupted as a new job, which goes on where the old one was, and shows it. */
export async function goOnWith({ id, desk }: Pick<JobSnapshot, 'id' | 'desk'>): Promise<void> {
  try {
    const next = await useJobs.getState().again(id);
    showJob({ id: next, desk });
  } catch (thrown) {
    useHistory.setState({ error: wireOf(thrown) });
  }
}
