// The bundle beside the gap: what it says it is, and the words it goes by.
import type { ReactNode } from 'react';
import type { BundleSummary, Inspection } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Digest } from '../ui/Digest.tsx';
import { FingerprintWords } from '../ui/FingerprintWords.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatCount } from '../ui/quantities.ts';
import { When } from '../ui/When.tsx';
import { folderOf } from './findings.ts';

const words = verifyTexts.panel;

interface BundlePlatesProps {
  readonly bundle: BundleSummary;
  readonly inspection: Inspection;
  /** Files that were sealed; undefined before they were looked at. */
  readonly files?: number;
  readonly isDamaged?: boolean;
  /** Below the fingerprint. */
  readonly children?: ReactNode;
}

export function BundlePlates(props: BundlePlatesProps) {
  const { bundle, inspection, files, isDamaged = false, children } = props;
  const size = formatBytes(inspection.bytes);
  return (
    <>
      <Plate
        facts={[
          ...(bundle.marking === undefined ? [] : [{ term: words.marking, value: bundle.marking }]),
          { term: words.created, value: <When iso={inspection.created} /> },
          { term: words.medium, value: folderOf(bundle.path) },
          { term: words.size, value: files === undefined ? size : words.inFiles(size, files) },
          { term: words.holds, value: formatCount(inspection.items.length, 'item') },
          { term: words.id, value: <Digest value={bundle.id} /> },
        ]}
      />
      <Plate title={words.fingerprint} facts={[]} notes={[isDamaged ? words.ofTheList : words.compare]}>
        <FingerprintWords words={bundle.fingerprint.words} />
      </Plate>
      {children}
    </>
  );
}
