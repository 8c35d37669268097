// The rows of a job as its events and its receipt make them.
import { describe, expect, it } from 'vitest';
import type { WireError } from '../../../shared/errors/wire.ts';
import { createItemRows } from '../../../electron/host/jobs/item-rows.ts';
import { DIGEST, makeReceipt } from './receipts.ts';

const plan = (...items: readonly string[]) => ({
  kind: 'plan' as const,
  items: items.map((item) => ({ item, itemKind: 'image' as const, bytes: 100 })),
});

describe('item rows', () => {
  it('keep their place, and tell what changed once', () => {
    const rows = createItemRows({ isRead: false });
    rows.report(plan('a', 'b'));
    expect(rows.takeChanged().map(({ index, item }) => [index, item.item, item.state])).toEqual([
      [0, 'a', 'queued'],
      [1, 'b', 'queued'],
    ]);
    rows.report({ kind: 'item', item: 'b', state: 'running' });
    rows.report({ kind: 'item', item: 'b', state: 'running' });
    rows.report({ kind: 'bytes', bytes: 30, item: 'b' });
    rows.report({ kind: 'bytes', bytes: 20, item: 'a' });
    expect(rows.takeChanged()).toMatchObject([{ index: 1, item: { state: 'running', doneBytes: 30 } }]);
    expect(rows.takeMoved()).toEqual([[0, 20, 0]]);
    expect(rows.takeChanged()).toEqual([]);
    expect(rows.takeMoved()).toEqual([]);
  });

  it('tell how much of what is done had no need to move', () => {
    const rows = createItemRows({ isRead: false });
    rows.report(plan('a'));
    rows.takeChanged();
    rows.report({ kind: 'bytes', bytes: 30, item: 'a', present: true });
    rows.report({ kind: 'bytes', bytes: 20, item: 'a' });
    expect(rows.takeMoved()).toEqual([[0, 50, 30]]);
  });

  it('do not count bytes that were moved again', () => {
    const rows = createItemRows({ isRead: false });
    rows.report({ kind: 'bytes', bytes: 30, item: 'b', resent: true });
    expect(rows.rows).toEqual([]);
  });

  it('end as the receipt says, with the worst of an item that has several names', () => {
    const receipt = makeReceipt(1);
    const [first] = receipt.items;
    if (first === undefined) throw new Error('no item');
    const error: WireError = {
      code: 'DENIED',
      message: 'No.',
      side: 'target',
      remedy: '',
      details: {},
      causes: [],
    };
    const rows = createItemRows({ isRead: false });
    rows.report(plan('a', 'chart x', 'image x'));
    rows.conclude({
      ...receipt,
      items: [
        { ...first, item: 'a', outcome: 'failed', error },
        { ...first, item: 'a' },
        { ...first, kind: 'chart', item: 'x', outcome: 'present' },
        { ...first, kind: 'image', item: 'x' },
        { ...first, item: 'z', attachedTo: DIGEST },
      ],
    });
    expect(rows.rows.map(({ item, state, error: why }) => [item, state, why?.code])).toEqual([
      ['a', 'failed', 'DENIED'],
      ['chart x', 'present', undefined],
      ['image x', 'done', undefined],
    ]);
  });

  it('are done where they were only to be read and are there', () => {
    const receipt = makeReceipt(1);
    const rows = createItemRows({ isRead: true });
    rows.conclude({ ...receipt, items: receipt.items.map((item) => ({ ...item, outcome: 'present' })) });
    expect(rows.rows.map(({ state }) => state)).toEqual(['done']);
  });
});
