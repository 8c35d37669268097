// Every registry that the operator named, with how its last test ended.
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import styles from './RegistriesSection.module.css';
import { lastTestOf } from './registry-form.ts';
import type { RegistryRow } from './registry-form.ts';
import { useSettingsDesk } from './settings-store.ts';
import { useNarrow } from './use-narrow.ts';

const texts = settingsTexts.registries;
const HEAD = 29;
const ROW = 36;

interface RegistryTableProps {
  readonly rows: readonly RegistryRow[];
  readonly selected: string;
}

export function RegistryTable({ rows, selected }: RegistryTableProps) {
  const perHost = useSettings(({ settings }) => settings.limits.perHost);
  const isNarrow = useNarrow();
  const now = new Date();
  const columns: readonly Column<RegistryRow>[] = [
    {
      id: 'host',
      head: texts.host,
      width: 'fill',
      render: ({ key, form }) =>
        key === selected ? <strong>{nameOf(form.host)}</strong> : nameOf(form.host),
      compare: (a, b) => a.form.host.localeCompare(b.form.host),
    },
    {
      id: 'usedAs',
      head: texts.usedAs,
      width: 88,
      render: ({ form }) => <span className={styles['mid']}>{texts.uses[form.usedAs]}</span>,
    },
    {
      id: 'login',
      head: texts.login,
      width: isNarrow ? 112 : 140,
      render: ({ form }) =>
        form.user === '' ? (
          <span className={styles['dim']}>{texts.noLogin}</span>
        ) : (
          <span className={styles['mid']}>{form.user}</span>
        ),
    },
    {
      id: 'trust',
      head: texts.trust,
      width: isNarrow ? 112 : 140,
      render: ({ form }) => (
        <span className={form.certificate === null || form.plainHttp ? styles['dim'] : styles['mid']}>
          {form.plainHttp ? texts.plainHttp : (form.certificate ?? texts.systemTrust)}
        </span>
      ),
    },
    {
      id: 'connections',
      head: texts.connections,
      width: 108,
      align: 'end',
      render: ({ form }) => (
        <span className={form.connections === null ? styles['dim'] : styles['mid']}>
          {form.connections ?? perHost}
        </span>
      ),
    },
    {
      id: 'lastTest',
      head: texts.lastTest,
      width: 188,
      render: (row) => <StateWord {...lastTestOf(row, now)} />,
    },
  ];
  return (
    <div className={styles['table']} style={{ height: HEAD + ROW * rows.length + 16 }}>
      <DataTable
        label={texts.table}
        columns={isNarrow ? columns.filter(({ id }) => id !== 'connections') : columns}
        rows={rows}
        rowKey={({ key }) => key}
        rowHeight={36}
        selected={selected}
        onSelect={(key) => useSettingsDesk.setState({ registry: key })}
        onRemove={({ key }) => useSettingsDesk.setState({ removingRegistry: key })}
      />
    </div>
  );
}

function nameOf(host: string): string {
  return host === '' ? texts.untitled : host;
}
