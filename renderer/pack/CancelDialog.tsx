// Asks before a pack is stopped, and says what stays.
import { useState } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { useJobs } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { usePlaceOf } from './use-place.ts';

const texts = packTexts.run;

interface CancelDialogProps {
  readonly job: JobSnapshot;
  readonly onClose: () => void;
}

export function CancelDialog({ job, onClose }: CancelDialogProps) {
  const { name } = usePlaceOf(job);
  const { doneBytes } = useJobNumbers(job.id) ?? job.numbers;
  const [isStopping, setIsStopping] = useState(false);
  const stop = async (): Promise<void> => {
    setIsStopping(true);
    await useJobs.getState().cancel(job.id).finally(onClose);
  };
  return (
    <Dialog
      title={texts.cancelTitle(job.title)}
      onClose={onClose}
      isAlert
      actions={
        <>
          <Button variant="danger" onPress={() => void stop()} isDisabled={isStopping}>
            {texts.cancelDo}
          </Button>
          <Button variant="primary" onPress={onClose} autoFocus>
            {texts.cancelKeep}
          </Button>
        </>
      }
    >
      <p>{texts.cancelText(formatBytes(doneBytes), name)}</p>
    </Dialog>
  );
}
