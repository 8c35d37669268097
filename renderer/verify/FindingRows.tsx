// Every file that is not as it was sealed: its state, why, and what it belongs to; and what to do about it.
import { useState } from 'react';
import { verifyTexts } from '../texts/verify.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import type { WireError } from '../../shared/errors/wire.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { countsSentence, digestOfPath, FILE_WORDS, findingsText, folderOf, holdsAll } from './findings.ts';
import type { Finding } from './findings.ts';
import { Belongs, FoundThere, Path, Sealed, Whole } from './FindingCells.tsx';
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

/** What is said of the chosen row, in three lines. */
const SAID = 88;

const heightOf = (rows: number): number => HEAD + Math.max(1, rows) * ROW;

interface FindingRowsProps {
  readonly job: JobSnapshot;
  readonly result: VerifyResult;
  readonly findings: readonly Finding[];
}

export function FindingRows({ job, result: { bundle, report }, findings }: FindingRowsProps) {
  const filter = useVerify((state) => state.filter);
  const [selected, setSelected] = useState<string | null>(null);
  const medium = folderOf(bundle.path);
  const rows = findings.filter(({ file: { path, why = '', foundSha256 = '' }, belongsTo }) =>
    holdsAll(filter, path, why, foundSha256, ...belongsTo),
  );
  const said = rows.some((row) => keyOf(row) === selected) ? SAID : 0;
  return (
    <>
      <div
        className={styles['sized']}
        style={{
          flexBasis: heightOf(rows.length) + said,
          minHeight: heightOf(Math.min(rows.length, LEAST)) + said,
        }}
      >
        <DataTable
          label={words.findingsTable}
          rows={rows}
          rowKey={keyOf}
          rowHeight={ROW}
          selected={selected}
          onSelect={setSelected}
          below={(row) => keyOf(row) === selected && <Whole row={row} />}
          onCopy={({ file }) => void copyText(digestOfPath(file.path) ?? file.path)}
          empty={verifyTexts.findings.noMatch}
          columns={[
            {
              id: 'state',
              head: words.state,
              width: 132,
              render: ({ file }) => <StateWord state={FILE_WORDS[file.state]} />,
            },
            { id: 'path', head: words.pathOn(medium), width: 'fill', render: (row) => <Path row={row} /> },
            { id: 'sealed', head: words.sealed, width: 120, render: (row) => <Sealed row={row} /> },
            { id: 'found', head: words.found, width: 120, render: (row) => <FoundThere row={row} /> },
            { id: 'belongs', head: words.belongs, width: 224, render: (row) => <Belongs row={row} /> },
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

const keyOf = ({ file }: Finding): string => file.path;

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
