// The bundle panel while packing and where something failed: what is written, of what, and what the sources ask for.
import { useMemo } from 'react';
import type { Receipt } from '../../shared/format/receipt.ts';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { hostOf, isToCome, kindsDone } from '../run/run-rows.ts';
import { tookOf } from '../run/took.ts';
import { useNow } from '../run/use-now.ts';
import { numbersOf, useJobNumbers } from '../store/byte-progress.ts';
import { packTexts } from '../texts/pack.ts';
import { runTexts } from '../texts/run.ts';
import { kindTexts } from '../texts/states.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatCountdown, formatNumber } from '../ui/quantities.ts';
import { usePlaceOf } from './use-place.ts';

const texts = packTexts.panel;
const KINDS = ['image', 'chart', 'file'] as const;

interface RunPlatesProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  /** Of a job that ended. */
  readonly receipt?: Receipt | undefined;
}

export function RunPlates({ job, items, receipt }: RunPlatesProps) {
  const { doneBytes, totalBytes, resentBytes, blobs, hosts } = useJobNumbers(job.id) ?? job.numbers;
  const freeAfter = useFreeAfter(job, totalBytes);
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
          ...(blobs === null
            ? []
            : [
                {
                  term: texts.blobs,
                  value: texts.itemsOf(formatNumber(blobs.done), formatNumber(blobs.total)),
                  isNumber: true,
                },
              ]),
          ...(freeAfter === null
            ? []
            : [{ term: texts.freeAfter, value: <Bytes value={freeAfter} />, isNumber: true }]),
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
            ...(job.ended === null
              ? hosts.map(({ host, connections }) => ({
                  term: host,
                  value: <AtSource job={job} items={items} host={host} connections={connections} />,
                  isNumber: true,
                }))
              : []),
            { term: texts.twice, value: <Bytes value={resentBytes} />, isNumber: true },
            ...(receipt === undefined ? [] : [{ term: texts.took, value: tookOf(receipt), isNumber: true }]),
          ]}
        />
      )}
    </>
  );
}

interface AtSourceProps extends RunPlatesProps {
  readonly host: string;
  readonly connections: number;
}

/** What a host does for the job now; one with nothing left to give is done. */
function AtSource({ job, items, host, connections }: AtSourceProps) {
  const wait = job.waits.find((one) => one.host === host);
  if (wait !== undefined) return <Waits until={wait.until} />;
  if (connections > 0) return runTexts.connections(connections);
  return items.some((item) => isToCome(item) && hostOf(item) === host) ? runTexts.noConnection : texts.done;
}

function Waits({ until }: { readonly until: number }) {
  return texts.waits(formatCountdown((until - useNow()) / 1000));
}

/**
 * What will be free on the medium: what was free when it was looked at, less what was still to come then. A tar takes its
 * room as it is laid out, on some file systems, and on others as it is filled: of it nobody knows.
 */
function useFreeAfter(job: JobSnapshot, totalBytes: number | null): number | null {
  const { form, medium } = usePlaceOf(job);
  const free = medium?.freeBytes;
  const isRunning = job.ended === null && job.state !== 'interrupted';
  return useMemo(() => {
    if (!isRunning || form === 'tar' || free === undefined || totalBytes === null) return null;
    return Math.max(0, free - totalBytes + (numbersOf(job.id)?.doneBytes ?? 0));
  }, [job.id, isRunning, form, free, totalBytes]);
}
