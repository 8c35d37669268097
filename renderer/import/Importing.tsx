// The import itself, from its start to what it came to: each standing of the job has its screen.
import { useState } from 'react';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { CancelDialog } from '../run/CancelDialog.tsx';
import { holdPrimary } from '../run/hold-primary.ts';
import { HostTable } from '../run/HostTable.tsx';
import { RunWork } from '../run/RunWork.tsx';
import { useJobNumbers } from '../store/byte-progress.ts';
import { useJob, useJobItems, useResult } from '../store/jobs.ts';
import { isWindow } from '../store/session.ts';
import { importTexts } from '../texts/import.ts';
import { runTexts } from '../texts/run.ts';
import { Button } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { Desk } from '../ui/Desk.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatNumber } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePanel, folderOf } from './BundlePanel.tsx';
import { Done } from './Done.tsx';
import { useImport } from './import-store.ts';
import { stepsOf } from './steps.ts';

const words = importTexts.run;
const STAGES = ['check', 'verify', 'probe', 'push'] as const;

export function Importing({ id }: { readonly id: string }) {
  const job = useJob(id);
  const items = useJobItems(id);
  const result = useResult(id);
  if (job === undefined) return null;
  if (job.ended !== null || job.state === 'interrupted')
    return <Done job={job} items={items} result={result?.desk === 'import' ? result : null} />;
  return <Run job={job} items={items} />;
}

interface RunProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

function Run({ job, items }: RunProps) {
  const { bundle, inspection } = useImport();
  const [isCancelling, setCancelling] = useState(false);
  const isPaused = job.state === 'paused';
  const path = job.request.desk === 'import' ? job.request.bundle : '';
  const stages = STAGES.filter(
    (stage) => stage !== 'verify' || (job.request.desk === 'import' && job.request.verifyFirst),
  );
  return (
    <Desk
      desk={importTexts.desk}
      title={job.title}
      steps={stepsOf('run')}
      panel={{
        desk: importTexts.desk,
        title: job.title,
        state: <StateWord state="verified" word={importTexts.bundle.checked} />,
        isLive: true,
        children: (
          <BundlePanel bundle={bundle} inspection={inspection}>
            <Arrived job={job} />
          </BundlePanel>
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
      <RunWork job={job} items={items} stages={stages} hosts={<HostTable job={job} items={items} />} />
      {isCancelling && (
        <CancelDialog job={job} onClose={() => setCancelling(false)}>
          <p>{importTexts.done.partialSentence}</p>
        </CancelDialog>
      )}
    </Desk>
  );
}

function Arrived({ job }: { readonly job: JobSnapshot }) {
  const { doneItems, totalItems, doneBytes, presentBytes, resentBytes } =
    useJobNumbers(job.id) ?? job.numbers;
  const all = totalItems === null ? '' : runTexts.of(formatNumber(totalItems));
  return (
    <Plate
      title={words.arrived}
      facts={[
        { term: words.items, value: `${formatNumber(doneItems)}${all}`, isNumber: true },
        { term: words.sent, value: <Bytes value={Math.max(0, doneBytes - presentBytes)} />, isNumber: true },
        { term: words.present, value: <Bytes value={presentBytes} />, isNumber: true },
        { term: words.resent, value: <Bytes value={resentBytes} />, isNumber: true },
      ]}
    />
  );
}
