// A pack that ended with failed items: what befell them, kind by kind; they are tried again, or left out for good.
import { useEffect, useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../shared/station/job.ts';
import { packTexts } from '../texts/pack.ts';
import { runTexts } from '../texts/run.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { startLock } from './lock-actions.ts';
import { lookAtMedia, packAgain, saveReceipt } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { RowBar } from '../run/RowBar.tsx';
import styles from './Run.module.css';
import { RunPlates } from './RunPlates.tsx';
import { bytesOf, countRunTabs, groupFailures, runRows } from '../run/run-rows.ts';
import type { RunTab } from '../run/run-rows.ts';
import { RunTable } from '../run/RunTable.tsx';
import { tookOf } from '../run/took.ts';
import { SealDialog } from './SealDialog.tsx';
import { goTo, stepsOf } from './steps.ts';
import { usePlaceOf } from './use-place.ts';

const texts = packTexts.partial;
const TABS: readonly RunTab[] = ['all', 'failed', 'done'];

interface PartialProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  readonly result: Extract<JobResult, { readonly desk: 'pack' }> | null;
}

export function Partial({ job, items, result }: PartialProps) {
  const [tab, setTab] = useState<RunTab>('failed');
  const [filter, setFilter] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const hasContents = usePack((state) => state.contents.draft.items.length > 0);
  const startError = usePack((state) => state.startError);
  const hasLock = usePack((state) => state.lock !== null);
  const isMediaKnown = usePack((state) => state.media !== null);
  const { form, medium } = usePlaceOf(job);
  const isGone = isMediaKnown && medium === undefined;
  // A medium may have gone while nobody looked.
  useEffect(() => void lookAtMedia(), []);
  const counts = countRunTabs(items);
  const groups = groupFailures(items);
  const bytes = result?.receipt.bytesSent ?? job.numbers.doneBytes;

  return (
    <Desk
      desk={packTexts.desk}
      title={job.title}
      steps={stepsOf({ now: 'run', hasFailed: true })}
      panel={{
        desk: packTexts.panel.bundle,
        title: job.title,
        state: <StateWord state="notSealed" />,
        children: <RunPlates job={job} items={items} receipt={result?.receipt} />,
        foot: packTexts.panel.partialFoot,
      }}
      say={texts.say(formatBytes(bytesOf(items.filter(({ state }) => state === 'failed'))))}
      quiet={
        <Button variant="quiet" onPress={() => void saveReceipt(job.id)}>
          {packTexts.done.saveReceipt}
        </Button>
      }
      primary={{
        label: texts.again(counts.failed),
        icon: 'again',
        onPress: () => void packAgain(job.id),
      }}
    >
      <Band
        kind="warn"
        title={texts.title(counts.done, counts.all, counts.failed)}
        sentence={texts.sentence}
        facts={result === null ? [] : [packTexts.done.took(formatBytes(bytes), tookOf(result.receipt))]}
      />
      <div className={styles['cards']}>
        {startError !== null && <ErrorCard error={startError} side="pack" />}
        {groups.map(({ key, error, items: members }) => (
          <ErrorCard
            key={key}
            error={error}
            side="pack"
            {...wordsOf(error, members.length, isGone)}
            actions={
              error.side === 'machine' ? (
                hasLock && <Button onPress={() => goTo('destination')}>{packTexts.run.destination}</Button>
              ) : (
                <>
                  {hasContents && <Button onPress={() => void startLock()}>{texts.lockAgain}</Button>}
                  {form === 'directory' ? (
                    <Button variant="quiet" onPress={() => setIsAsking(true)}>
                      {texts.seal(counts.failed)}
                    </Button>
                  ) : (
                    <span className={styles['dim']}>{texts.sealTar}</span>
                  )}
                </>
              )
            }
          />
        ))}
      </div>
      <RowBar
        value={tab}
        onChange={setTab}
        tabs={TABS.map((id) => ({ id, label: runTexts.tabs[id], count: counts[id] }))}
        filter={filter}
        onFilter={setFilter}
      />
      <RunTable job={job} rows={runRows(items, tab, filter)} hasEnded />
      {isAsking && <SealDialog job={job} failed={counts.failed} onClose={() => setIsAsking(false)} />}
    </Desk>
  );
}

/** One error that befell several items speaks of them all. */
function wordsOf(error: WireError, count: number, isGone: boolean): { title?: string; sentence?: string } {
  if (isGone && error.side === 'machine')
    return { title: texts.goneTitle, sentence: texts.goneSentence(count) };
  return count > 1 ? { sentence: texts.befell(count) } : {};
}
