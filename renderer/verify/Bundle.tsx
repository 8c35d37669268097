// First step: which bundle, and how strictly it is read. What was checked here before stands below.
import { useEffect } from 'react';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { BundleChooser } from '../bundles/BundleChooser.tsx';
import { useMedia } from '../bundles/use-media.ts';
import { useDrops } from '../store/drops.ts';
import { useJob } from '../store/jobs.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatTime } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { CheckedBefore } from './CheckedBefore.tsx';
import { CheckOptions } from './CheckOptions.tsx';
import { nameOf } from './findings.ts';
import { stepsOf } from './steps.ts';
import styles from './Verify.module.css';
import { browseForBundle, checkAgain, openAll, openOnce, startCheck } from './verify-actions.ts';
import { chooseBundle, useVerify } from './verify-store.ts';
import type { Opened } from './verify-store.ts';

const words = verifyTexts.bundle;

/** Reading it once more helps none of these: another bundle is wanted. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['NOT_A_BUNDLE', 'FORMAT_UNSUPPORTED']);

export function Bundle() {
  const { bundlePath, verifyJob, startError, opened } = useVerify();
  const media = useMedia();
  const job = useJob(verifyJob);
  const path = bundlePath ?? (job?.request.desk === 'verify' ? job.request.bundle : null);
  useDrops(([dropped]) => {
    if (dropped !== undefined) chooseBundle(dropped);
  });
  useEffect(() => {
    if (media !== null) void openAll(media.flatMap(({ bundles }) => bundles));
  }, [media]);
  const known = path === null ? undefined : opened[path];
  const isUnknown = known === undefined;
  useEffect(() => {
    if (path !== null && isUnknown) void openOnce(path);
  }, [path, isUnknown]);
  const refused = known?.kind === 'refused' ? known.error : null;
  const error = startError ?? job?.error ?? refused;
  const name = path === null ? null : known?.kind === 'opened' ? known.value.bundle.name : nameOf(path);
  const isHopeless = error !== null && HOPELESS.has(error.code);
  const check = (): void => void (job === undefined ? startCheck() : checkAgain(job.id));
  return (
    <Desk
      desk={verifyTexts.desk}
      title={words.title}
      steps={stepsOf('bundle', error !== null)}
      panel={{
        desk: verifyTexts.desk,
        title: name ?? words.none,
        ...(error === null ? {} : { state: <StateWord state="refused" /> }),
        children: (
          <>
            <Plate title={words.tells} facts={[]} notes={words.tellsNotes} />
            <Plate title={words.never} facts={[]} notes={words.neverNotes} />
          </>
        ),
      }}
      say={sayOf(path, known, error !== null)}
      primary={
        isHopeless
          ? { label: words.other, onPress: () => void browseForBundle() }
          : {
              label:
                name === null ? words.checkNone : error === null ? words.check(name) : words.checkAgain(name),
              onPress: check,
              isDisabled: name === null,
            }
      }
    >
      {error !== null && (
        <div className={styles['card']} role="alert">
          <ErrorCard
            error={error}
            side="verify"
            actions={
              isHopeless ? (
                <Button icon="again" onPress={check}>
                  {words.again}
                </Button>
              ) : (
                <Button onPress={() => void browseForBundle()}>{words.other}</Button>
              )
            }
          />
        </div>
      )}
      <BundleChooser
        media={media}
        selected={path}
        onSelect={chooseBundle}
        aboutOf={(bundle) => aboutOf(opened[bundle.path])}
      />
      <CheckOptions />
      <CheckedBefore />
    </Desk>
  );
}

function sayOf(path: string | null, known: Opened | undefined, hasFailed: boolean): string {
  if (path === null) return words.sayNone;
  if (hasFailed) return words.sayRefused;
  return known?.kind === 'opened' ? words.say(formatBytes(known.value.inspection.bytes)) : words.sayUnknown;
}

/** How a bundle was checked here before. */
function aboutOf(known: Opened | undefined): string | null {
  if (known === undefined) return null;
  if (known.kind === 'refused') return words.unknownBundle;
  const { lastVerify } = known.value;
  if (lastVerify === null || lastVerify.outcome === 'cancelled') return words.notYet;
  const when = formatTime(lastVerify.at);
  if (lastVerify.outcome === 'done') return words.intactOn(when);
  return lastVerify.outcome === 'partial' ? words.incompleteOn(when) : words.damagedOn(when);
}
