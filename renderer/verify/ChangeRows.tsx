// The changes as a table, both digests shown far enough to differ; the chosen one whole below it.
import { useState } from 'react';
import { verifyTexts } from '../texts/verify.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { changeWord, digitsToDiffer, toldOf } from './changes.ts';
import type { Change, ChangeSide } from './changes.ts';
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
  const most = changes.reduce((largest, { newBytes = 0 }) => Math.max(largest, newBytes), 0);
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
            render: (change) => <Reference kind={change.kind} reference={toldOf(change).name} />,
          },
          {
            id: 'before',
            head: words.before,
            width,
            render: (change) => <Side side={toldOf(change).before} other={change.after} />,
          },
          {
            id: 'now',
            head: words.now,
            width,
            render: (change) => <Side side={toldOf(change).after} other={change.before} />,
          },
          {
            id: 'new',
            head: words.newOf,
            width: 148,
            align: 'end',
            compare: (a, b) => (a.newBytes ?? -1) - (b.newBytes ?? -1),
            render: ({ newBytes }) => newBytes !== undefined && <NewBytes bytes={newBytes} most={most} />,
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
  readonly side: ChangeSide | null;
  readonly other: string | undefined;
}

function Side({ side, other }: SideProps) {
  if (side === null) return <span className={styles['dim']}>{words.notThere}</span>;
  const { tag, digest } = side;
  if (tag !== null) return <span title={digest}>{tag}</span>;
  return <Digest value={digest} length={digitsToDiffer(digest, other)} />;
}

/** How much of all that is new comes with this item; the longest bar is the largest. */
function NewBytes({ bytes, most }: { readonly bytes: number; readonly most: number }) {
  return (
    <span className={styles['newOf']}>
      <Bytes value={bytes} />
      <span aria-hidden className={styles['share']}>
        <span style={{ width: most === 0 ? 0 : `max(2px, ${(bytes / most) * 100}%)` }} />
      </span>
    </span>
  );
}

function Whole({ change: { reference, was, before, after } }: { readonly change: Change }) {
  return (
    <section className={styles['whole']} aria-label={reference}>
      <Reference reference={reference} />
      <dl>
        <dt>{words.beforeWhole}</dt>
        <dd>
          {was !== undefined && <Reference reference={was} />}
          <code>{before ?? words.notThere}</code>
          {before !== undefined && <CopyButton text={before} label={words.copyBefore} />}
        </dd>
        <dt>{words.nowWhole}</dt>
        <dd>
          {was !== undefined && <Reference reference={reference} />}
          <code>{after ?? words.notThere}</code>
          {after !== undefined && <CopyButton text={after} label={words.copyNow} />}
        </dd>
      </dl>
    </section>
  );
}
