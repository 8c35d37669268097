// Fourth step: how far the pack is, how fast, how long yet, and each item of it; it can be held, gone on with and stopped.
import { useState } from 'react';
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { isWindow } from '../store/session.ts';
import { packTexts } from '../texts/pack.ts';
import { runTexts } from '../texts/run.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { PackCancelDialog } from './PackCancelDialog.tsx';
import { usePack } from './pack-store.ts';
import { holdPrimary } from '../run/hold-primary.ts';
import { RowBar } from '../run/RowBar.tsx';
import { RunFigures } from '../run/RunFigures.tsx';
import { RunPlates } from './RunPlates.tsx';
import { countRunTabs, RUN_TABS, runRows } from '../run/run-rows.ts';
import type { RunTab } from '../run/run-rows.ts';
import { RunTable } from '../run/RunTable.tsx';
import { stepsOf } from './steps.ts';

const texts = packTexts.run;
const STAGES = ['check', 'transfer', 'seal'] as const;

interface RunProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

export function Run({ job, items }: RunProps) {
  const [tab, setTab] = useState<RunTab>('all');
  const [filter, setFilter] = useState('');
  const isBusySaid = usePack((state) => state.isBusySaid);
  const isAsking = usePack((state) => state.isCancelling);
  const retries = usePack((state) => state.retriesAtEnd);
  const counts = countRunTabs(items);
  const shownTab = counts[tab] === 0 ? 'all' : tab;
  const isPaused = job.state === 'paused';
  const isEnded = job.ended !== null;

  return (
    <Desk
      desk={packTexts.desk}
      title={job.title}
      steps={stepsOf({ now: 'run', mayGoBack: false })}
      panel={{
        desk: packTexts.panel.bundle,
        title: packTexts.panel.packing,
        state: <StateWord state="notSealed" />,
        children: <RunPlates job={job} items={items} />,
        foot: packTexts.panel.runFoot,
      }}
      say={isBusySaid ? texts.sayBusy : isPaused ? texts.sayPaused : isWindow() ? texts.say : texts.sayWeb}
      quiet={
        <Button variant="quiet" onPress={() => usePack.setState({ isCancelling: true })} isDisabled={isEnded}>
          {texts.cancel}
        </Button>
      }
      primary={holdPrimary(job)}
    >
      <RunFigures job={job} stages={STAGES} />
      <RowBar
        value={shownTab}
        onChange={setTab}
        tabs={RUN_TABS.map((id) => ({ id, label: runTexts.tabs[id], count: counts[id] }))}
        filter={filter}
        onFilter={setFilter}
      >
        {counts.failed > 0 && (
          <Button
            size="small"
            icon="again"
            isDisabled={retries}
            onPress={() => usePack.setState({ retriesAtEnd: true })}
          >
            {retries ? texts.retryWill(counts.failed) : texts.retryAtEnd(counts.failed)}
          </Button>
        )}
      </RowBar>
      <RunTable job={job} rows={runRows(items, shownTab, filter)} />
      {isAsking && <PackCancelDialog job={job} onClose={() => usePack.setState({ isCancelling: false })} />}
    </Desk>
  );
}
