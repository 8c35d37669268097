// Second step: every byte is read and checked.
import { useState } from 'react';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { CancelDialog } from '../run/CancelDialog.tsx';
import { holdPrimary } from '../run/hold-primary.ts';
import { RunWork } from '../run/RunWork.tsx';
import { useJobNumbers } from '../store/byte-progress.ts';
import { isWindow } from '../store/session.ts';
import { runTexts } from '../texts/run.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatNumber } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePlates } from './BundlePlates.tsx';
import { folderOf } from './findings.ts';
import { stepsOf } from './steps.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.run;
const STAGES = ['verify'] as const;

interface CheckingProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

export function Checking({ job, items }: CheckingProps) {
  const [isCancelling, setCancelling] = useState(false);
  const path = job.request.desk === 'verify' ? job.request.bundle : '';
  const known = useVerify((state) => state.opened[path]);
  const isPaused = job.state === 'paused';
  return (
    <Desk
      desk={verifyTexts.desk}
      title={job.title}
      steps={stepsOf('check')}
      panel={{
        desk: verifyTexts.desk,
        title: job.title,
        state: <StateWord state={isPaused ? 'paused' : 'checking'} />,
        children: (
          <>
            {known?.kind === 'opened' && (
              <BundlePlates bundle={known.value.bundle} inspection={known.value.inspection} />
            )}
            <Read job={job} />
          </>
        ),
        foot: words.foot,
      }}
      say={isPaused ? runTexts.sayPaused : isWindow() ? words.say(folderOf(path)) : runTexts.sayWeb}
      quiet={
        <Button variant="quiet" onPress={() => setCancelling(true)}>
          {runTexts.cancel}
        </Button>
      }
      primary={holdPrimary(job)}
    >
      <RunWork job={job} items={items} stages={STAGES} />
      {isCancelling && (
        <CancelDialog job={job} onClose={() => setCancelling(false)}>
          <p>{words.cancelText}</p>
        </CancelDialog>
      )}
    </Desk>
  );
}

function Read({ job }: { readonly job: JobSnapshot }) {
  const { doneBytes, totalBytes, doneItems, totalItems } = useJobNumbers(job.id) ?? job.numbers;
  const of = (total: string | null) => (total === null ? '' : runTexts.of(total));
  return (
    <Plate
      title={words.read}
      facts={[
        {
          term: words.bytes,
          value: `${formatBytes(doneBytes)}${of(totalBytes === null ? null : formatBytes(totalBytes))}`,
          isNumber: true,
        },
        {
          term: words.items,
          value: `${formatNumber(doneItems)}${of(totalItems === null ? null : formatNumber(totalItems))}`,
          isNumber: true,
        },
      ]}
    />
  );
}
