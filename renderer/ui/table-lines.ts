// The lines of a table in the order they are shown: faulty rows first, then groups or one sorted run.
import type { Group } from './DataTable.tsx';

export type Line<Row> =
  | { readonly kind: 'row'; readonly key: string; readonly row: Row }
  | { readonly kind: 'group'; readonly key: string; readonly group: Group };

interface Order<Row> {
  readonly rowKey: (row: Row) => string;
  readonly groupOf: ((row: Row) => Group) | undefined;
  readonly isFaulty: ((row: Row) => boolean) | undefined;
  readonly compare: ((a: Row, b: Row) => number) | undefined;
  readonly isDescending: boolean;
}

/** Groups keep the order in which their first rows come. */
export function linesOf<Row>(rows: readonly Row[], order: Order<Row>): readonly Line<Row>[] {
  const { rowKey, groupOf, isFaulty, compare, isDescending } = order;
  const faulty = isFaulty === undefined ? [] : rows.filter((row) => isFaulty(row));
  const others = isFaulty === undefined ? rows : rows.filter((row) => !isFaulty(row));
  const sorted = (some: readonly Row[]): readonly Row[] => {
    if (compare === undefined) return some;
    return some.toSorted((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  };
  const lineOf = (row: Row): Line<Row> => ({ kind: 'row', key: rowKey(row), row });
  if (groupOf === undefined) return [...sorted(faulty), ...sorted(others)].map(lineOf);
  const groups = new Map<string, { readonly group: Group; readonly rows: Row[] }>();
  for (const row of others) {
    const group = groupOf(row);
    const known = groups.get(group.id);
    if (known === undefined) groups.set(group.id, { group, rows: [row] });
    else known.rows.push(row);
  }
  return [
    ...sorted(faulty).map(lineOf),
    ...[...groups.values()].flatMap(({ group, rows: members }): Line<Row>[] => [
      { kind: 'group', key: `group ${group.id}`, group },
      ...sorted(members).map(lineOf),
    ]),
  ];
}
