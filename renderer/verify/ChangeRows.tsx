// The changes as a table, both digests shown far enough to differ; the chosen one whole below it.
import { useState } from 'react';
import { verifyTexts } from '../texts/verify.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { changeWord, digitsToDiffer } from './changes.ts';
import type { Change } from './changes.ts';
import styles from './Verify.module.css';

const words = verifyTexts.diff;

interface ChangeRowsProps {
  readonly changes: readonly Change[];
  readonly empty: string;
}

export function ChangeRows({ changes, empty }: ChangeRowsProps) {
  const [selected, setSelected] = useState<string | null>(null);
  const chosen = changes.find((change) => keyOf(change) === selected);
  const digits = changes.reduce(
    (most, { before, after }) => Math.max(most, digitsToDiffer(before, after)),
    0,
  );
  const width = Math.max(132, digits * 8 + 20);
  return (
    <>
      <DataTable
        label={words.table}
        rows={changes}
        rowKey={keyOf}
        selected={selected}
        onSelect={setSelected}
        onCopy={({ before, after }) => void copyText(after ?? before ?? '')}
        empty={empty}
        columns={[
          {
            id: 'change',
            head: words.change,
            width: 124,
            render: (change) => <StateWord state={changeWord(change)} />,
          },
          {
            id: 'item',
            head: words.item,
            width: 'fill',
            render: ({ kind, reference }) => <Reference kind={kind} reference={reference} />,
          },
          {
            id: 'before',
            head: words.before,
            width,
            render: ({ before, after }) => <Side digest={before} other={after} />,
          },
          {
            id: 'now',
            head: words.now,
            width,
            render: ({ before, after }) => <Side digest={after} other={before} />,
          },
        ]}
      />
      {chosen !== undefined && <Whole change={chosen} />}
    </>
  );
}

function keyOf({ kind, reference }: Change): string {
  return `${kind} ${reference}`;
}

interface SideProps {
  readonly digest: string | undefined;
  readonly other: string | undefined;
}

function Side({ digest, other }: SideProps) {
  return digest === undefined ? (
    <span className={styles['dim']}>{words.notThere}</span>
  ) : (
    <Digest value={digest} length={digitsToDiffer(digest, other)} />
  );
}

function Whole({ change: { reference, before, after } }: { readonly change: Change }) {
  return (
    <section className={styles['whole']} aria-label={reference}>
      <Reference reference={reference} />
      <dl>
        <dt>{words.beforeWhole}</dt>
        <dd>
          <code>{before ?? words.notThere}</code>
          {before !== undefined && <CopyButton text={before} label={words.copyBefore} />}
        </dd>
        <dt>{words.nowWhole}</dt>
        <dd>
          <code>{after ?? words.notThere}</code>
          {after !== undefined && <CopyButton text={after} label={words.copyNow} />}
        </dd>
      </dl>
    </section>
  );
}
