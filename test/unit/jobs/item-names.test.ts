import { expect, it } from 'vitest';
import { nameItems, planOf } from '../../../electron/engine/jobs/item-names.ts';

const item = (kind: 'image' | 'chart' | 'file', reference: string) => ({ kind, reference });

it('calls an item by its reference, and by its kind too where another kind has that reference', () => {
  const items = [item('image', 'a:1'), item('chart', 'b:1'), item('image', 'b:1')];
  const names = nameItems(items, ({ reference }) => reference);
  expect([...names.values()]).toEqual(['a:1', 'chart b:1', 'image b:1']);
});

it('plans each name once, with its kind and what it needs', () => {
  const items = [item('image', 'a:1'), item('image', 'a:1'), item('file', 'f')];
  const names = nameItems(items, ({ reference }) => reference);
  expect(planOf(names, ({ reference }) => reference.length)).toEqual({
    kind: 'plan',
    items: [
      { item: 'a:1', itemKind: 'image', bytes: 3 },
      { item: 'f', itemKind: 'file', bytes: 1 },
    ],
  });
});
