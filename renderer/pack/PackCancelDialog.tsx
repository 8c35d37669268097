// Asks before a pack is stopped, and says where what has arrived stays.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { CancelDialog } from '../run/CancelDialog.tsx';
import { useJobNumbers } from '../store/byte-progress.ts';
import { packTexts } from '../texts/pack.ts';
import { formatBytes } from '../ui/quantities.ts';
import { usePlaceOf } from './use-place.ts';

interface PackCancelDialogProps {
  readonly job: JobSnapshot;
  readonly onClose: () => void;
}

export function PackCancelDialog({ job, onClose }: PackCancelDialogProps) {
  const { name } = usePlaceOf(job);
  const { doneBytes } = useJobNumbers(job.id) ?? job.numbers;
  return (
    <CancelDialog job={job} onClose={onClose}>
      <p>{packTexts.run.cancelText(formatBytes(doneBytes), name)}</p>
    </CancelDialog>
  );
}
