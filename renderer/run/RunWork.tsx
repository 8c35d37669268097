// A running job as its screen shows it: figures, its hosts, plot, and every item.
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Stage } from '../../shared/job/progress.ts';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { runTexts } from '../texts/run.ts';
import { RowBar } from './RowBar.tsx';
import { countRunTabs, RUN_TABS, runRows } from './run-rows.ts';
import type { RunTab } from './run-rows.ts';
import { RunFigures } from './RunFigures.tsx';
import { RunTable } from './RunTable.tsx';

interface RunWorkProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  readonly stages: readonly Stage[];
  readonly hosts?: ReactNode;
  /** Beside the filter. */
  readonly children?: ReactNode;
}

export function RunWork({ job, items, stages, hosts, children }: RunWorkProps) {
  const [tab, setTab] = useState<RunTab>('all');
  const [filter, setFilter] = useState('');
  const counts = useMemo(() => countRunTabs(items), [items]);
  const shownTab = counts[tab] === 0 ? 'all' : tab;
  const rows = useMemo(() => runRows(items, shownTab, filter), [items, shownTab, filter]);
  return (
    <>
      <RunFigures job={job} stages={stages}>
        {hosts}
      </RunFigures>
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
