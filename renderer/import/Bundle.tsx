// First step: which bundle. Its lists, manifests and sizes are checked before anything else is asked.
import { BundleChooser } from '../bundles/BundleChooser.tsx';
import { useMedia } from '../bundles/use-media.ts';
import { useDrops } from '../store/drops.ts';
import { useJob } from '../store/jobs.ts';
import { useNavigation } from '../store/navigation.ts';
import { importTexts } from '../texts/import.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Plate } from '../ui/Plate.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { startCheck } from './bundle-actions.ts';
import styles from './Import.module.css';
import { chooseBundle, useImport } from './import-store.ts';
import { stepsOf } from './steps.ts';

const words = importTexts.bundle;

export function Bundle() {
  const { bundlePath, checkJob } = useImport();
  const media = useMedia();
  const job = useJob(checkJob);
  const go = useNavigation((state) => state.go);
  useDrops(([path]) => {
    if (path !== undefined) chooseBundle(path);
  });
  const name = nameOf(bundlePath);
  const isChecking = job !== undefined && job.ended === null;
  const error = job?.state === 'failed' || job?.state === 'interrupted' ? job.error : null;
  return (
    <Desk
      desk={importTexts.desk}
      title={words.title}
      steps={stepsOf('bundle', error !== null)}
      panel={{
        desk: importTexts.desk,
        title: name ?? importTexts.panel.none,
        ...(name === null
          ? {}
          : {
              state: <StateWord state={isChecking ? 'checking' : error === null ? 'notTested' : 'refused'} />,
            }),
        children: (
          <>
            <Plate title={words.tells} facts={[]} notes={words.tellsNotes} />
            <Plate title={words.never} facts={[]} notes={words.neverNotes} />
          </>
        ),
      }}
      say={name === null ? words.sayNone : isChecking ? words.sayChecking(name) : words.say}
      primary={{
        label: name === null ? words.checkNone : error === null ? words.check(name) : words.again,
        onPress: () => void startCheck(),
        isDisabled: name === null || isChecking,
      }}
    >
      {error !== null && (
        <div className={styles['card']} role="alert">
          <ErrorCard
            error={error}
            side="import"
            actions={
              bundlePath !== null && (
                <Button onPress={() => go('verify', { paths: [bundlePath] })}>{words.toVerify}</Button>
              )
            }
          />
        </div>
      )}
      <BundleChooser media={media} selected={bundlePath} onSelect={chooseBundle} />
    </Desk>
  );
}

/** The last part of the path, without its ending. */
function nameOf(path: string | null): string | null {
  const last = path?.split(/[\\/]/).findLast((part) => part !== '');
  return last?.replace(/\.airlock(?:\.tar)?$/, '') ?? null;
}
