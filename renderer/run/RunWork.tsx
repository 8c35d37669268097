// A running job as its screen shows it: figures, plot, hosts that asked to wait, and every item.
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Stage } from '../../shared/job/progress.ts';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { runTexts } from '../texts/run.ts';
import { formatDuration } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { RowBar } from './RowBar.tsx';
import { countRunTabs, RUN_TABS, runRows } from './run-rows.ts';
import type { RunTab } from './run-rows.ts';
import { RunFigures } from './RunFigures.tsx';
import { RunTable } from './RunTable.tsx';
import styles from './RunWork.module.css';

interface RunWorkProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  readonly stages: readonly Stage[];
  /** Beside the filter. */
  readonly children?: ReactNode;
}

export function RunWork({ job, items, stages, children }: RunWorkProps) {
  const [tab, setTab] = useState<RunTab>('all');
  const [filter, setFilter] = useState('');
  const counts = useMemo(() => countRunTabs(items), [items]);
  const shownTab = counts[tab] === 0 ? 'all' : tab;
  const rows = useMemo(() => runRows(items, shownTab, filter), [items, shownTab, filter]);
  return (
    <>
      <RunFigures job={job} stages={stages} />
      {job.waits.length > 0 && <Waits waits={job.waits} />}
      <RowBar
        value={shownTab}
        onChange={setTab}
        tabs={RUN_TABS.map((id) => ({ id, label: runTexts.tabs[id], count: counts[id] }))}
        filter={filter}
        onFilter={setFilter}
      >
        {children}
      </RowBar>
      <RunTable job={job} rows={rows} />
    </>
  );
}

/** Hosts that asked to wait count down; the others go on. */
function Waits({ waits }: Pick<JobSnapshot, 'waits'>) {
  const now = useNow();
  return (
    <ul className={styles['waits']} aria-label={runTexts.waits}>
      {waits
        .filter(({ until }) => until > now)
        .map(({ host, until, why }) => (
          <li key={host}>
            <StateWord state="waiting" />
            <b>{host}</b>
            <span>{runTexts.goesOn(formatDuration((until - now) / 1000))}</span>
            <span className={styles['why']}>{why}</span>
          </li>
        ))}
    </ul>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
