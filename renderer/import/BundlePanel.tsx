// The bundle of an import beside the gap: what it is, what it holds, and the words it goes by.
import type { ReactNode } from 'react';
import type { BundleSummary, Inspection } from '../../shared/format/results.ts';
import { importTexts } from '../texts/import.ts';
import { Digest } from '../ui/Digest.tsx';
import { FingerprintWords } from '../ui/FingerprintWords.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatCount } from '../ui/quantities.ts';
import { When } from '../ui/When.tsx';
import { useImport } from './import-store.ts';

const words = importTexts.panel;

interface BundlePanelProps {
  readonly bundle: BundleSummary | null;
  readonly inspection: Inspection | null;
  /** What this step adds: where it goes, what will move, what arrived. */
  readonly children?: ReactNode;
}

export function BundlePanel({ bundle, inspection, children }: BundlePanelProps) {
  const lastVerify = useImport((state) => state.lastVerify);
  if (bundle === null || inspection === null) return children ?? null;
  const count = (kind: string) => inspection.items.filter((item) => item.kind === kind).length;
  return (
    <>
      <Plate
        facts={[
          {
            term: words.lastVerify,
            value:
              lastVerify === null ? (
                words.neverVerified
              ) : (
                <>
                  <When iso={lastVerify.at} />, {words.verifiedAs[lastVerify.outcome]}
                </>
              ),
          },
          { term: words.created, value: <When iso={inspection.created} /> },
          { term: words.medium, value: folderOf(bundle.path) },
          {
            term: words.size,
            value: words.inFiles(formatBytes(inspection.bytes), formatCount(inspection.blobs, 'blob')),
          },
          { term: words.holds, value: formatCount(inspection.items.length, 'item') },
          { term: words.id, value: <Digest value={bundle.id} /> },
        ]}
      />
      {children ?? (
        <Plate
          facts={[
            { term: words.images, value: count('image'), isNumber: true },
            { term: words.charts, value: count('chart'), isNumber: true },
            { term: words.files, value: count('file'), isNumber: true },
          ]}
        />
      )}
      <Plate title={words.fingerprint} facts={[]} notes={[words.compare]}>
        <FingerprintWords words={bundle.fingerprint.words} />
      </Plate>
    </>
  );
}

/** The folder or medium that a bundle lies in. */
export function folderOf(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  return parts.at(-2) ?? path;
}
