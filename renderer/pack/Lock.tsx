// Second step: every reference gets its digest and size from its source; what could not be found is mended here.
import { useState } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJob, useJobItems } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { formatClock } from '../ui/quantities.ts';
import { BundleTitle } from './BundleTitle.tsx';
import { GoesAcross, LockGoesAcross, SizePlate, SourcesPlate } from './BundlePlates.tsx';
import { whatGoes } from './draft.ts';
import { listFoot } from './list-foot.ts';
import { startLock, stopLock } from './lock-actions.ts';
import { countLockTabs, linesOf, lockLines } from './lock-rows.ts';
import type { LockTab } from './lock-rows.ts';
import styles from './Lock.module.css';
import { LockChoices } from './LockChoices.tsx';
import { LockTable } from './LockTable.tsx';
import { isLockCurrent, usePack } from './pack-store.ts';
import { splitOutput } from './places.ts';
import { RowBar } from '../run/RowBar.tsx';
import { goTo, stepsOf } from './steps.ts';

const texts = packTexts.lock;
const TABS: readonly LockTab[] = ['all', 'locked', 'failed', 'moved', 'unsigned', 'noted'];

export function Lock() {
  const state = usePack();
  const job = useJob(state.lockJob);
  const items = useJobItems(state.lockJob);
  const [tab, setTab] = useState<LockTab>('all');
  const [filter, setFilter] = useState('');

  const { contents, lock, lockedContents } = state;
  const isOpened = lockedContents === null;
  const isCurrent = isLockCurrent(state);
  const isRunning = job?.state === 'running' || job?.state === 'paused' || job?.state === 'asking';
  const lines = lockLines(whatGoes(contents).items, items, lock);
  const counts = countLockTabs(lines);
  const shownTab = counts[tab] === 0 ? 'all' : tab;
  const goes = whatGoes(contents).items.length;

  return (
    <Desk
      desk={packTexts.desk}
      title={
        isOpened || isRunning ? (
          (lock?.name ?? contents.draft.name)
        ) : (
          <BundleTitle name={contents.draft.name} />
        )
      }
      steps={stepsOf({ now: 'lock', hasFailed: job?.state === 'failed' })}
      panel={{
        desk: packTexts.panel.bundle,
        title: packTexts.panel.notPacked,
        children: (
          <>
            {lock === null ? (
              <GoesAcross draft={whatGoes(contents)} left={contents.left.size} />
            ) : (
              <LockGoesAcross lock={lock} />
            )}
            <SizePlate lock={lock} />
            {lock !== null && lock.sources.length > 0 && <SourcesPlate sources={lock.sources} />}
          </>
        ),
        foot:
          lock === null
            ? listFoot(state.list)
            : texts.saved(formatClock(lock.created), splitOutput(lock.path).file),
      }}
      say={isCurrent ? sayOf(job, counts) : lock === null ? texts.sayMended : texts.sayChanged}
      quiet={
        <Button variant="quiet" onPress={() => goTo('contents')}>
          {packTexts.back}
        </Button>
      }
      plain={isRunning ? <Button onPress={() => void stopLock()}>{texts.stop}</Button> : undefined}
      primary={
        lock !== null && isCurrent
          ? { label: texts.destination, onPress: () => goTo('destination') }
          : {
              label: isRunning ? texts.wait : texts.again(goes),
              onPress: () => void startLock(),
              isDisabled: isRunning || goes === 0,
            }
      }
    >
      {!isOpened && <LockChoices isDisabled={isRunning} />}
      {isCurrent && job !== undefined && job.error !== null && counts.failed === 0 && (
        <div className={styles['card']}>
          <ErrorCard error={job.error} side="pack" />
        </div>
      )}
      <RowBar
        value={shownTab}
        onChange={setTab}
        tabs={TABS.filter((id) => id === 'all' || counts[id] > 0).map((id) => ({
          id,
          label: texts.tabs[id],
          count: counts[id],
        }))}
        filter={filter}
        onFilter={setFilter}
      />
      <LockTable lines={linesOf(lines, shownTab, filter)} mayMend={!isRunning && !isOpened} />
    </Desk>
  );
}

function sayOf(job: JobSnapshot | undefined, counts: Readonly<Record<LockTab, number>>): string {
  switch (job?.state) {
    case 'done':
    case 'partial':
      return texts.sayLocked(counts.all);
    case 'failed':
      return counts.failed === 0 ? texts.sayNothing : texts.sayFailed(counts.failed, counts.all);
    case 'cancelled':
      return texts.sayCancelled;
    case 'interrupted':
      return texts.sayGone;
    case 'paused':
      return texts.sayPaused;
    case 'asking':
      return texts.sayAsking;
    default:
      return texts.sayRunning(counts.locked, counts.all);
  }
}
