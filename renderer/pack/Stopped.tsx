// A pack that ended before its end: stopped, interrupted, or kept from going on by its place; one button goes on.
import type { JobItem, JobSnapshot } from '../../shared/station/job.ts';
import { packTexts } from '../texts/pack.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { packAgain, packAnother, packUnder } from './pack-actions.ts';
import { chooseDestination, usePack } from './pack-store.ts';
import { otherName, outputOf } from './places.ts';
import styles from './Run.module.css';
import { RunPlates } from './RunPlates.tsx';
import { runRows } from '../run/run-rows.ts';
import { RunTable } from '../run/RunTable.tsx';
import { goTo, stepsOf } from './steps.ts';
import { usePlaceOf } from './use-place.ts';

const texts = packTexts.run;

interface StoppedProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
}

export function Stopped({ job, items }: StoppedProps) {
  const startError = usePack((state) => state.startError);
  const hasLock = usePack((state) => state.lock !== null);
  const { folder, form, file, medium, name } = usePlaceOf(job);
  const { doneBytes } = job.numbers;
  const ending = form === 'tar' ? '.airlock.tar' : '.airlock';
  const other = otherName(file.slice(0, -ending.length), medium);
  const isTaken = job.error?.code === 'PLACE_TAKEN';

  const goOn = () => void packAgain(job.id);
  const chooseAnother = (): void => {
    chooseDestination({ place: folder });
    goTo('destination');
  };
  return (
    <Desk
      desk={packTexts.desk}
      title={job.title}
      steps={stepsOf({ now: 'run', hasFailed: job.state === 'failed', mayGoBack: hasLock })}
      panel={{
        desk: packTexts.panel.bundle,
        title: job.title,
        state: <StateWord state="notSealed" />,
        children: <RunPlates job={job} items={items} />,
        foot: packTexts.panel.partialFoot,
      }}
      say={job.state === 'failed' ? texts.failedSay : texts.sayCancelled}
      quiet={
        <Button variant="quiet" onPress={() => void packAnother()}>
          {packTexts.done.another}
        </Button>
      }
      plain={hasLock ? <Button onPress={chooseAnother}>{texts.destination}</Button> : undefined}
      primary={
        isTaken
          ? {
              label: texts.anotherName(other),
              onPress: () => void packUnder(job, outputOf(folder, other, form)),
            }
          : { label: texts.goOn, icon: 'play', onPress: goOn }
      }
    >
      {job.state === 'interrupted' && (
        <Band kind="warn" title={texts.interruptedTitle} sentence={texts.interruptedText} facts={[]} />
      )}
      {job.state === 'cancelled' && (
        <Band
          kind="warn"
          title={texts.cancelledTitle}
          sentence={texts.cancelledText(formatBytes(doneBytes), name)}
          facts={[]}
        />
      )}
      {[job.state === 'interrupted' ? null : job.error, startError].map(
        (error) =>
          error !== null && (
            <div key={error.code} className={styles['card']}>
              <ErrorCard error={error} side="pack" />
            </div>
          ),
      )}
      {items.length > 0 && <RunTable job={job} rows={runRows(items, 'all', '')} />}
    </Desk>
  );
}
