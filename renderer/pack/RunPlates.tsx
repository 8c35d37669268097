// The bundle panel while packing and where something failed: what is written, of what, and what the sources ask for.
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { packTexts } from '../texts/pack.ts';
import { kindTexts } from '../texts/states.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Duration } from '../ui/Duration.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatNumber, formatClock } from '../ui/quantities.ts';
import { usePlaceOf } from './use-place.ts';
import { kindsDone } from '../run/run-rows.ts';

const texts = packTexts.panel;
const KINDS = ['image', 'chart', 'file'] as const;

interface RunPlatesProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

export function RunPlates({ job, items }: RunPlatesProps) {
  const { doneBytes, totalBytes, resentBytes } = useJobNumbers(job.id) ?? job.numbers;
  const { name, file } = usePlaceOf(job);
  const kinds = kindsDone(items);
  const failed = items.filter(({ state }) => state === 'failed').length;
  return (
    <>
      <Plate
        title={texts.on(name)}
        facts={[
          ...(job.state === 'interrupted' ? [{ term: texts.file, value: file }] : []),
          ...(totalBytes === null && doneBytes === 0
            ? []
            : [{ term: texts.written, value: <Bytes value={doneBytes} />, isNumber: true }]),
          ...(totalBytes === null
            ? []
            : [{ term: texts.of, value: <Bytes value={totalBytes} />, isNumber: true }]),
          ...(failed === 0 ? [] : [{ term: texts.failed, value: formatNumber(failed), isNumber: true }]),
        ]}
      />
      {items.length > 0 && (
        <Plate
          title={texts.goes}
          facts={KINDS.filter((kind) => kinds[kind].total > 0).map((kind) => ({
            term: kindTexts[kind].title,
            value: texts.itemsOf(formatNumber(kinds[kind].done), formatNumber(kinds[kind].total)),
            isNumber: true,
          }))}
        />
      )}
      {job.state !== 'interrupted' && (
        <Plate
          title={job.ended === null ? texts.atSources : texts.job}
          facts={[
            ...job.waits.map(({ host, until }) => ({
              term: host,
              value: texts.waitsUntil(formatClock(until)),
              isNumber: true,
            })),
            { term: texts.twice, value: <Bytes value={resentBytes} />, isNumber: true },
            ...(job.ended === null
              ? []
              : [
                  {
                    term: texts.took,
                    value: <Duration seconds={(job.ended - job.started) / 1000} />,
                    isNumber: true,
                  },
                ]),
          ]}
        />
      )}
    </>
  );
}
