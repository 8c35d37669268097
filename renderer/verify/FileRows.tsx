// Every file of the bundle: what is wrong on top.
import type { VerifyReport } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { digestOfPath, FILE_WORDS, filesInOrder, holdsAll } from './findings.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.files;

export function FileRows({ files }: Pick<VerifyReport, 'files'>) {
  const filter = useVerify((state) => state.filter);
  const rows = filesInOrder(files).filter(({ path, why = '' }) => holdsAll(filter, path, why));
  return (
    <DataTable
      label={words.table}
      rows={rows}
      rowKey={({ path }) => path}
      onCopy={({ path }) => void copyText(digestOfPath(path) ?? path)}
      isFaulty={({ state }) => state !== 'ok'}
      empty={verifyTexts.findings.noMatch}
      columns={[
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
      ]}
    />
  );
}
