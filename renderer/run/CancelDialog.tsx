// Asks before a job is stopped, and says what stays.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobs } from '../store/jobs.ts';
import { runTexts } from '../texts/run.ts';
import { doingTexts } from '../texts/states.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';

interface CancelDialogProps {
  readonly job: JobSnapshot;
  readonly onClose: () => void;
  /** What stays. */
  readonly children: ReactNode;
}

export function CancelDialog({ job, onClose, children }: CancelDialogProps) {
  const [isStopping, setIsStopping] = useState(false);
  const stop = async (): Promise<void> => {
    setIsStopping(true);
    await useJobs.getState().cancel(job.id).finally(onClose);
  };
  return (
    <Dialog
      title={runTexts.cancelTitle(`${doingTexts[job.desk].toLowerCase()} ${job.title}`)}
      onClose={onClose}
      isAlert
      actions={
        <>
          <Button variant="danger" onPress={() => void stop()} isDisabled={isStopping}>
            {runTexts.cancelDo}
          </Button>
          <Button variant="primary" onPress={onClose} autoFocus>
            {runTexts.cancelKeep(doingTexts[job.desk].toLowerCase())}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
