// The items of a job: what each is at, how far it is, and under one that failed, why.
import { useMemo, useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { useItemBytes, useItemRate } from '../store/byte-progress.ts';
import { nextOf, titleOf, triedOf } from '../texts/errors.ts';
import { runTexts } from '../texts/run.ts';
import { itemWord } from '../texts/states.ts';
import { Bar } from '../ui/Bar.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { formatBytes, formatRate } from '../ui/quantities.ts';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './RunTable.module.css';
import type { RunRow } from './run-rows.ts';

interface RunTableProps {
  readonly job: JobSnapshot;
  readonly rows: readonly RunRow[];
  /** Cards tell what befell; the rows name it. */
  readonly hasEnded?: boolean;
}

const REASON: Column<RunRow> = {
  id: 'reason',
  head: runTexts.reason,
  width: 232,
  render: ({ item: { error } }) => (error === null ? null : titleOf(error)),
};

export function RunTable({ job: { id, desk, state, ended }, rows, hasEnded = false }: RunTableProps) {
  const isHeld = state !== 'running';
  const [selected, setSelected] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf(id, desk, isHeld, hasEnded), [id, desk, isHeld, hasEnded]);
  return (
    <DataTable
      label={runTexts.table}
      rows={rows}
      rowKey={keyOf}
      selected={selected}
      onSelect={setSelected}
      isFaulty={isFailed}
      empty={runTexts.none}
      {...(hasEnded ? {} : { below: ended === null ? whyOfOne : whyOf })}
      columns={columns}
    />
  );
}

/** Rows are drawn anew with other columns only: of thousands, few change with each tick. */
function columnsOf(
  job: string,
  desk: JobSnapshot['desk'],
  isHeld: boolean,
  hasEnded: boolean,
): readonly Column<RunRow>[] {
  const progress: Column<RunRow> = {
    id: 'progress',
    head: runTexts.progress,
    width: 168,
    render: (row) => <ItemBar job={job} row={row} isHeld={isHeld} />,
  };
  const speed: Column<RunRow> = {
    id: 'speed',
    head: runTexts.speed,
    width: 88,
    align: 'end',
    render: (row) => (isHeld ? null : <ItemSpeed job={job} row={row} />),
  };
  return [
    {
      id: 'state',
      head: runTexts.state,
      width: 148,
      render: ({ item }) => (
        <StateWord state={isHeld && item.state === 'running' ? 'paused' : itemWord(item.state, desk)} />
      ),
    },
    {
      id: 'item',
      head: runTexts.item,
      width: 'fill',
      render: ({ item }) => <Reference kind={item.kind ?? undefined} reference={item.item} />,
    },
    ...(hasEnded ? [] : [progress]),
    {
      id: 'bytes',
      head: runTexts.bytes,
      width: 140,
      align: 'end',
      render: (row) => <ItemBytes job={job} row={row} />,
    },
    ...(hasEnded ? [] : [speed]),
    ...(hasEnded ? [REASON] : []),
  ];
}

const keyOf = ({ index }: RunRow): string => String(index);
const isFailed = ({ item }: RunRow): boolean => item.state === 'failed';

function whyOf({ item: { error } }: RunRow) {
  return error === null ? null : <Why error={error} />;
}

/** While the job runs: what befell one item does not stop it. */
function whyOfOne({ item: { error } }: RunRow) {
  return error === null ? null : <Why error={error} goesOn />;
}

function Why({ error, goesOn = false }: { readonly error: WireError; readonly goesOn?: boolean }) {
  const tried = triedOf(error);
  return (
    <p className={styles['why']}>
      <b>{error.message}</b>{' '}
      {goesOn ? runTexts.othersGoOn(tried) : tried !== undefined && runTexts.tried(tried)} {nextOf(error)}
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
  return <Bar share={share} state={state} label={runTexts.progressOf(item.item)} />;
}

const MOVES: ReadonlySet<JobItem['state']> = new Set(['running', 'waiting', 'failed']);

function ItemBytes({ job, row: { index, item } }: ItemProps) {
  const ticked = useItemBytes(job, index);
  if (item.bytes === null) return null;
  if (item.state === 'shared') return <>{runTexts.saved(formatBytes(item.bytes))}</>;
  return MOVES.has(item.state) ? (
    <Bytes value={ticked ?? item.doneBytes} of={item.bytes} />
  ) : (
    <Bytes value={item.bytes} />
  );
}

function ItemSpeed({ job, row: { index, item } }: ItemProps) {
  const rate = useItemRate(job, index);
  if (rate === undefined || item.state !== 'running') return null;
  return <span className={styles['speed']}>{formatRate(rate)}</span>;
}
