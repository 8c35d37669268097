// The bundle panel of a sealed bundle: its plate, what it holds, and what the job moved.
import type { JobResult } from '../../shared/station/job.ts';
import { tookOf } from '../run/took.ts';
import { packTexts } from '../texts/pack.ts';
import { kindTexts } from '../texts/states.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatNumber } from '../ui/quantities.ts';
import { When } from '../ui/When.tsx';
import { countKinds } from './draft.ts';
import { usePack } from './pack-store.ts';

const texts = packTexts.panel;

interface DonePlatesProps {
  readonly result: Extract<JobResult, { readonly desk: 'pack' }>;
  readonly place: string;
  /** What its file is called, before its ending. */
  readonly name: string;
}

export function DonePlates({ result: { bundle, receipt }, place, name }: DonePlatesProps) {
  const lock = usePack((state) => state.lock);
  const own = receipt.items.filter(
    ({ attachedTo, outcome }) => attachedTo === undefined && outcome !== 'failed',
  );
  const kinds = countKinds(own);
  const count = (value: number) => ({ value: formatNumber(value), isNumber: true });
  const bytes = (value: number) => ({ value: <Bytes value={value} />, isNumber: true });
  return (
    <>
      <Plate
        facts={[
          { term: texts.created, value: <When iso={receipt.ended} /> },
          { term: texts.by, value: receipt.host },
          { term: texts.medium, value: place },
          ...(bundle === null ? [] : [{ term: texts.id, value: <Digest value={bundle.id} /> }]),
          // Its file can be called otherwise; the far side reads the name that its list gave it.
          ...(bundle === null || bundle.name === name
            ? []
            : [{ term: texts.nameInside, value: bundle.name }]),
        ]}
      />
      <Plate
        title={texts.goes}
        facts={[
          { term: kindTexts.image.title, ...count(kinds.image) },
          { term: kindTexts.chart.title, ...count(kinds.chart) },
          { term: kindTexts.file.title, ...count(kinds.file) },
          ...(lock === null ? [] : [{ term: texts.size, ...bytes(lock.bytes) }]),
        ]}
      />
      <Plate
        title={texts.job}
        facts={[
          { term: texts.downloaded, ...bytes(receipt.bytesSent) },
          ...(lock === null ? [] : [{ term: texts.shared, ...bytes(lock.sharedBytes) }]),
          { term: texts.twice, ...bytes(receipt.bytesResent) },
          { term: texts.took, value: tookOf(receipt), isNumber: true },
        ]}
      />
    </>
  );
}
