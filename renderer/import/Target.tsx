// Second step: which registry takes it. Name, certificate, login and permission are told apart before a byte moves.
import { useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import { useSettings } from '../store/settings.ts';
import { wireOf } from '../store/unwrap.ts';
import { importTexts } from '../texts/import.ts';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Probe } from '../ui/Probe.tsx';
import { formatAbout, formatClock, formatDuration } from '../ui/quantities.ts';
import { StateWord } from '../ui/StateWord.tsx';
import { BundlePanel } from './BundlePanel.tsx';
import styles from './Import.module.css';
import { useImport } from './import-store.ts';
import { stepsOf } from './steps.ts';
import { goToMapping, isGood, testTarget } from './target-actions.ts';
import { TargetFields } from './TargetFields.tsx';

const words = importTexts.target;

/** What a medium gives in a second, where nobody has measured it: a stick on USB 3. */
const READ_BYTES_PER_SECOND = 100_000_000;

export function Target() {
  const { bundle, inspection, target, verifyFirst, probe, isProbing } = useImport();
  const hasProfile = useSettings(({ settings }) =>
    settings.registries.some(({ host }) => host === target.host.trim()),
  );
  const [error, setError] = useState<WireError | null>(null);
  const attempt = (what: () => Promise<void>): void => {
    setError(null);
    void what().catch((thrown: unknown) => setError(wireOf(thrown)));
  };
  const host = target.host.trim();
  const isReady = probe !== null && isGood(probe);
  const hasFailed = probe !== null && !isReady;
  return (
    <Desk
      desk={importTexts.desk}
      title={words.title}
      steps={stepsOf('target', hasFailed)}
      panel={{
        desk: importTexts.desk,
        title: bundle?.name ?? importTexts.panel.none,
        state: <StateWord state="verified" word={importTexts.bundle.checked} />,
        isLive: true,
        children: <BundlePanel bundle={bundle} inspection={inspection} />,
      }}
      say={host === '' ? words.sayNone : isReady ? words.sayReady(host) : words.sayTest(host)}
      quiet={
        hasFailed &&
        // Nothing is kept or asked under what is no name.
        probe.error?.code !== 'REFERENCE_INVALID' && (
          <Button variant="quiet" onPress={() => attempt(goToMapping)}>
            {words.goAnyway}
          </Button>
        )
      }
      primary={
        isReady
          ? { label: words.chooseNames, onPress: () => attempt(goToMapping) }
          : {
              label: host === '' ? words.testNone : hasFailed ? words.testAgain : words.testIt(host),
              onPress: () => attempt(testTarget),
              isDisabled: host === '' || isProbing,
            }
      }
    >
      <TargetFields onSubmit={() => attempt(testTarget)} hasProfile={hasProfile} />
      <section className={styles['section']}>
        <header className={styles['bar']}>
          <h2>{words.test}</h2>
          <span className={styles['dim']}>
            {isProbing
              ? words.testing
              : probe === null
                ? words.testNothing
                : words.tested(formatClock(probe.at), formatDuration(probe.milliseconds / 1000))}
          </span>
          {probe !== null && (
            <span className={styles['end']}>
              <Button size="small" icon="again" onPress={() => attempt(testTarget)} isDisabled={isProbing}>
                {words.testAgain}
              </Button>
            </span>
          )}
        </header>
        {probe !== null && (
          <div className={styles['pad']}>
            <Probe steps={probe.steps} />
          </div>
        )}
        {[error, probe?.error ?? null].map(
          (one) =>
            one !== null && (
              <div key={one.code + one.message} className={styles['card']} role="alert">
                <ErrorCard
                  error={one}
                  side="import"
                  next={one.code === 'UNAUTHORIZED' ? words.loginNext : undefined}
                />
              </div>
            ),
        )}
      </section>
      <div className={styles['pad']}>
        <Checkbox
          isSelected={verifyFirst}
          onChange={(verifyAll) => useImport.setState({ verifyFirst: verifyAll })}
          hint={words.fullHint(formatAbout((inspection?.bytes ?? 0) / READ_BYTES_PER_SECOND))}
        >
          {words.full}
        </Checkbox>
      </div>
    </Desk>
  );
}
