// The form of one registry.
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Form, FormRow } from '../ui/Form.tsx';
import { Icon } from '../ui/Icon.tsx';
import { NumberField } from '../ui/NumberField.tsx';
import { PasswordField } from '../ui/PasswordField.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './RegistriesSection.module.css';
import { hostOf } from './registry-form.ts';
import type { FormProblems, RegistryForm, RegistryRow } from './registry-form.ts';
import { editRegistry, useSettingsDesk } from './settings-store.ts';

const { form: words, keeps, usesChoice, otherHost } = settingsTexts.registries;
const USES = ['source', 'target', 'both'] as const;
const NONE = ' none';

interface RegistryFieldsProps {
  readonly row: RegistryRow;
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly problems: FormProblems;
}

export function RegistryFields({ row, password, onPassword, problems }: RegistryFieldsProps) {
  const { key, form, profile } = row;
  const certificates = useSettings(({ settings }) => settings.certificates);
  const perHost = useSettings(({ settings }) => settings.limits.perHost);
  const kept = useSession(({ facts }) => facts?.keepsLogins ?? 'plainFile');
  const isNew = useSettingsDesk((state) => state.edits[key] !== undefined) && profile === null;
  const edit = (change: Partial<RegistryForm>): void => editRegistry(key, { ...form, ...change });
  const isElsewhere = profile !== null && profile.user !== null && hostOf(form) !== profile.host;
  const hasKept = profile !== null && profile.user !== null && profile.user === form.user && !isElsewhere;
  return (
    <Form>
      <FormRow label={words.host}>
        <div className={styles['wide']}>
          <TextField
            label={words.host}
            hideLabel
            value={form.host}
            onChange={(host) => edit({ host })}
            placeholder={words.hostPlaceholder}
            autoFocus={isNew}
            // An empty field says by itself what it waits for.
            error={form.host === '' ? undefined : problems.host}
          />
        </div>
      </FormRow>
      <FormRow label={words.prefix} hint={words.prefixHint}>
        <div className={styles['wide']}>
          <TextField
            label={words.prefix}
            hideLabel
            value={form.prefix}
            onChange={(prefix) => edit({ prefix })}
            placeholder={words.prefixPlaceholder}
          />
        </div>
      </FormRow>
      <FormRow label={words.usedAs}>
        <Segmented
          label={words.usedAs}
          value={form.usedAs}
          onChange={(usedAs) => edit({ usedAs })}
          options={USES.map((id) => ({ id, label: usesChoice[id] }))}
        />
      </FormRow>
      <FormRow label={words.user}>
        <div className={styles['wide']}>
          <TextField
            label={words.user}
            hideLabel
            value={form.user}
            onChange={(user) => edit({ user })}
            placeholder={words.userPlaceholder}
            error={problems.user}
          />
        </div>
      </FormRow>
      <FormRow label={words.password} hint={isElsewhere ? otherHost : keeps[kept]}>
        <div className={styles['whole']}>
          <PasswordField
            label={words.password}
            hideLabel
            value={password}
            onChange={onPassword}
            placeholder={hasKept ? words.passwordKept : ''}
          />
        </div>
      </FormRow>
      <FormRow label={words.encryption}>
        <Segmented
          label={words.encryption}
          value={form.plainHttp ? 'http' : 'tls'}
          onChange={(chosen) => edit({ plainHttp: chosen === 'http' })}
          options={[
            { id: 'tls', label: words.tls },
            { id: 'http', label: words.http },
          ]}
        />
        {form.plainHttp && (
          <span className={styles['warn']}>
            <Icon name="alert" size={14} />
            {words.httpHint}
          </span>
        )}
      </FormRow>
      {!form.plainHttp && (
        <FormRow label={words.trust}>
          <div className={styles['wide']}>
            <Select
              label={words.trust}
              hideLabel
              value={form.certificate ?? NONE}
              onChange={(chosen) => edit({ certificate: chosen === NONE ? null : chosen })}
              options={[
                { id: NONE, label: words.trustNone },
                ...certificates.map(({ name }) => ({ id: name, label: name, icon: 'lock' as const })),
              ]}
            />
          </div>
        </FormRow>
      )}
      <FormRow label={words.connections} hint={words.connectionsHint}>
        <div className={styles['short']}>
          <NumberField
            label={words.connections}
            hideLabel
            value={form.connections}
            onChange={(count) => edit({ connections: count === null ? null : Math.round(count) })}
            min={1}
            max={64}
            mayBeEmpty
            placeholder={String(perHost)}
          />
        </div>
      </FormRow>
    </Form>
  );
}
