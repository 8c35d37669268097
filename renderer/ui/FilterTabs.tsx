// Words with counts that narrow a list down, or choose which of several is shown.
import { Tab, TabList, Tabs } from 'react-aria-components';
import type { TabProps } from 'react-aria-components';
import styles from './FilterTabs.module.css';
import { formatNumber } from './quantities.ts';

interface FilterTabsProps<Id extends string> {
  readonly label: string;
  readonly value: Id;
  readonly onChange: (value: Id) => void;
  readonly tabs: readonly { readonly id: Id; readonly label: string; readonly count?: number }[];
}

export function FilterTabs<Id extends string>({ label, value, onChange, tabs }: FilterTabsProps<Id>) {
  return (
    <Tabs
      className={styles['tabs'] ?? ''}
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = tabs.find(({ id }) => id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
    >
      <TabList aria-label={label} className={styles['list'] ?? ''} items={tabs}>
        {(tab) => (
          <Tab id={tab.id} className={styles['tab'] ?? ''} render={withoutPanel}>
            {tab.label}
            {tab.count !== undefined && <span className={styles['count']}>{formatNumber(tab.count)}</span>}
          </Tab>
        )}
      </TabList>
    </Tabs>
  );
}

/** What tabs narrow down is no panel of theirs, and one that is not there must not be named. */
const withoutPanel: NonNullable<TabProps['render']> = (props) =>
  'href' in props ? <a {...props} /> : <div {...props} aria-controls={undefined} />;
