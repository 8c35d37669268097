// Why the verdict is what it is: one row for each thing that was looked at, and how to do the same without Airlock.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { verifyTexts } from '../texts/verify.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { holdsAll } from './findings.ts';
import type { VerifyResult } from './Findings.tsx';
import styles from './Verify.module.css';
import { useVerify } from './verify-store.ts';
import type { VerifyTab } from './verify-store.ts';
import { reasonsOf } from './reasons.ts';

const words = verifyTexts.why;

interface WhyProps {
  readonly job: JobSnapshot;
  readonly result: VerifyResult;
  readonly onShow: (tab: VerifyTab) => void;
}

export function Why({ job, result, onShow }: WhyProps) {
  const filter = useVerify((state) => state.filter);
  const comparison = useVerify((state) => state.comparison);
  const rows = reasonsOf(result, comparison, job.notices).filter(({ check, text }) =>
    holdsAll(filter, check, text),
  );
  return (
    <>
      <DataTable
        label={words.table}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={44}
        onOpen={({ tab }) => {
          if (tab !== null) onShow(tab);
        }}
        onCopy={({ text }) => void copyText(text)}
        empty={verifyTexts.findings.noMatch}
        columns={[
          {
            id: 'result',
            head: words.result,
            width: 168,
            render: ({ word, said }) => <StateWord state={word} {...(said === null ? {} : { word: said })} />,
          },
          {
            id: 'check',
            head: words.check,
            width: 152,
            render: ({ check, tab }) =>
              tab === null ? (
                <b>{check}</b>
              ) : (
                <button type="button" className={styles['link']} onClick={() => onShow(tab)}>
                  {check}
                </button>
              ),
          },
          {
            id: 'finding',
            head: words.finding,
            width: 'fill',
            render: ({ text }) => (
              <span className={styles['mid']} title={text}>
                {text}
              </span>
            ),
          },
        ]}
      />
      <section className={styles['same']} aria-label={words.same}>
        <h2>
          {words.same}{' '}
          <span className={styles['dim']}>
            {result.bundle.form === 'tar' ? words.sameWhereTar : words.sameWhere}
          </span>
        </h2>
        <div className={styles['command']}>
          <code>{words.command}</code>
          <CopyButton text={words.command} label={words.copyCommand} />
        </div>
      </section>
    </>
  );
}
