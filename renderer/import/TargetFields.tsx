// The fields of a target: registry, prefix, login and what is trusted.
import { useSettings } from '../store/settings.ts';
import { importTexts } from '../texts/import.ts';
import { PasswordField } from '../ui/PasswordField.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './Import.module.css';
import { editTarget, useImport } from './import-store.ts';

const words = importTexts.target;
const SYSTEM = 'system';
const PLAIN = 'plain';

interface TargetFieldsProps {
  readonly onSubmit: () => void;
  readonly hasProfile: boolean;
}

export function TargetFields({ onSubmit, hasProfile }: TargetFieldsProps) {
  const target = useImport((state) => state.target);
  const { registries, certificates } = useSettings((state) => state.settings);
  const profile = registries.find(({ host }) => host === target.host.trim());
  const chooseHost = (host: string): void => {
    const known = registries.find((each) => each.host === host);
    editTarget(
      known === undefined
        ? { host }
        : {
            host,
            prefix: known.prefix,
            plainHttp: known.plainHttp,
            certificate: known.certificate,
            username: known.user ?? '',
          },
    );
  };
  const hosts = registries.filter(({ usedAs }) => usedAs !== 'source').map(({ host }) => host);
  return (
    <div className={styles['fields']}>
      <TextField
        label={words.registry}
        value={target.host}
        onChange={chooseHost}
        placeholder={words.registryHint}
        list={hosts.filter((host) => host.includes(target.host) && host !== target.host)}
        autoFocus
        onSubmit={onSubmit}
      />
      <TextField
        label={words.prefix}
        value={target.prefix}
        onChange={(prefix) => editTarget({ prefix })}
        placeholder={words.prefixHint}
        onSubmit={onSubmit}
      />
      <TextField
        label={words.user}
        value={target.username}
        onChange={(username) => editTarget({ username })}
        placeholder={words.userHint}
        onSubmit={onSubmit}
      />
      <PasswordField
        label={words.password}
        value={target.password}
        onChange={(password) => editTarget({ password })}
        {...(hasProfile && profile?.user !== null ? { placeholder: words.passwordKept } : {})}
        onSubmit={onSubmit}
      />
      <Select
        label={words.trust}
        value={target.plainHttp ? PLAIN : (target.certificate ?? SYSTEM)}
        onChange={(choice) =>
          editTarget({
            plainHttp: choice === PLAIN,
            certificate: choice === PLAIN || choice === SYSTEM ? null : choice,
          })
        }
        options={[
          { id: SYSTEM, label: words.trustSystem, icon: 'lock' as const },
          ...certificates.map(({ name }) => ({ id: name, label: name, icon: 'lock' as const })),
          { id: PLAIN, label: words.trustPlain, icon: 'alert' as const },
        ]}
      />
    </div>
  );
}
