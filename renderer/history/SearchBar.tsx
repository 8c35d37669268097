// The bar that narrows the history down: words, desk, result.
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { historyTexts } from '../texts/history.ts';
import { SearchField } from '../ui/SearchField.tsx';
import { Select } from '../ui/Select.tsx';
import { search } from './history-actions.ts';
import { useHistory } from './history-store.ts';
import styles from './History.module.css';

const DESKS = ['lock', 'pack', 'verify', 'import', 'export'] as const satisfies readonly HistoryRow['desk'][];
const OUTCOMES = [
  'done',
  'partial',
  'failed',
  'cancelled',
] as const satisfies readonly HistoryRow['outcome'][];

export function SearchBar() {
  const { text, desk, outcome } = useHistory((state) => state.query);
  return (
    <div className={styles['bar']} role="search">
      <div className={styles['search']}>
        <SearchField
          label={historyTexts.search}
          value={text}
          onChange={(words) => search({ text: words })}
          keys="/"
          isLarge
        />
      </div>
      <div className={styles['select']}>
        <Select
          label={historyTexts.desksLabel}
          hideLabel
          value={desk ?? 'all'}
          onChange={(id) => search({ desk: id === 'all' ? null : id })}
          options={(['all', ...DESKS] as const).map((id) => ({ id, label: historyTexts.desks[id] }))}
        />
      </div>
      <div className={styles['select']}>
        <Select
          label={historyTexts.resultsLabel}
          hideLabel
          value={outcome ?? 'all'}
          onChange={(id) => search({ outcome: id === 'all' ? null : id })}
          options={(['all', ...OUTCOMES] as const).map((id) => ({ id, label: historyTexts.results[id] }))}
        />
      </div>
    </div>
  );
}
