// Who asked for what, newest first, and what was refused.
import { useMemo, useState } from 'react';
import type { ServeState } from '../../shared/ipc/schemas.ts';
import { serveTexts } from '../texts/serve.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { FilterTabs } from '../ui/FilterTabs.tsx';
import { formatTime } from '../ui/quantities.ts';
import { SearchField } from '../ui/SearchField.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './Serve.module.css';
import { matching, requestRows } from './served.ts';
import type { RequestRow } from './served.ts';

const texts = serveTexts.requests;

const COLUMNS: readonly Column<RequestRow>[] = [
  {
    id: 'time',
    head: texts.time,
    width: 84,
    render: ({ at }) => (
      <time dateTime={new Date(at).toISOString()} title={formatTime(at)} className={styles['dim']}>
        {clockOf(at)}
      </time>
    ),
  },
  {
    id: 'answer',
    head: texts.answer,
    width: 88,
    render: ({ status, isRefused }) =>
      isRefused ? (
        <StateWord state="refused" word={String(status)} />
      ) : (
        <span className={styles['mid']}>{status}</span>
      ),
  },
  {
    id: 'from',
    head: texts.from,
    width: 120,
    render: ({ client }) => <span className={styles['mid']}>{client.replace(/^::ffff:/, '')}</span>,
  },
  {
    id: 'request',
    head: texts.request,
    width: 'fill',
    render: ({ method, path }) => (
      <code title={path}>
        {method} {path}
      </code>
    ),
  },
  { id: 'sent', head: texts.sent, width: 92, align: 'end', render: ({ bytes }) => <Bytes value={bytes} /> },
];

export function Requests({ state }: { readonly state: ServeState }) {
  const [tab, setTab] = useState<'all' | 'refused'>('all');
  const [filter, setFilter] = useState('');
  const rows = useMemo(() => requestRows(state.recent), [state.recent]);
  const shown = useMemo(() => matching(rows, tab, filter), [rows, tab, filter]);
  const isCut = state.requests > state.recent.length && state.recent.length > 0;
  return (
    <>
      <div className={styles['requestBar']}>
        <h2>{texts.title}</h2>
        <FilterTabs
          label={texts.tabsLabel}
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'all', label: texts.tabs.all, count: state.requests },
            { id: 'refused', label: texts.tabs.refused, count: state.refused },
          ]}
        />
        <span className={styles['end']}>
          {isCut && <span className={styles['dim']}>{texts.newest(state.recent.length)}</span>}
          <span className={styles['filter']}>
            <SearchField label={texts.filter} value={filter} onChange={setFilter} keys="/" />
          </span>
        </span>
      </div>
      <DataTable
        label={texts.table}
        rows={shown}
        rowKey={({ key }) => key}
        columns={COLUMNS}
        empty={filter.trim() !== '' ? texts.noMatch : tab === 'refused' ? texts.noneRefused : texts.none}
      />
    </>
  );
}

function clockOf(at: number): string {
  const seconds = String(new Date(at).getSeconds()).padStart(2, '0');
  return `${formatTime(at).slice(11)}:${seconds}`;
}
