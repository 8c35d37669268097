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
import { hostOf } from './run-rows.ts';
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

export function RunTable({ job, rows, hasEnded = false }: RunTableProps) {
  const { id, desk, ended } = job;
  const isHeld = job.state !== 'running';
  const waiting = waitingHosts(job);
  const [selected, setSelected] = useState<string | null>(null);
  const columns = useMemo(
    () => columnsOf({ job: id, desk, isHeld, waiting }, hasEnded),
    [id, desk, isHeld, waiting, hasEnded],
  );
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

/** What all rows of a job have in common. */
interface Standing {
  readonly job: string;
  readonly desk: JobSnapshot['desk'];
  readonly isHeld: boolean;
  /** Hosts that asked to wait, as text: it is compared. */
  readonly waiting: string;
}

const EVERY_HOST = '*';

/** An import sends all it sends to one host, which the items do not name. */
function waitingHosts({ desk, waits }: JobSnapshot): string {
  if (waits.length === 0) return '';
  return desk === 'import' ? EVERY_HOST : waits.map(({ host }) => host).join(' ');
}

/** Rows are drawn anew with other columns only: of thousands, few change with each tick. */
function columnsOf(standing: Standing, hasEnded: boolean): readonly Column<RunRow>[] {
  const { job, isHeld } = standing;
  const progress: Column<RunRow> = {
    id: 'progress',
    head: runTexts.progress,
    width: 168,
    render: (row) => <ItemBar standing={standing} row={row} />,
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
      render: (row) => <ItemState standing={standing} row={row} />,
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

interface StandingItemProps {
  readonly standing: Standing;
  readonly row: RunRow;
}

/** It is under way, but nothing of it moves, and its host asked to wait. */
function useIsWaiting({ job, waiting }: Standing, { index, item }: RunRow): boolean {
  const rate = useItemRate(job, index);
  if (item.state !== 'running' || waiting === '' || rate !== undefined) return false;
  return waiting === EVERY_HOST || waiting.split(' ').includes(hostOf(item));
}

function ItemState({ standing, row }: StandingItemProps) {
  const { desk, isHeld } = standing;
  const { state } = row.item;
  const isWaiting = useIsWaiting(standing, row);
  const word = isWaiting ? 'waiting' : itemWord(state, desk);
  return <StateWord state={isHeld && state === 'running' ? 'paused' : word} />;
}

function ItemBar({ standing, row }: StandingItemProps) {
  const { index, item } = row;
  const ticked = useItemBytes(standing.job, index);
  const isWaiting = useIsWaiting(standing, row);
  if (item.bytes === null || !MOVES.has(item.state)) return null;
  const done = ticked ?? item.doneBytes;
  const share = item.bytes === 0 ? 1 : Math.min(1, done / item.bytes);
  const waits = standing.isHeld || isWaiting || item.state === 'waiting';
  const state = item.state === 'failed' ? 'failed' : waits ? 'waits' : 'runs';
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
