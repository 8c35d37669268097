// A table whose rows are the choices: one of several media.
import type { ReactNode } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './RadioTable.module.css';

interface RadioColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly width: number | 'fill';
  readonly render: (row: Row) => ReactNode;
}

interface RadioTableProps<Row> {
  readonly label: string;
  readonly columns: readonly RadioColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowHeight?: 28 | 36 | 44 | 62;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
  /** Rows that cannot be chosen say why in a column. */
  readonly isDisabled?: (row: Row) => boolean;
  readonly nameOf: (row: Row) => string;
}

export function RadioTable<Row>(props: RadioTableProps<Row>) {
  const { label, columns, rows, rowKey, rowHeight = 44, selected, onSelect, isDisabled, nameOf } = props;
  const template = `36px ${columns.map(({ width }) => (width === 'fill' ? 'minmax(0, 1fr)' : `${width}px`)).join(' ')}`;
  return (
    <div className={styles['scroll']}>
      <div className={styles['head']} style={{ gridTemplateColumns: template }} aria-hidden="true">
        <span />
        {columns.map(({ id, head }) => (
          <span key={id}>{head}</span>
        ))}
      </div>
      <RadioGroup aria-label={label} value={selected} onChange={onSelect}>
        {rows.map((row) => (
          <Radio
            key={rowKey(row)}
            value={rowKey(row)}
            isDisabled={isDisabled?.(row) ?? false}
            aria-label={nameOf(row)}
            className={styles['row'] ?? ''}
            style={{ gridTemplateColumns: template, minHeight: rowHeight }}
          >
            {({ isSelected }) => (
              <>
                <span className={classes(styles['radio'], isSelected && styles['on'])} aria-hidden="true" />
                {columns.map(({ id, render }) => (
                  <span key={id} className={styles['cell']}>
                    {render(row)}
                  </span>
                ))}
              </>
            )}
          </Radio>
        ))}
      </RadioGroup>
    </div>
  );
}
