// One line of a table: a row with what is unfolded below it, or the heading of a group.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import type { Column, Group } from './DataTable.tsx';
import styles from './DataTable.module.css';
import { TabStop } from './tab-stop.ts';

interface GroupRowProps {
  readonly group: Group;
  readonly rowIndex: number;
  readonly columns: number;
}

export function GroupRow({ group, rowIndex, columns }: GroupRowProps) {
  return (
    <div role="row" aria-rowindex={rowIndex} className={styles['group']}>
      <span role="rowheader" aria-colspan={columns}>
        {group.title}
        {group.count !== undefined && <span className={styles['count']}> {group.count}</span>}
      </span>
    </div>
  );
}

interface TableRowProps<Row> {
  readonly id: string;
  readonly rowIndex: number;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly height: number;
  readonly isSelected: boolean;
  readonly below: ReactNode;
}

/** Scrolling draws the table anew with every few rows; a row that did not change is not drawn again. */
export const TableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>(props: TableRowProps<Row>) {
  const { id, rowIndex, row, columns, template, height, isSelected, below } = props;
  const hasBelow = isUnfolded(below);
  return (
    <TabStop value={isSelected}>
      <div
        id={id}
        role="row"
        aria-rowindex={rowIndex}
        aria-selected={isSelected}
        className={classes(styles['row'], isSelected && styles['selected'], hasBelow && styles['unfolded'])}
      >
        <div
          role="presentation"
          className={styles['cells']}
          data-cells=""
          style={{ gridTemplateColumns: template, height }}
        >
          {columns.map((column) => (
            <span
              key={column.id}
              role="gridcell"
              className={classes(styles['cell'], column.align === 'end' && styles['end'])}
            >
              {column.render(row)}
            </span>
          ))}
        </div>
        {hasBelow && (
          <div role="gridcell" aria-colindex={1} aria-colspan={columns.length}>
            {below}
          </div>
        )}
      </div>
    </TabStop>
  );
}

/** Whether anything stands below a row. */
export function isUnfolded(below: ReactNode): boolean {
  return below !== undefined && below !== null && below !== false;
}
