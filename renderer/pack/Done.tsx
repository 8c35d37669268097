// Last step: sealed. The fingerprint to tell, where the bundle lies, and what to do with it now.
import { useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import type { JobItem, JobResult, JobSnapshot } from '../../shared/station/job.ts';
import { secondsOf, tookInWords } from '../run/took.ts';
import { useActions } from '../store/actions.ts';
import { isWindow } from '../store/session.ts';
import { wireOf } from '../store/unwrap.ts';
import { packTexts } from '../texts/pack.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { NextSteps } from '../ui/NextSteps.tsx';
import { formatBytes, formatRate } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { DonePlates } from './DonePlates.tsx';
import styles from './Done.module.css';
import { Fingerprint } from './Fingerprint.tsx';
import { eject, packAnother, saveReceipt, showInFolder } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { stepsOf } from './steps.ts';
import { usePlaceOf } from './use-place.ts';

const texts = packTexts.done;

interface DoneProps {
  readonly job: JobSnapshot;
  readonly items: readonly JobItem[];
  readonly result: Extract<JobResult, { readonly desk: 'pack' }>;
}

export function Done({ job, items, result }: DoneProps) {
  const { file, medium, name: nameNow } = usePlaceOf(job);
  // One that was ejected is not there to be asked for its name.
  const name = result.ejected?.name ?? nameNow;
  const byItself = result.ejected?.error === null ? result.ejected.name : null;
  const ejected = usePack((state) => state.ejected) ?? byItself;
  const [isEjecting, setIsEjecting] = useState(false);
  const [error, setError] = useState<WireError | null>(result.ejected?.error ?? null);
  const attempt = (what: () => Promise<void>): void => {
    setError(null);
    void what().catch((thrown: unknown) => setError(wireOf(thrown)));
  };
  const runEject = (path: string): void => {
    setIsEjecting(true);
    attempt(() => eject(path, name).finally(() => setIsEjecting(false)));
  };
  const canEject = medium?.removable === true && ejected === null;
  const { hex } = result.bundle?.fingerprint ?? { hex: '' };
  useActions([
    {
      id: 'pack.eject',
      label: texts.eject(name),
      icon: 'eject',
      keys: 'Mod E',
      section: 'commands',
      isEnabled: () => canEject || packTexts.actions.notHere.fixed,
      run: () => {
        if (canEject) runEject(medium.path);
      },
    },
    {
      id: 'pack.receipt',
      label: packTexts.actions.receipt,
      icon: 'save',
      keys: 'Mod S',
      section: 'commands',
      run: () => attempt(() => saveReceipt(job.id)),
    },
    {
      id: 'pack.fingerprint',
      label: packTexts.actions.copyFingerprint,
      icon: 'copy',
      section: 'commands',
      isEnabled: () => hex !== '' || packTexts.actions.notHere.notPacked,
      run: () => void copyText(hex),
    },
  ]);

  return (
    <Desk
      desk={packTexts.desk}
      title={job.title}
      steps={stepsOf({ now: 'done' })}
      panel={{
        desk: packTexts.panel.bundle,
        title: job.title,
        state: <StateWord state="sealed" />,
        isLive: true,
        children: <DonePlates name={job.title} result={result} place={name} />,
        foot: packTexts.panel.receiptFoot,
      }}
      say={ejected === null ? texts.say(file, name) : texts.ejected(ejected)}
      quiet={
        <>
          {isWindow() && (
            <Button variant="quiet" onPress={() => attempt(() => showInFolder(result.place))}>
              {texts.showInFolder}
            </Button>
          )}
          {canEject && (
            <Button variant="quiet" onPress={() => void packAnother()}>
              {texts.another}
            </Button>
          )}
        </>
      }
      plain={<Button onPress={() => attempt(() => saveReceipt(job.id))}>{texts.saveReceipt}</Button>}
      primary={
        canEject
          ? {
              label: isEjecting ? texts.ejecting(name) : texts.eject(name),
              icon: 'eject',
              keys: 'Ctrl E',
              onPress: () => runEject(medium.path),
              isDisabled: isEjecting,
            }
          : { label: texts.another, onPress: () => void packAnother() }
      }
    >
      <Outcome items={items} result={result} place={name} />
      <div className={styles['work']}>
        {error !== null && (
          <div className={styles['card']}>
            <ErrorCard error={error} side="pack" />
          </div>
        )}
        {result.bundle !== null && <Fingerprint fingerprint={result.bundle.fingerprint} />}
        <section className={styles['section']}>
          <h2>{texts.next}</h2>
          <NextSteps
            steps={nextSteps(name, medium?.removable === true || ejected !== null, ejected !== null)}
          />
        </section>
        {result.receipt.notes.length > 0 && (
          <section className={styles['section']}>
            <h2>{texts.notes}</h2>
            <ul>
              {result.receipt.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Desk>
  );
}

/** A receipt of few seconds cannot say how much of one they were. */
const LEAST_RATED_SECONDS = 10;

function Outcome({ items, result, place }: Omit<DoneProps, 'job'> & { readonly place: string }) {
  const failed = items.filter(({ state }) => state === 'failed').length;
  const done = items.length - failed;
  const seconds = secondsOf(result.receipt);
  const { bytesSent } = result.receipt;
  const facts =
    result.sealed === 'already'
      ? []
      : [
          texts.took(formatBytes(bytesSent), tookInWords(seconds)),
          ...(seconds >= LEAST_RATED_SECONDS && bytesSent > 0
            ? [texts.at(formatRate(bytesSent / seconds))]
            : []),
        ];
  if (failed > 0)
    return (
      <Band
        kind="warn"
        title={texts.leftOutTitle}
        sentence={texts.leftOutSentence(failed, done)}
        facts={facts}
      />
    );
  return result.sealed === 'already' ? (
    <Band kind="ok" title={texts.already} sentence={texts.alreadySentence(place)} facts={facts} />
  ) : (
    <Band kind="ok" title={texts.title} sentence={texts.sentence(done, place)} facts={facts} />
  );
}

function nextSteps(name: string, isRemovable: boolean, isEjected: boolean) {
  const { nextEject, nextEjected, nextCopy, nextTell, nextHand } = texts;
  const first = isEjected ? nextEjected : nextEject;
  return isRemovable
    ? [{ title: first.title(name), text: first.text }, nextTell, nextHand]
    : [nextCopy, nextTell, nextHand];
}
