// The primary of a running job: pause it, or go on.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobs } from '../store/jobs.ts';
import { runTexts } from '../texts/run.ts';
import type { Primary } from '../ui/shell-context.ts';

export function holdPrimary({ id, state, ended }: JobSnapshot): Primary {
  const { pause, goOn } = useJobs.getState();
  return state === 'paused'
    ? { label: runTexts.goOn, icon: 'play', keys: 'Ctrl P', onPress: () => void goOn(id) }
    : {
        label: runTexts.pause,
        icon: 'pause',
        keys: 'Ctrl P',
        onPress: () => void pause(id),
        isDisabled: ended !== null,
      };
}
