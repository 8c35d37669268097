// A line a job, by day: when, at which desk, of what, how it ended, how much, how long, where.
import { useCallback, useState } from 'react';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { historyTexts, resultOf } from '../texts/history.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { formatClock, formatNumber } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { useHistory } from './history-store.ts';
import styles from './History.module.css';
import { JobState } from './JobState.tsx';
import { dayOf, folderOf, subjectOf } from './lines.ts';
import type { HistoryLine } from './lines.ts';
import { tookInWords } from '../run/took.ts';

interface JobsTableProps {
  readonly lines: readonly HistoryLine[];
  readonly selected: string | null;
  readonly onOpen: (line: HistoryLine) => void;
  /** Whether there was an answer yet: before it, nothing is not nothing. */
  readonly isKnown: boolean;
}

export function JobsTable({ lines, selected, onOpen, isKnown }: JobsTableProps) {
  const [now] = useState(() => Date.now());
  // Thousands of lines are grouped anew only where they are other lines.
  const groupOf = useCallback((line: HistoryLine) => dayOf(line, now), [now]);
  return (
    <DataTable
      label={historyTexts.table}
      columns={COLUMNS}
      rows={lines}
      rowKey={keyOf}
      groupOf={groupOf}
      selected={selected}
      onSelect={(key) => useHistory.setState({ selected: key })}
      onOpen={onOpen}
      empty={isKnown ? historyTexts.nothingFound : historyTexts.reading}
    />
  );
}

const keyOf = ({ key }: HistoryLine): string => key;
const words = historyTexts.columns;

const DESK_ICONS: Readonly<Record<HistoryRow['desk'], IconName>> = {
  lock: 'lock',
  pack: 'pack',
  verify: 'verify',
  import: 'import',
  export: 'folderOpen',
};

const COLUMNS: readonly Column<HistoryLine>[] = [
  {
    id: 'started',
    head: words.started,
    width: 64,
    render: (line) => (
      <span className={styles['mid']}>
        {formatClock(line.kind === 'job' ? line.job.started : line.row.started)}
      </span>
    ),
  },
  {
    id: 'desk',
    head: words.desk,
    width: 88,
    render: (line) => <DeskWord desk={line.kind === 'job' ? deskOf(line.job) : line.row.desk} />,
  },
  {
    id: 'bundle',
    head: words.bundle,
    width: 'fill',
    render: (line) =>
      line.kind === 'job'
        ? line.job.title
        : (subjectOf(line.row) ?? <span className={styles['dim']}>{historyTexts.unnamed}</span>),
  },
  {
    id: 'result',
    head: words.result,
    width: 152,
    render: (line) =>
      line.kind === 'job' ? <JobState job={line.job} /> : <StateWord {...resultOf(line.row)} />,
  },
  { id: 'items', head: words.items, width: 88, align: 'end', render: itemsOf },
  { id: 'bytes', head: words.bytes, width: 76, align: 'end', render: bytesOf },
  {
    id: 'took',
    head: words.took,
    width: 92,
    align: 'end',
    render: (line) =>
      line.kind === 'receipt' && <span className={styles['mid']}>{tookInWords(line.row.seconds)}</span>,
  },
  {
    id: 'place',
    head: words.place,
    width: 96,
    render: (line) => <Place path={placeOf(line)} />,
  },
];

function DeskWord({ desk }: { readonly desk: HistoryRow['desk'] }) {
  return (
    <span className={styles['desk']}>
      <Icon name={DESK_ICONS[desk]} />
      {historyTexts.desks[desk]}
    </span>
  );
}

function Place({ path }: { readonly path: string | null }) {
  return (
    <span className={styles['dim']} title={path ?? ''}>
      {folderOf(path)}
    </span>
  );
}

/** Only desks that leave a receipt are listed. */
function deskOf({ desk }: JobSnapshot): HistoryRow['desk'] {
  return desk === 'check' || desk === 'plan' ? 'import' : desk;
}

function placeOf(line: HistoryLine): string | null {
  if (line.kind === 'receipt') return line.row.place;
  const { request } = line.job;
  if (request.desk === 'lock') return request.listPath;
  return request.desk === 'pack' ? request.output : request.bundle;
}

function itemsOf(line: HistoryLine): string {
  if (line.kind === 'job') {
    const { doneItems, totalItems } = line.job.numbers;
    return totalItems === null ? '' : historyTexts.of(formatNumber(doneItems), formatNumber(totalItems));
  }
  const { doneItems, totalItems } = line.row;
  if (totalItems === 0) return '';
  return doneItems === totalItems
    ? formatNumber(totalItems)
    : historyTexts.of(formatNumber(doneItems), formatNumber(totalItems));
}

/** Locking moves nothing; a check whose receipt is of an earlier Airlock does not say what it read. */
function bytesOf(line: HistoryLine) {
  const bytes = line.kind === 'job' ? line.job.numbers.doneBytes : line.row.bytes;
  if (bytes === 0 && (line.kind === 'job' || line.row.desk === 'verify' || line.row.desk === 'lock'))
    return null;
  return <Bytes value={bytes} />;
}
