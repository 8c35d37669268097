// Every file of the bundle: what is wrong on top.
import { useMemo } from 'react';
import type { VerifyReport } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { digestOfPath, FILE_WORDS, filesInOrder, filterOf } from './findings.ts';
import type { VerifiedFile } from './findings.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.files;

const COLUMNS: readonly Column<VerifiedFile>[] = [
  {
    id: 'state',
    head: words.state,
    width: 148,
    render: ({ state }) => <StateWord state={FILE_WORDS[state]} />,
  },
  {
    id: 'path',
    head: words.path,
    width: 'fill',
    compare: (a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)),
    render: ({ path, why }) => <code title={why === undefined ? path : `${path} ${why}`}>{path}</code>,
  },
  {
    id: 'size',
    head: words.size,
    width: 104,
    align: 'end',
    compare: (a, b) => (a.size ?? -1) - (b.size ?? -1),
    render: ({ size }) => size !== undefined && <Bytes value={size} />,
  },
];

export function FileRows({ files }: Pick<VerifyReport, 'files'>) {
  const filter = useVerify((state) => state.filter);
  const all = useMemo(() => filesInOrder(files), [files]);
  const rows = useMemo(() => {
    const holds = filterOf(filter);
    return all.filter(({ path, why = '' }) => holds(path, why));
  }, [all, filter]);
  return (
    <DataTable
      label={words.table}
      rows={rows}
      rowKey={pathOf}
      onCopy={({ path }) => void copyText(digestOfPath(path) ?? path)}
      isFaulty={isFaulty}
      empty={verifyTexts.findings.noMatch}
      columns={COLUMNS}
    />
  );
}

const pathOf = ({ path }: VerifiedFile): string => path;
const isFaulty = ({ state }: VerifiedFile): boolean => state !== 'ok';
