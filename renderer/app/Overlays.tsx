// What lies over the screens: commands, shortcuts, our own file dialog, questions of jobs, and what was just opened.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useBrowseDialog } from '../store/browse.ts';
import { useJobs } from '../store/jobs.ts';
import { BrowseDialog } from './BrowseDialog.tsx';
import { DropVeil } from './DropVeil.tsx';
import { JobQuestion } from './JobQuestion.tsx';
import { OpenedBundleDialog } from './OpenedBundleDialog.tsx';
import { Palette } from './Palette.tsx';
import { showOverlay, useOverlay } from './shell-actions.ts';
import { ShortcutSheet } from './ShortcutSheet.tsx';

/** While a job asks, its other transfers go on and it changes: what is being typed belongs to the question. */
const questionKey = ({ id, question }: JobSnapshot): string => `${id} ${JSON.stringify(question)}`;

export function Overlays() {
  const overlay = useOverlay((state) => state.overlay);
  const asked = useBrowseDialog((state) => state.asked);
  const asking = useJobs(({ jobs }) =>
    Object.values(jobs).find(({ state, question }) => state === 'asking' && question !== null),
  );
  const close = () => showOverlay(null);
  return (
    <>
      {overlay === 'palette' && <Palette onClose={close} />}
      {overlay === 'shortcuts' && <ShortcutSheet onClose={close} />}
      {asked !== null && <BrowseDialog asked={asked} />}
      {asking !== undefined && <JobQuestion key={questionKey(asking)} job={asking} />}
      <OpenedBundleDialog />
      <DropVeil />
    </>
  );
}
