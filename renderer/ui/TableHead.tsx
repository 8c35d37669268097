// The head of a table: the names of its columns, by some of which it is sorted.
import { classes } from './classes.ts';
import type { Column } from './DataTable.tsx';
import styles from './DataTable.module.css';
import { Icon } from './Icon.tsx';

export interface Sort {
  readonly id: string;
  readonly direction: 'ascending' | 'descending';
}

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}

export function TableHead<Row>({ columns, template, sort, onSort }: TableHeadProps<Row>) {
  return (
    <div role="row" aria-rowindex={1} className={styles['headRow']} style={{ gridTemplateColumns: template }}>
      {columns.map(({ id, head, align, compare }) => {
        const direction = sort?.id === id ? sort.direction : undefined;
        const className = classes(styles['headCell'], align === 'end' && styles['end']);
        if (compare === undefined)
          return (
            <span key={id} role="columnheader" className={className}>
              {head}
            </span>
          );
        const next = direction === 'ascending' ? 'descending' : 'ascending';
        return (
          <span key={id} role="columnheader" className={className} aria-sort={direction ?? 'none'}>
            <button type="button" className={styles['sort']} onClick={() => onSort({ id, direction: next })}>
              {head}
              {direction !== undefined && (
                <Icon name={direction === 'ascending' ? 'sortUp' : 'sortDown'} size={12} />
              )}
            </button>
          </span>
        );
      })}
    </div>
  );
}
