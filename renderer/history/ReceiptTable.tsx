// Every item of a receipt: how it ended, its name at the target or its source, its digest, and under a failed one why.
import type { Receipt } from '../../shared/format/receipt.ts';
import { historyTexts, outcomeWord } from '../texts/history.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './History.module.css';
import type { ReceiptRow } from './receipt-rows.ts';

const words = historyTexts.whole;

interface ReceiptTableProps {
  readonly receipt: Receipt;
  readonly rows: readonly ReceiptRow[];
}

export function ReceiptTable({ receipt, rows }: ReceiptTableProps) {
  const { desk } = receipt;
  const isMoved = desk === 'pack' || desk === 'import' || desk === 'export';
  const hasTargets = receipt.items.some(({ target }) => target !== undefined);
  return (
    <DataTable
      label={words.items}
      rows={rows}
      rowKey={({ key }) => key}
      onCopy={({ item }) => void copyText(item.digest ?? item.item)}
      isFaulty={({ item }) => item.outcome === 'failed'}
      below={whyOf}
      empty={receipt.items.length === 0 ? words.noItems : words.noMatch}
      columns={[
        {
          id: 'outcome',
          head: words.state,
          width: 140,
          render: ({ item }) => <StateWord state={outcomeWord(item.outcome, desk)} />,
        },
        {
          id: 'item',
          head: words.item,
          width: 'fill',
          render: ({ item: { kind, item, attachedTo } }) =>
            attachedTo === undefined ? (
              <Reference kind={kind} reference={item} />
            ) : (
              <span className={styles['attached']}>{words.attached(item)}</span>
            ),
        },
        {
          id: 'target',
          head: hasTargets ? words.target : words.source,
          width: 'fill',
          render: ({ item: { target, source } }) => <Reference reference={target ?? source} />,
        },
        {
          id: 'digest',
          head: words.digest,
          width: 128,
          render: ({ item: { digest } }) => digest !== undefined && <Digest value={digest} />,
        },
        ...(isMoved
          ? [
              {
                id: 'bytes',
                head: words.bytes,
                width: 88,
                align: 'end' as const,
                render: ({ item }: ReceiptRow) => <Bytes value={item.bytes} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function whyOf({ item: { error, notes } }: ReceiptRow) {
  if (error !== undefined) return <p className={styles['below']}>{error.message}</p>;
  return notes.length === 0 ? null : <p className={styles['below']}>{notes.join('. ')}</p>;
}
