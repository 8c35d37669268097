// Asks before a bundle is sealed without what failed: it can't be added later.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { sealWithout } from './pack-actions.ts';

const texts = packTexts.partial;

interface SealDialogProps {
  readonly job: JobSnapshot;
  readonly failed: number;
  readonly onClose: () => void;
}

export function SealDialog({ job, failed, onClose }: SealDialogProps) {
  const seal = (): void => {
    onClose();
    void sealWithout(job);
  };
  return (
    <Dialog
      title={texts.sealTitle(failed)}
      onClose={onClose}
      isAlert
      actions={
        <>
          <Button variant="danger" onPress={seal}>
            {texts.sealDo}
          </Button>
          <Button variant="primary" onPress={onClose} autoFocus>
            {texts.sealKeep}
          </Button>
        </>
      }
    >
      <p>{texts.sealText(failed)}</p>
    </Dialog>
  );
}
