// Tables in plain text: aligned columns, no frames, so that they can be cut and searched.
import Table from 'cli-table3';

const FRAME_PARTS =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const NO_FRAME = Object.fromEntries(FRAME_PARTS.split(' ').map((part) => [part, '']));

/** Lines of a table with a head; columns named in `right` are numbers and stand to the right. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): readonly string[] {
  const table = new Table({
    head: [...head],
    chars: NO_FRAME,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colAligns: head.map((_, column) => (right.includes(column) ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => row.map(plain)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Names in a bundle are made by others: control characters would let them paint over the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}
