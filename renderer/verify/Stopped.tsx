// A check that ended before its end: nothing is known of the bundle then, and one button reads it again.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { runTexts } from '../texts/run.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Band } from '../ui/Band.tsx';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { stepsOf } from './steps.ts';
import styles from './Verify.module.css';
import { checkAgain, checkAnother } from './verify-actions.ts';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.run;

export function Stopped({ job }: { readonly job: JobSnapshot }) {
  const startError = useVerify((state) => state.startError);
  const isInterrupted = job.state === 'interrupted';
  return (
    <Desk
      desk={verifyTexts.desk}
      title={job.title}
      steps={stepsOf('check', isInterrupted)}
      panel={{
        desk: verifyTexts.desk,
        title: job.title,
        state: <StateWord state={isInterrupted ? 'interrupted' : 'cancelled'} />,
        foot: words.foot,
      }}
      say={words.sayStopped}
      quiet={
        <Button variant="quiet" onPress={() => void checkAnother()}>
          {verifyTexts.findings.another}
        </Button>
      }
      primary={{
        label: isInterrupted ? words.goOn : words.again,
        icon: isInterrupted ? 'play' : 'again',
        onPress: () => void checkAgain(job.id),
      }}
    >
      <Band
        kind="warn"
        title={isInterrupted ? runTexts.interruptedTitle : runTexts.cancelledTitle}
        sentence={isInterrupted ? words.interruptedText : words.cancelledText}
        facts={[]}
      />
      {startError !== null && (
        <div className={styles['card']} role="alert">
          <ErrorCard error={startError} side="verify" />
        </div>
      )}
    </Desk>
  );
}
