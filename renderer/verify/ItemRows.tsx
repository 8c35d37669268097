// Every item of the bundle: its digest, where it came from, and under the row that is chosen all that is said of it.
import { useMemo, useState } from 'react';
import type { Inspection, VerifyReport } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { holdsAll, ITEM_WORDS } from './findings.ts';
import type { VerifiedItem } from './findings.ts';
import styles from './Verify.module.css';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.items;

type Inspected = Inspection['items'][number];
interface Row {
  readonly item: VerifiedItem;
  readonly inspected: Inspected | undefined;
}

interface ItemRowsProps {
  readonly items: VerifyReport['items'];
  readonly inspection: Inspection;
}

export function ItemRows({ items, inspection }: ItemRowsProps) {
  const filter = useVerify((state) => state.filter);
  const [selected, setSelected] = useState<string | null>(null);
  const all = useMemo(() => {
    const known = new Map(inspection.items.map((item) => [keyOf(item), item]));
    return items.map((item): Row => ({ item, inspected: known.get(keyOf(item)) }));
  }, [items, inspection]);
  const rows = all.filter(({ item, inspected }) =>
    holdsAll(filter, item.reference, item.digest, inspected?.source ?? '', ...(inspected?.notes ?? [])),
  );
  return (
    <DataTable
      label={words.table}
      rows={rows}
      rowKey={({ item }) => keyOf(item)}
      selected={selected}
      onSelect={setSelected}
      onCopy={({ item }) => void copyText(item.digest)}
      isFaulty={({ item }) => item.state !== 'ok'}
      below={(row) => (keyOf(row.item) === selected || row.item.state !== 'ok' ? <Said row={row} /> : null)}
      empty={verifyTexts.findings.noMatch}
      columns={[
        {
          id: 'state',
          head: words.state,
          width: 128,
          render: ({ item }) => <StateWord state={ITEM_WORDS[item.state]} />,
        },
        {
          id: 'item',
          head: words.item,
          width: 'fill',
          compare: (a, b) => a.item.reference.localeCompare(b.item.reference, 'en', { numeric: true }),
          render: ({ item }) => <Reference kind={item.kind} reference={item.reference} />,
        },
        {
          id: 'digest',
          head: words.digest,
          width: 132,
          render: ({ item }) =>
            item.digest === '' ? (
              <span className={styles['dim']}>{words.none}</span>
            ) : (
              <Digest value={item.digest} />
            ),
        },
        {
          id: 'source',
          head: words.source,
          width: 260,
          render: ({ inspected }) => (
            <span className={styles['mid']} title={inspected?.source}>
              {inspected?.source}
            </span>
          ),
        },
      ]}
    />
  );
}

function keyOf({ kind, reference }: Pick<VerifiedItem, 'kind' | 'reference'>): string {
  return `${kind} ${reference}`;
}

/** Null where there is nothing to add to the row. */
function Said({ row: { item, inspected } }: { readonly row: Row }) {
  const { platforms = [], attached = 0, notes = [] } = inspected ?? {};
  return (
    <dl className={styles['said']}>
      <dt>{words.digest}</dt>
      <dd>
        <code>{item.digest === '' ? words.none : item.digest}</code>
      </dd>
      {platforms.length > 0 && (
        <>
          <dt>{words.platforms}</dt>
          <dd>{platforms.join(', ')}</dd>
        </>
      )}
      {(attached > 0 || notes.length > 0) && (
        <>
          <dt>{verifyTexts.why.note}</dt>
          <dd>
            {[...(attached > 0 ? [words.attached(attached)] : []), ...notes].map((note) => (
              <span key={note}>{note}</span>
            ))}
          </dd>
        </>
      )}
      {item.files.length > 0 && (
        <>
          <dt>{words.hit}</dt>
          <dd>
            {item.files.map((path) => (
              <code key={path}>{path}</code>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}
