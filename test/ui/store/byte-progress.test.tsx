// Holds ticks to what they show: the bar of the row that moved, and nothing around it.
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  dropProgress,
  tellProgress,
  useItemBytes,
  useItemRate,
  useJobNumbers,
  useSamples,
} from '../../../renderer/store/byte-progress.ts';
import { makeJob } from '../pack/make-pack.ts';

const { numbers } = makeJob('j', 'pack');
const tick = (
  at: number,
  items: readonly (readonly [index: number, bytes: number, present?: number])[] = [],
  bytesPerSecond = 1,
) =>
  act(() =>
    tellProgress({
      job: 'j',
      at,
      numbers: { ...numbers, bytesPerSecond },
      items: items.map(([index, bytes, present = 0]) => [index, bytes, present]),
    }),
  );

let renders: Record<string, number>;
beforeEach(() => {
  dropProgress('j');
  renders = {};
});
afterEach(cleanup);

function Counted({ name, value }: { readonly name: string; readonly value: unknown }) {
  renders[name] = (renders[name] ?? 0) + 1;
  return <p>{`${name} ${String(value)}`}</p>;
}
function Row({ index }: { readonly index: number }) {
  return <Counted name={`row-${index}`} value={useItemBytes('j', index)} />;
}
function Numbers() {
  return <Counted name="numbers" value={useJobNumbers('j')?.bytesPerSecond} />;
}
function Plot() {
  return <Counted name="plot" value={useSamples('j').length} />;
}
function Table() {
  renders['table'] = (renders['table'] ?? 0) + 1;
  return [0, 1, 2].map((index) => <Row key={index} index={index} />);
}

it('A tick draws one row and the numbers again, not the table', () => {
  render(<Table />);
  render(<Numbers />);
  for (let at = 0; at < 10; at += 1) tick(at * 100, [[1, at]], at);
  expect(screen.getByText('row-1 9')).toBeTruthy();
  expect(renders['table']).toBe(1);
  expect(renders['row-0']).toBe(1);
  expect(renders['row-2']).toBe(1);
  expect(renders['row-1']).toBe(11);
});

it('The plot is drawn again twice a second at most, and keeps ten minutes', () => {
  render(<Plot />);
  for (let at = 0; at < 2000; at += 100) tick(at);
  expect(screen.getByText('plot 4')).toBeTruthy();
  expect(renders['plot']).toBe(5);
  for (let at = 0; at < 1300; at += 1) tellProgress({ job: 'j', at: 2000 + at * 500, numbers, items: [] });
  tick(2000 + 1300 * 500);
  expect(screen.getByText('plot 1200')).toBeTruthy();
});

it('The plot begins with what moves first, not with the time before', () => {
  render(<Plot />);
  for (let at = 0; at < 2000; at += 100) tick(at, [], 0);
  expect(screen.getByText('plot 0')).toBeTruthy();
  tick(2000, [], 5);
  tick(2500, [], 0);
  expect(screen.getByText('plot 2')).toBeTruthy();
});

function Speed({ index }: { readonly index: number }) {
  return <Counted name={`speed-${index}`} value={useItemRate('j', index)} />;
}

it('An item has the speed of the last three seconds, told twice a second, and none when it stands still', () => {
  render(<Speed index={1} />);
  render(<Speed index={2} />);
  for (let at = 0; at <= 2000; at += 100) tick(at, [[1, at * 10]]);
  expect(screen.getByText('speed-1 10000')).toBeTruthy();
  expect(renders['speed-1']).toBeLessThanOrEqual(5);
  for (let at = 2100; at <= 8000; at += 100) tick(at, [[1, 20_000 + (at - 2000) * 2]]);
  expect(screen.getByText('speed-1 2000')).toBeTruthy();
  for (let at = 8500; at <= 12_000; at += 500) tick(at);
  expect(screen.getByText('speed-1 undefined')).toBeTruthy();
  tick(20_000, [[2, 450]]);
  tick(21_000);
  expect(screen.getByText('speed-2 undefined')).toBeTruthy();
  expect(renders['speed-2']).toBe(1);
});

it('What was there already has no speed', () => {
  render(<Speed index={1} />);
  for (let at = 0; at <= 1000; at += 100) tick(at, [[1, at * 1000, at * 999]]);
  expect(screen.getByText('speed-1 1000')).toBeTruthy();
});
