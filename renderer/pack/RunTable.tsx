// The items of a pack: what each is at, how far it is, and under one that failed, why.
import { useState } from 'react';
import type { JobItem } from '../../shared/station/job.ts';
import { useItemBytes } from '../store/byte-progress.ts';
import { nextOf, titleOf } from '../texts/errors.ts';
import { packTexts } from '../texts/pack.ts';
import { itemWord } from '../texts/states.ts';
import { Bar } from '../ui/Bar.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './Run.module.css';
import type { RunRow } from './run-rows.ts';

const texts = packTexts.run;

interface RunTableProps {
  readonly job: string;
  readonly rows: readonly RunRow[];
  readonly isHeld: boolean;
  /** Cards tell what befell; the rows name it. */
  readonly hasEnded?: boolean;
}

const REASON: Column<RunRow> = {
  id: 'reason',
  head: packTexts.partial.reason,
  width: 232,
  render: ({ item: { error } }) => (error === null ? null : titleOf(error)),
};

export function RunTable({ job, rows, isHeld, hasEnded = false }: RunTableProps) {
  const [selected, setSelected] = useState<string | null>(null);
  const progress: Column<RunRow> = {
    id: 'progress',
    head: texts.progress,
    width: 168,
    render: (row) => <ItemBar job={job} row={row} isHeld={isHeld} />,
  };
  const columns: readonly Column<RunRow>[] = [
    {
      id: 'state',
      head: texts.state,
      width: 148,
      render: ({ item }) => (
        <StateWord state={isHeld && item.state === 'running' ? 'paused' : itemWord(item.state, 'pack')} />
      ),
    },
    {
      id: 'item',
      head: texts.item,
      width: 'fill',
      render: ({ item }) => <Reference kind={item.kind ?? 'file'} reference={item.item} />,
    },
    ...(hasEnded ? [] : [progress]),
    {
      id: 'bytes',
      head: texts.bytes,
      width: 148,
      align: 'end',
      render: (row) => <ItemBytes job={job} row={row} />,
    },
    ...(hasEnded ? [REASON] : []),
  ];
  return (
    <DataTable
      label={texts.table}
      rows={rows}
      rowKey={({ index }) => String(index)}
      selected={selected}
      onSelect={setSelected}
      isFaulty={({ item }) => item.state === 'failed'}
      empty={packTexts.contents.none}
      {...(hasEnded ? {} : { below: whyOf })}
      columns={columns}
    />
  );
}

function whyOf({ item: { error } }: RunRow) {
  return error === null ? null : (
    <p className={styles['why']}>
      <b>{error.message}</b> {nextOf(error)}
    </p>
  );
}

interface ItemProps {
  readonly job: string;
  readonly row: RunRow;
}

function ItemBar({ job, row: { index, item }, isHeld }: ItemProps & { readonly isHeld: boolean }) {
  const ticked = useItemBytes(job, index);
  if (item.bytes === null || !MOVES.has(item.state)) return null;
  const done = ticked ?? item.doneBytes;
  const share = item.bytes === 0 ? 1 : Math.min(1, done / item.bytes);
  const state = item.state === 'failed' ? 'failed' : isHeld || item.state === 'waiting' ? 'waits' : 'runs';
  return <Bar share={share} state={state} label={texts.progressOf(item.item)} />;
}

const MOVES: ReadonlySet<JobItem['state']> = new Set(['running', 'waiting', 'failed']);

function ItemBytes({ job, row: { index, item } }: ItemProps) {
  const ticked = useItemBytes(job, index);
  if (item.bytes === null) return null;
  if (item.state === 'shared') return <>{texts.saved(formatBytes(item.bytes))}</>;
  return MOVES.has(item.state) ? (
    <Bytes value={ticked ?? item.doneBytes} of={item.bytes} />
  ) : (
    <Bytes value={item.bytes} />
  );
}
