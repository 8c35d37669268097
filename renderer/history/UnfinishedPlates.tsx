// A job that has not ended, beside the gap: since when, how far, and what happened to it.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { historyTexts } from '../texts/history.ts';
import { runTexts } from '../texts/run.ts';
import { doingTexts } from '../texts/states.ts';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatNumber, formatTime } from '../ui/quantities.ts';

const words = historyTexts.panel;

export function UnfinishedPlates({ job }: { readonly job: JobSnapshot }) {
  const { doneItems, totalItems, doneBytes, totalBytes } = useJobNumbers(job.id) ?? job.numbers;
  const of = (done: string, total: string | null) => (total === null ? done : historyTexts.of(done, total));
  return (
    <>
      <Plate
        facts={[
          { term: words.job, value: doingTexts[job.desk].toLowerCase() },
          { term: words.started, value: formatTime(job.started) },
        ]}
        notes={job.state === 'interrupted' ? [runTexts.interruptedText] : []}
      />
      <Plate
        facts={[
          {
            term: words.items,
            value: of(formatNumber(doneItems), totalItems === null ? null : formatNumber(totalItems)),
            isNumber: true,
          },
          {
            term: words.done,
            value: of(formatBytes(doneBytes), totalBytes === null ? null : formatBytes(totalBytes)),
            isNumber: true,
          },
        ]}
      />
    </>
  );
}
