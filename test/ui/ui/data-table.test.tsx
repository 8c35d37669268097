// Holds the table to being worked by keyboard alone, at any length.
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Button } from '../../../renderer/ui/Button.tsx';
import { DataTable } from '../../../renderer/ui/DataTable.tsx';
import type { Column, DataTableProps } from '../../../renderer/ui/DataTable.tsx';
import { giveLayout } from '../pack/give-layout.ts';

giveLayout();
afterEach(cleanup);

interface Row {
  readonly name: string;
  readonly kind: 'image' | 'chart';
  readonly isBad: boolean;
}
const makeRow = (name: string, change: Partial<Row> = {}): Row => ({
  name,
  kind: 'image',
  isBad: false,
  ...change,
});
const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    head: 'Name',
    width: 'fill',
    render: ({ name }) => name,
    compare: (a, b) => a.name.localeCompare(b.name),
  },
  { id: 'kind', head: 'Kind', width: 80, render: ({ kind }) => kind },
];
const ROWS = ['delta', 'alpha', 'charlie', 'bravo'].map((name) => makeRow(name));

function show(change: Partial<DataTableProps<Row>> = {}) {
  render(<DataTable label="Items" columns={columns} rows={ROWS} rowKey={({ name }) => name} {...change} />);
  return { grid: screen.getByRole('grid', { name: 'Items' }), user: userEvent.setup() };
}
const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).queryAllByRole('gridcell')[0]?.textContent ?? row.textContent);
const chosen = () => screen.getByRole('row', { selected: true }).textContent;

describe('By keyboard', () => {
  it('Tab chooses the first row, arrows, Home, End and pages go on from there', async () => {
    const { user } = show();
    await user.tab();
    expect(chosen()).toContain('delta');
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(chosen()).toContain('charlie');
    await user.keyboard('{End}{ArrowDown}');
    expect(chosen()).toContain('bravo');
    await user.keyboard('{Home}{ArrowUp}');
    expect(chosen()).toContain('delta');
    await user.keyboard('{PageDown}');
    expect(chosen()).toContain('bravo');
  });

  it('is told which row is chosen', async () => {
    const { grid, user } = show();
    await user.tab();
    await user.keyboard('{ArrowDown}');
    const id = grid.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(id)?.textContent).toContain('alpha');
  });

  it('↵ opens, Space ticks, Del removes, C copies; other keys go past', async () => {
    const acts = { onOpen: vi.fn(), onToggle: vi.fn(), onRemove: vi.fn(), onCopy: vi.fn() };
    const { user } = show(acts);
    await user.tab();
    await user.keyboard('{Enter} {Delete}cx{Control>}c{/Control}');
    for (const act of Object.values(acts)) {
      expect(act).toHaveBeenCalledOnce();
      expect(act).toHaveBeenCalledWith(ROWS[0]);
    }
  });

  it('controls of the chosen row alone are stops of Tab, and Esc comes back from them', async () => {
    const onPress = vi.fn();
    const { grid, user } = show({
      columns: [
        ...columns,
        {
          id: 'act',
          head: 'Act',
          width: 80,
          render: ({ name }) => <Button onPress={onPress}>{`Mend ${name}`}</Button>,
        },
      ],
    });
    await user.tab();
    await user.keyboard('{ArrowDown}');
    // The head that sorts stands before the rows.
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Mend alpha' }));
    await user.keyboard('{Escape}');
    expect(document.activeElement).toBe(grid);
  });

  it('has the focus again when what had it went with its row', async () => {
    const props = { label: 'Items', columns, rowKey: ({ name }: Row) => name };
    const below = (row: Row) => (row.name === 'delta' ? <button type="button">Mend</button> : null);
    const { rerender } = render(<DataTable {...props} rows={ROWS} below={below} />);
    screen.getByRole('button', { name: 'Mend' }).focus();
    rerender(<DataTable {...props} rows={ROWS} below={() => null} />);
    expect(document.activeElement).toBe(screen.getByRole('grid'));
  });
});

describe('Rows', () => {
  it('that are faulty stand on top, whatever the sort', async () => {
    const { user } = show({
      rows: [...ROWS, makeRow('zulu', { isBad: true })],
      isFaulty: ({ isBad }) => isBad,
    });
    expect(names()[0]).toBe('zulu');
    await user.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['zulu', 'alpha', 'bravo', 'charlie', 'delta']);
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
    await user.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['zulu', 'delta', 'charlie', 'bravo', 'alpha']);
  });

  it('stand in groups that are no rows to choose', async () => {
    const { user } = show({
      rows: [makeRow('a', { kind: 'chart' }), makeRow('b'), makeRow('c', { kind: 'chart' })],
      groupOf: ({ kind }) => ({
        id: kind,
        title: kind === 'chart' ? 'Charts' : 'Images',
        count: kind === 'chart' ? 2 : 1,
      }),
    });
    expect(names()).toEqual(['Charts 2', 'a', 'c', 'Images 1', 'b']);
    await user.tab();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(chosen()).toContain('b');
    fireEvent.pointerDown(screen.getByText('Charts'));
    expect(chosen()).toContain('b');
  });

  it('are chosen by a press and opened by two', async () => {
    const onSelect = vi.fn();
    const onOpen = vi.fn();
    const { user } = show({ onSelect, onOpen });
    await user.dblClick(screen.getByText('charlie'));
    expect(onSelect).toHaveBeenCalledWith('charlie');
    expect(onOpen).toHaveBeenCalledWith(ROWS[2]);
  });

  it('have what is unfolded within them, and keep their number', () => {
    show({ below: ({ name }) => (name === 'alpha' ? 'It is not there.' : null) });
    const row = screen.getByText('It is not there.').closest('[role="row"]');
    expect(row?.textContent).toContain('alpha');
    expect(row?.getAttribute('aria-rowindex')).toBe('3');
  });

  it('are 10,000 to count, and a screenful on the page', () => {
    const { grid } = show({ rows: Array.from({ length: 10_000 }, (_, index) => makeRow(`row ${index}`)) });
    expect(grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(screen.getAllByRole('row').length).toBeLessThan(80);
  });

  it('that are none say so', () => {
    show({ rows: [], empty: 'Nothing is here.' });
    expect(screen.getByText('Nothing is here.')).toBeTruthy();
  });
});
