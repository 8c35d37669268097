// A table of any length, worked by keyboard: only the rows in sight are in the page.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import styles from './DataTable.module.css';
import { ShellContext } from './shell-context.ts';
import { linesOf } from './table-lines.ts';
import type { Line } from './table-lines.ts';
import { TableHead } from './TableHead.tsx';
import type { Sort } from './TableHead.tsx';
import { GroupRow, isUnfolded, TableRow } from './TableRow.tsx';

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
  readonly sort?: Sort;
}

const OVERSCAN = 8;
const GROUP_HEIGHT = 30;
const NARROWEST = 560;

/** One tab stop. ↑ ↓ Home End PgUp PgDn choose a row; Tab goes on to what stands in it, Esc comes back. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowHeight = 28, groupOf, isFaulty, below, empty } = props;
  const { hasLetterKeys } = useContext(ShellContext);
  const [sort, setSort] = useState(props.sort);
  const [ownChoice, setOwnChoice] = useState<string | null>(null);
  const selected = props.selected === undefined ? ownChoice : props.selected;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();

  const compare = columns.find((column) => column.id === sort?.id)?.compare;
  const isDescending = sort?.direction === 'descending';
  const lines = useMemo(
    () => linesOf(rows, { rowKey, groupOf, isFaulty, compare, isDescending }),
    [rows, rowKey, groupOf, isFaulty, compare, isDescending],
  );
  const rowLines = useMemo(() => lines.flatMap((line, at) => (line.kind === 'row' ? [at] : [])), [lines]);
  const at = useMemo(
    () => (selected === null ? -1 : rowLines.findIndex((line) => lines[line]?.key === selected)),
    [lines, rowLines, selected],
  );
  const chosenLine = rowLines[at];

  // Another function would have every line measured anew, with each frame of a scroll.
  const keyAt = useCallback((index: number) => lines[index]?.key ?? index, [lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'group' ? GROUP_HEIGHT : rowHeight),
    getItemKey: keyAt,
    // The chosen row stays on the page wherever it is scrolled: it may hold the focus.
    rangeExtractor: (range) => withLine(range, chosenLine),
    overscan: OVERSCAN,
    initialRect: { width: 900, height: 600 },
  });

  const choose = (index: number): void => {
    const line = rowLines[Math.max(0, Math.min(rowLines.length - 1, index))];
    const key = line === undefined ? undefined : lines[line]?.key;
    if (line === undefined || key === undefined) return;
    setOwnChoice(key);
    props.onSelect?.(key);
    virtual.scrollToIndex(line, { align: 'auto' });
  };

  // A row chosen from elsewhere (next conflict, palette) comes into sight; one that only moves up or down does not follow.
  const shownChoice = useRef<string | null>(null);
  useEffect(() => {
    if (shownChoice.current === selected || chosenLine === undefined) return;
    shownChoice.current = selected;
    virtual.scrollToIndex(chosenLine, { align: 'auto' });
  }, [selected, chosenLine, virtual]);

  const hadFocus = useRef(false);
  useEffect(() => {
    // What had the focus went with its row.
    if (hadFocus.current && document.activeElement === document.body) scroller.current?.focus();
  });

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target !== event.currentTarget) {
      if (event.key !== 'Escape') return;
      scroller.current?.focus();
    } else {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
      const next = stepsFrom(at, rowLines.length, page)[event.key];
      const row = chosenLine === undefined ? undefined : rowOf(lines[chosenLine]);
      if (next !== undefined) choose(next);
      else if (!actOn(event.key, row, props, hasLetterKeys)) return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onDoubleClick = ({ target }: MouseEvent<HTMLDivElement>): void => {
    const line = isWithin(target, '[data-cells]') ? lineAt(target) : undefined;
    const row = line === undefined ? undefined : rowOf(lines[line]);
    if (row !== undefined) props.onOpen?.(row);
  };

  const template = columns
    .map(({ width }) => (width === 'fill' ? 'minmax(120px, 1fr)' : `${width}px`))
    .join(' ');
  const least = columns.reduce((sum, { width }) => sum + (width === 'fill' ? 200 : width), 40);
  const minWidth = Math.max(NARROWEST, least);
  return (
    <div className={styles['frame']}>
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={chosenLine === undefined ? undefined : `${id}-${chosenLine}`}
        tabIndex={0}
        className={styles['scroller']}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          hadFocus.current = true;
          if (event.target === event.currentTarget && at === -1 && rowLines.length > 0) choose(0);
        }}
        onBlur={({ relatedTarget }) => {
          if (relatedTarget !== null) hadFocus.current = false;
        }}
      >
        <div role="rowgroup" className={styles['head']} style={{ minWidth }}>
          <TableHead columns={columns} template={template} sort={sort} onSort={setSort} />
        </div>
        <div
          role="rowgroup"
          className={styles['body']}
          style={{ height: virtual.getTotalSize(), minWidth }}
          onPointerDown={({ target }) => {
            const row = rowLines.indexOf(lineAt(target) ?? -1);
            if (row !== -1) choose(row);
          }}
          onDoubleClick={onDoubleClick}
        >
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index];
            if (line === undefined) return null;
            const unfolded = line.kind === 'row' ? below?.(line.row) : undefined;
            return (
              <LineBox
                key={key}
                index={index}
                start={start}
                isMeasured={isUnfolded(unfolded)}
                measure={virtual.measureElement}
                fold={() => virtual.resizeItem(index, line.kind === 'group' ? GROUP_HEIGHT : rowHeight)}
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
                    below={unfolded}
                  />
                )}
              </LineBox>
            );
          })}
        </div>
        {lines.length === 0 && empty !== undefined && <div className={styles['empty']}>{empty}</div>}
      </div>
    </div>
  );
}

interface LineBoxProps {
  readonly index: number;
  readonly start: number;
  /** Only what is unfolded has a height of its own; to measure every row would cost each frame of a scroll. */
  readonly isMeasured: boolean;
  readonly measure: (element: HTMLElement | null) => void;
  /** Has the line its plain height again. */
  readonly fold: () => void;
  readonly children: ReactNode;
}

function LineBox({ index, start, isMeasured, measure, fold, children }: LineBoxProps) {
  const latest = useRef(fold);
  useLayoutEffect(() => {
    latest.current = fold;
  });
  useLayoutEffect(() => {
    if (!isMeasured) latest.current();
  }, [isMeasured]);
  return (
    <div
      role="presentation"
      data-index={index}
      ref={isMeasured ? measure : null}
      className={styles['line']}
      style={{ transform: `translateY(${start}px)` }}
    >
      {children}
    </div>
  );
}

function withLine(range: Range, line: number | undefined): number[] {
  const shown = defaultRangeExtractor(range);
  if (line === undefined || shown.includes(line) || line >= range.count) return shown;
  return [...shown, line].sort((a, b) => a - b);
}

function stepsFrom(at: number, count: number, page: number): Readonly<Record<string, number>> {
  return {
    ArrowDown: at + 1,
    ArrowUp: at === -1 ? count - 1 : at - 1,
    Home: 0,
    End: count - 1,
    PageDown: at + page,
    PageUp: at - page,
  };
}

function actOn<Row>(
  key: string,
  row: Row | undefined,
  { onOpen, onToggle, onRemove, onCopy }: DataTableProps<Row>,
  hasLetterKeys: boolean,
): boolean {
  const acts: Readonly<Record<string, ((row: Row) => void) | undefined>> = {
    Enter: onOpen,
    ' ': onToggle,
    Delete: onRemove,
    c: hasLetterKeys ? onCopy : undefined,
  };
  const act = acts[key];
  if (act === undefined || row === undefined) return false;
  act(row);
  return true;
}

function rowOf<Row>(line: Line<Row> | undefined): Row | undefined {
  return line?.kind === 'row' ? line.row : undefined;
}

function isWithin(target: EventTarget, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

/** The line that holds an element; undefined for a group's. */
function lineAt(target: EventTarget): number | undefined {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return line === null ? undefined : Number(line.dataset['index']);
}
