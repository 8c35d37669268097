// Every item of the bundle: its digest, where it came from, and under the row that is chosen all that is said of it.
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Inspection, VerifyReport } from '../../shared/format/results.ts';
import { verifyTexts } from '../texts/verify.ts';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { filterOf, ITEM_WORDS } from './findings.ts';
import type { VerifiedItem } from './findings.ts';
import { Said } from './Said.tsx';
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

const COLUMNS: readonly Column<Row>[] = [
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
    compare: (a, b) => byName.compare(a.item.reference, b.item.reference),
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
];

/** One for all: a collator made for each pair is most of what sorting ten thousand rows costs. */
const byName = new Intl.Collator('en', { numeric: true });

export function ItemRows({ items, inspection }: ItemRowsProps) {
  const filter = useVerify((state) => state.filter);
  const [selected, setSelected] = useState<string | null>(null);
  const all = useMemo(() => {
    const known = new Map(inspection.items.map((item) => [keyOf(item), item]));
    return items.map((item): Row => ({ item, inspected: known.get(keyOf(item)) }));
  }, [items, inspection]);
  const rows = useMemo(() => {
    const holds = filterOf(filter);
    return all.filter(({ item, inspected }) =>
      holds(item.reference, item.digest, inspected?.source ?? '', ...(inspected?.notes ?? [])),
    );
  }, [all, filter]);
  const below = useCallback((row: Row) => saidOf(row, rowKey(row) === selected), [selected]);
  return (
    <DataTable
      label={words.table}
      rows={rows}
      rowKey={rowKey}
      selected={selected}
      onSelect={setSelected}
      onCopy={({ item }) => void copyText(item.digest)}
      isFaulty={isFaulty}
      below={below}
      empty={verifyTexts.findings.noMatch}
      columns={COLUMNS}
    />
  );
}

const rowKey = ({ item }: Row): string => keyOf(item);
const isFaulty = ({ item }: Row): boolean => item.state !== 'ok';

function keyOf({ kind, reference }: Pick<VerifiedItem, 'kind' | 'reference'>): string {
  return `${kind} ${reference}`;
}

/** All that is said of the chosen item; of one that is not whole, which files it is for. */
function saidOf({ item, inspected }: Row, isChosen: boolean): ReactNode {
  const { platforms = [], attached = 0, notes = [] } = inspected ?? {};
  const facts = [
    { term: words.hit, lines: item.files, isCode: true },
    ...(isChosen
      ? [
          { term: words.digest, lines: item.digest === '' ? [] : [item.digest], isCode: true },
          { term: words.platforms, lines: platforms.length === 0 ? [] : [platforms.join(', ')] },
          {
            term: verifyTexts.why.note,
            lines: [...(attached > 0 ? [words.attached(attached)] : []), ...notes],
          },
        ]
      : []),
  ].filter(({ lines }) => lines.length > 0);
  return facts.length === 0 ? null : <Said facts={facts} />;
}
