// The bar above a table: which rows, how many of each, and a filter.
import type { ReactNode } from 'react';
import { runTexts } from '../texts/run.ts';
import { FilterTabs } from '../ui/FilterTabs.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import styles from './RowBar.module.css';

interface RowBarProps<Id extends string> {
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  readonly tabs: readonly { readonly id: Id; readonly label: string; readonly count?: number }[];
  readonly filter: string;
  readonly onFilter: (text: string) => void;
  /** Before the filter. */
  readonly children?: ReactNode;
}

export function RowBar<Id extends string>(props: RowBarProps<Id>) {
  const { value, onChange, tabs, filter, onFilter, children } = props;
  return (
    <div className={styles['bar']}>
      <FilterTabs label={runTexts.tabsLabel} value={value} onChange={onChange} tabs={tabs} />
      <div className={styles['end']}>
        {children}
        <div className={styles['filter']}>
          <SearchField label={runTexts.filter} value={filter} onChange={onFilter} keys="/" />
        </div>
      </div>
    </div>
  );
}
