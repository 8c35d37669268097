import { describe, expect, test } from 'vitest';
import { countRows, judgeRows, nameProblem } from '../../../renderer/import/mapping.ts';
import type { Choices } from '../../../renderer/import/mapping.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { MappingRow } from '../../../shared/format/results.ts';

const digest = (hex: string) => `sha256:${hex.repeat(64)}` as Digest;
const row = (item: string, over: Partial<MappingRow> = {}): MappingRow => ({
  kind: 'image',
  item,
  target: `harbor.plant.example/team/${item.split('/').at(-1) ?? item}`,
  digest: digest('a'),
  there: 'nothing',
  ...over,
});
const choices = (over: Partial<Choices> = {}): Choices => ({
  tags: 'ask',
  renamed: {},
  left: [],
  decided: {},
  ...over,
});

describe('the mapping of an import', () => {
  test('calls a free name to push and one with the same bytes already there', () => {
    const judged = judgeRows([row('q/a:1'), row('q/b:1', { there: 'same' })], 'team', choices());
    expect(judged.map(({ state }) => state)).toEqual(['toPush', 'present']);
    expect(judged[0]?.name).toBe('team/a:1');
  });

  test('calls a name that stands for something else a conflict until somebody decides', () => {
    const rows = [row('q/a:1', { there: 'other', thereDigest: digest('b') })];
    const state = (over: Partial<Choices>) => judgeRows(rows, 'team', choices(over))[0]?.state;
    expect(state({})).toBe('conflict');
    expect(state({ tags: 'fail' })).toBe('conflict');
    expect(state({ tags: 'overwrite' })).toBe('overwrite');
    expect(state({ tags: 'skip' })).toBe('left');
    expect(state({ decided: { 'image q/a:1': 'overwrite' } })).toBe('overwrite');
    expect(state({ tags: 'overwrite', decided: { 'image q/a:1': 'skip' } })).toBe('left');
  });

  test('marks both of two items that want one name, and neither once one has another', () => {
    const rows = [row('q/a:1'), row('r/a:1', { digest: digest('c') })];
    const before = judgeRows(rows, 'team', choices());
    expect(before.map(({ state, rivals }) => [state, rivals])).toEqual([
      ['conflict', ['r/a:1']],
      ['conflict', ['q/a:1']],
    ]);
    const after = judgeRows(rows, 'team', choices({ renamed: { 'image r/a:1': 'other/a:1' } }));
    expect(after.map(({ state, name }) => [state, name])).toEqual([
      ['toPush', 'team/a:1'],
      ['notLooked', 'team/other/a:1'],
    ]);
  });

  test('lets one name stand for one content twice', () => {
    const judged = judgeRows([row('q/a:1'), row('r/a:1')], 'team', choices());
    expect(judged.every(({ state }) => state === 'toPush')).toBe(true);
  });

  test('ends a conflict where one of the two stays out', () => {
    const rows = [row('q/a:1'), row('r/a:1', { digest: digest('c') })];
    const judged = judgeRows(rows, 'team', choices({ left: ['image r/a:1'] }));
    expect(judged.map(({ state }) => state)).toEqual(['toPush', 'left']);
  });

  test('counts items, not what is attached to them', () => {
    const rows = [row('q/a:1'), row('q/a:1', { attachedTo: digest('a'), there: 'same' })];
    expect(countRows(judgeRows(rows, 'team', choices()))).toMatchObject({ all: 1, toPush: 1, present: 0 });
  });

  test('says what is wrong with a name before it is used', () => {
    expect(nameProblem('team/app:1.0')).toBeUndefined();
    expect(nameProblem('team/app')).toBeUndefined();
    expect(nameProblem(' ')).toBe('empty');
    expect(nameProblem('Team/app:1')).toBe('path');
    expect(nameProblem('team//app:1')).toBe('path');
    expect(nameProblem('team/app:-1')).toBe('tag');
    expect(nameProblem('host:5000/app')).toBe('path');
  });
});
