// Registries: the list, the form of the one that is chosen, and its connection test.
import { useEffect } from 'react';
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { ConnectionTest } from './ConnectionTest.tsx';
import styles from './RegistriesSection.module.css';
import { RegistryFields } from './RegistryFields.tsx';
import { RegistryTable } from './RegistryTable.tsx';
import type { Passwords } from './registry-actions.ts';
import { problemsOf, rowsOf } from './registry-form.ts';
import { RemoveRegistryDialog } from './RemoveRegistryDialog.tsx';
import { addRegistry, forgetTest, useSettingsDesk } from './settings-store.ts';

const texts = settingsTexts.registries;

interface RegistriesSectionProps {
  readonly passwords: Passwords;
  readonly onPasswords: (passwords: Passwords) => void;
}

export function RegistriesSection({ passwords, onPasswords }: RegistriesSectionProps) {
  const registries = useSettings(({ settings }) => settings.registries);
  const edits = useSettingsDesk((state) => state.edits);
  const chosen = useSettingsDesk((state) => state.registry);
  const removing = useSettingsDesk((state) => state.removingRegistry);
  const keepsLogins = useSession(({ facts }) => facts?.keepsLogins !== 'no');
  const rows = rowsOf(registries, edits);
  const row = rows.find(({ key }) => key === chosen) ?? rows[0];
  const removed = rows.find(({ key }) => key === removing);
  useEffect(() => {
    if (removing !== null && removed === undefined) useSettingsDesk.setState({ removingRegistry: null });
  }, [removing, removed]);

  if (row === undefined)
    return (
      <div className={styles['empty']}>
        <b>{texts.empty}</b>
        <p>{texts.emptyText}</p>
        <Button icon="plus" onPress={addRegistry}>
          {texts.add}
        </Button>
      </div>
    );
  const password = passwords[row.key] ?? '';
  return (
    <>
      <RegistryTable rows={rows} selected={row.key} />
      <div className={styles['below']}>
        <section className={styles['form']} aria-label={row.form.host || texts.untitled}>
          <h2>{row.form.host || texts.untitled}</h2>
          <RegistryFields
            key={row.key}
            row={row}
            password={password}
            onPassword={(typed) => {
              onPasswords({ ...passwords, [row.key]: typed });
              forgetTest(row.key);
            }}
            problems={problemsOf(row, password, rows, keepsLogins)}
          />
        </section>
        <ConnectionTest row={row} password={password} />
      </div>
      {removed !== undefined && <RemoveRegistryDialog row={removed} />}
    </>
  );
}
