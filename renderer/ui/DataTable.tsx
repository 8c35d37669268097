// A table of any length, worked by keyboard: only the rows in sight are in the page.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './DataTable.module.css';
import { Icon } from './Icon.tsx';
import { linesOf } from './table-lines.ts';
import type { Line } from './table-lines.ts';

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  /** Pixels, or all that is left. */
  readonly width: number | 'fill';
  readonly align?: 'end';
  readonly render: (row: Row) => ReactNode;
  /** Makes the head a button that sorts by this column. */
  readonly compare?: (a: Row, b: Row) => number;
}

export interface Group {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly rowHeight?: 28 | 36 | 44 | 62;
  readonly groupOf?: (row: Row) => Group;
  readonly selected?: string | null;
  readonly onSelect?: (key: string) => void;
  /** ↵ and double click. */
  readonly onOpen?: (row: Row) => void;
  /** C */
  readonly onCopy?: (row: Row) => void;
  /** Del */
  readonly onRemove?: (row: Row) => void;
  /** Space */
  readonly onToggle?: (row: Row) => void;
  /** Stands on top, whatever the sort. */
  readonly isFaulty?: (row: Row) => boolean;
  /** Unfolded under its row; of any height. */
  readonly below?: (row: Row) => ReactNode;
  readonly empty?: ReactNode;
  readonly sort?: { readonly id: string; readonly direction: 'ascending' | 'descending' };
}

const OVERSCAN = 12;
const NARROWEST = 560;

/** One tab stop. ↑ ↓ Home End PgUp PgDn choose a row; what stands in a row is reached by Tab from there. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowHeight = 28, groupOf, isFaulty, below, empty } = props;
  const [sort, setSort] = useState(props.sort);
  const [ownChoice, setOwnChoice] = useState<string | null>(null);
  const selected = props.selected === undefined ? ownChoice : props.selected;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();

  const compare = columns.find((column) => column.id === sort?.id)?.compare;
  const lines = useMemo(
    () =>
      linesOf(rows, {
        rowKey,
        groupOf,
        isFaulty,
        compare,
        isDescending: sort?.direction === 'descending',
      }),
    [rows, rowKey, groupOf, isFaulty, compare, sort?.direction],
  );
  const rowLines = useMemo(() => lines.flatMap((line, at) => (line.kind === 'row' ? [at] : [])), [lines]);
  const at = rowLines.findIndex((line) => keyAt(lines, line) === selected);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'group' ? 30 : rowHeight),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: OVERSCAN,
    initialRect: { width: 900, height: 600 },
  });

  const choose = (index: number): void => {
    const line = rowLines[Math.max(0, Math.min(rowLines.length - 1, index))];
    const key = line === undefined ? undefined : keyAt(lines, line);
    if (line === undefined || key === undefined) return;
    setOwnChoice(key);
    props.onSelect?.(key);
    virtual.scrollToIndex(line, { align: 'auto' });
  };

  // A row chosen from elsewhere (next conflict, palette) comes into sight.
  const chosenLine = at === -1 ? undefined : rowLines[at];
  useEffect(() => {
    if (chosenLine !== undefined) virtual.scrollToIndex(chosenLine, { align: 'auto' });
  }, [chosenLine, virtual]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at === -1 ? rowLines.length - 1 : at - 1,
      Home: 0,
      End: rowLines.length - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    const next = steps[event.key];
    if (next !== undefined) choose(next);
    else if (!actOn(event.key, rowAt(lines, rowLines[at]), props)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const template = columns
    .map(({ width }) => (width === 'fill' ? 'minmax(120px, 1fr)' : `${width}px`))
    .join(' ');
  const least = columns.reduce((sum, { width }) => sum + (width === 'fill' ? 200 : width), 40);
  const shown = virtual.getVirtualItems();
  const focusOn = at === -1 ? 0 : at;
  return (
    <div className={styles['frame']}>
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={at === -1 ? undefined : `${id}-${rowLines[focusOn] ?? 0}`}
        tabIndex={0}
        className={styles['scroller']}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget && at === -1 && rowLines.length > 0) choose(0);
        }}
      >
        <div role="rowgroup" className={styles['head']} style={{ minWidth: Math.max(NARROWEST, least) }}>
          <div
            role="row"
            aria-rowindex={1}
            className={styles['headRow']}
            style={{ gridTemplateColumns: template }}
          >
            {columns.map((column) => (
              <Head
                key={column.id}
                column={column}
                sort={sort}
                onSort={() =>
                  setSort({
                    id: column.id,
                    direction:
                      sort?.id === column.id && sort.direction === 'ascending' ? 'descending' : 'ascending',
                  })
                }
              />
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className={styles['body']}
          style={{ height: virtual.getTotalSize(), minWidth: Math.max(NARROWEST, least) }}
        >
          {shown.map(({ index, start, key }) => {
            const line = lines[index];
            if (line === undefined) return null;
            return (
              <div
                key={key}
                role="presentation"
                data-index={index}
                ref={virtual.measureElement}
                className={styles['line']}
                style={{ transform: `translateY(${start}px)` }}
              >
                {line.kind === 'group' ? (
                  <GroupRow group={line.group} rowIndex={index + 2} columns={columns.length} />
                ) : (
                  <TableRow
                    id={`${id}-${index}`}
                    rowIndex={index + 2}
                    row={line.row}
                    columns={columns}
                    template={template}
                    height={rowHeight}
                    isSelected={line.key === selected}
                    below={below?.(line.row)}
                    onPress={() => choose(rowLines.indexOf(index))}
                    onOpen={() => props.onOpen?.(line.row)}
                  />
                )}
              </div>
            );
          })}
        </div>
        {lines.length === 0 && empty !== undefined && <div className={styles['empty']}>{empty}</div>}
      </div>
    </div>
  );
}

function actOn<Row>(key: string, row: Row | undefined, props: DataTableProps<Row>): boolean {
  const { onOpen, onToggle, onRemove, onCopy } = props;
  const acts: Readonly<Record<string, ((row: Row) => void) | undefined>> = {
    Enter: onOpen,
    ' ': onToggle,
    Delete: onRemove,
    c: onCopy,
  };
  const act = acts[key];
  if (act === undefined || row === undefined) return false;
  act(row);
  return true;
}

function rowAt<Row>(lines: readonly Line<Row>[], at: number | undefined): Row | undefined {
  const line = at === undefined ? undefined : lines[at];
  return line?.kind === 'row' ? line.row : undefined;
}

function keyAt<Row>(lines: readonly Line<Row>[], at: number): string | undefined {
  return lines[at]?.key;
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: DataTableProps<Row>['sort'];
  readonly onSort: () => void;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const isSorted = sort?.id === column.id;
  const cell = classes(styles['headCell'], column.align === 'end' && styles['end']);
  if (column.compare === undefined)
    return (
      <span role="columnheader" className={cell}>
        {column.head}
      </span>
    );
  return (
    <span role="columnheader" className={cell} aria-sort={isSorted ? sort.direction : 'none'}>
      <button type="button" className={styles['sort']} onClick={onSort}>
        {column.head}
        {isSorted && <Icon name={sort.direction === 'ascending' ? 'sortUp' : 'sortDown'} size={12} />}
      </button>
    </span>
  );
}

interface GroupRowProps {
  readonly group: Group;
  readonly rowIndex: number;
  readonly columns: number;
}

function GroupRow({ group, rowIndex, columns }: GroupRowProps) {
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
  readonly onPress: () => void;
  readonly onOpen: () => void;
}

function TableRow<Row>(props: TableRowProps<Row>) {
  const { id, rowIndex, row, columns, template, height, isSelected, below, onPress, onOpen } = props;
  const hasBelow = below !== undefined && below !== null && below !== false;
  return (
    <>
      {/* The grid itself has the keys; a row is only pressed. */}
      <div
        id={id}
        role="row"
        aria-rowindex={rowIndex}
        aria-selected={isSelected}
        className={classes(styles['row'], isSelected && styles['selected'])}
        style={{ gridTemplateColumns: template, height }}
        onPointerDown={onPress}
        onDoubleClick={onOpen}
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
        <div role="row" className={classes(styles['below'], isSelected && styles['selected'])}>
          <div role="gridcell" aria-colspan={columns.length}>
            {below}
          </div>
        </div>
      )}
    </>
  );
}
