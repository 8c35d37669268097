// Every file that is not as it was sealed: its state, why, and what it belongs to; and what to do about it.
import { verifyTexts } from '../texts/verify.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import type { WireError } from '../../shared/errors/wire.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import {
  countsSentence,
  digestOfPath,
  FILE_WORDS,
  findingsText,
  folderOf,
  holdsAll,
  shortPath,
} from './findings.ts';
import type { Finding } from './findings.ts';
import type { VerifyResult } from './Findings.tsx';
import styles from './Verify.module.css';
import { checkAgain } from './verify-actions.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.files;
const card = verifyTexts.card;
const ROW = 44;
const HEAD = 30;
/** Rows that are always in sight, however much room the card below takes. */
const LEAST = 6;

const heightOf = (rows: number): number => HEAD + Math.max(1, rows) * ROW;

interface FindingRowsProps {
  readonly job: JobSnapshot;
  readonly result: VerifyResult;
  readonly findings: readonly Finding[];
}

export function FindingRows({ job, result: { bundle, report }, findings }: FindingRowsProps) {
  const filter = useVerify((state) => state.filter);
  const medium = folderOf(bundle.path);
  const rows = findings.filter(({ file: { path, why = '' }, belongsTo }) =>
    holdsAll(filter, path, why, ...belongsTo),
  );
  return (
    <>
      <div
        className={styles['sized']}
        style={{ flexBasis: heightOf(rows.length), minHeight: heightOf(Math.min(rows.length, LEAST)) }}
      >
        <DataTable
          label={words.findingsTable}
          rows={rows}
          rowKey={({ file }) => file.path}
          rowHeight={ROW}
          onCopy={({ file }) => void copyText(digestOfPath(file.path) ?? file.path)}
          empty={verifyTexts.findings.noMatch}
          columns={[
            {
              id: 'state',
              head: words.state,
              width: 148,
              render: ({ file }) => <StateWord state={FILE_WORDS[file.state]} />,
            },
            { id: 'path', head: words.pathOn(medium), width: 'fill', render: (row) => <Path row={row} /> },
            {
              id: 'why',
              head: words.why,
              width: 260,
              render: ({ file: { why = '' } }) => <span title={why}>{why}</span>,
            },
            { id: 'belongs', head: words.belongs, width: 240, render: (row) => <Belongs row={row} /> },
          ]}
        />
      </div>
      {report.verdict === 'damaged' && (
        <div className={styles['card']}>
          <ErrorCard
            error={damageOf(bundle.path, findings, countsSentence(report.totals))}
            title={card.title(medium)}
            sentence={card.text(findings.length)}
            side="verify"
            actions={
              <>
                <Button icon="again" onPress={() => void checkAgain(job.id)}>
                  {card.again}
                </Button>
                <CopyButton text={findingsText(bundle.path, findings)} label={card.copy} isWorded />
              </>
            }
          />
        </div>
      )}
    </>
  );
}

function Path({ row: { file } }: { readonly row: Finding }) {
  return (
    <span className={styles['two']} title={file.path}>
      <code>{shortPath(file.path)}</code>
      <small>{file.size === undefined ? words.inNoList : formatBytes(file.size)}</small>
    </span>
  );
}

function Belongs({ row: { file, belongsTo } }: { readonly row: Finding }) {
  const [first] = belongsTo;
  if (first !== undefined)
    return (
      <span className={styles['belongs']} title={belongsTo.join('\n')}>
        <Reference reference={first} />
        {belongsTo.length > 1 && <span className={styles['dim']}>{words.more(belongsTo.length - 1)}</span>}
      </span>
    );
  const isStranger = file.state === 'unexpected' || file.state === 'litter';
  return <span className={styles['dim']}>{isStranger ? words.noItem : words.bundleItself}</span>;
}

const MOST_NAMED = 100;

/** The findings as the error that Import would refuse the bundle with. */
function damageOf(path: string, findings: readonly Finding[], message: string): WireError {
  return {
    code: 'BUNDLE_DAMAGED',
    message,
    side: 'bundle',
    remedy: 'Copy the bundle again from where it was packed, and verify that.',
    details: {
      bundle: path,
      files: findings.slice(0, MOST_NAMED).map(({ file }) => `${file.path} ${file.why ?? file.state}`),
    },
    causes: [],
  };
}
