// Tests the registry in the form, step by step, and says what to do about the first fault.
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Probe } from '../ui/Probe.tsx';
import { formatTime } from '../ui/quantities.ts';
import styles from './RegistriesSection.module.css';
import { testRegistry } from './registry-actions.ts';
import { hostOf } from './registry-form.ts';
import type { RegistryRow } from './registry-form.ts';
import { useSettingsDesk } from './settings-store.ts';
import type { TestState } from './settings-store.ts';

const texts = settingsTexts.test;

interface ConnectionTestProps {
  readonly row: RegistryRow;
  readonly password: string;
}

export function ConnectionTest({ row, password }: ConnectionTestProps) {
  const test = useSettingsDesk((state) => state.tests[row.key]);
  const isRunning = test?.kind === 'running';
  return (
    <section className={styles['test']} aria-label={texts.title}>
      <header>
        <h2>{texts.title}</h2>
        <Button
          size="small"
          icon="again"
          isDisabled={isRunning || hostOf(row.form) === ''}
          onPress={() => void testRegistry(row, password)}
        >
          {isRunning ? texts.running : texts.run}
        </Button>
      </header>
      <Outcome test={test} hasHost={hostOf(row.form) !== ''} />
    </section>
  );
}

function Outcome({ test, hasHost }: { readonly test: TestState | undefined; readonly hasHost: boolean }) {
  if (test === undefined || test.kind === 'running')
    return <p className={styles['none']}>{hasHost ? texts.none : texts.cannot}</p>;
  if (test.kind === 'failed') return <ErrorCard error={test.error} title={texts.failed} side="import" />;
  const { steps, chain, error, milliseconds, at } = test.result;
  return (
    <>
      <Probe steps={steps} isSlim />
      {error !== null && <p>{error.remedy}</p>}
      {chain.length > 0 && (
        <div className={styles['chain']}>
          <h3>{texts.chain}</h3>
          <ol>
            {chain.map(({ subject, issuer, validTo, fingerprint256 }) => (
              <li key={fingerprint256} title={fingerprint256}>
                {subject}
                <small>
                  {texts.issuedBy(issuer)}, {texts.until(formatTime(validTo).slice(0, 10))}
                </small>
              </li>
            ))}
          </ol>
        </div>
      )}
      <p className={styles['dim']}>{texts.took(milliseconds, formatTime(at))}</p>
    </>
  );
}
