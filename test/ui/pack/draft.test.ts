// Holds the contents of a bundle to what they promise while they are gathered.
import { describe, expect, it } from 'vitest';
import {
  addFound,
  countTabs,
  faulty,
  nameProblem,
  newContents,
  ownPlatforms,
  removeRows,
  replaceRow,
  rowsOf,
  tickRows,
  whatGoes,
} from '../../../renderer/pack/draft.ts';
import type { Contents } from '../../../renderer/pack/draft.ts';
import { platformChoices, withIndex, withPlatforms } from '../../../renderer/pack/index-choice.ts';
import { makeError, makeFound, makeItem } from './make-pack.ts';

const EMPTY: Contents = newContents(new Date('2026-11-19T14:00:00'));

const contentsOf = (...references: string[]): Contents =>
  addFound(EMPTY, makeFound(references.map((reference) => makeItem(reference)))).contents;

const LIST = {
  path: '/lists/plant.yaml',
  name: 'plant',
  platforms: ['linux/arm64'],
  index: 'child' as const,
  rest: { sources: [{ prefix: 'a/', from: 'b/' }] },
  left: [],
};

describe('the contents of a bundle', () => {
  it('have a name that a bundle may have from the beginning', () => {
    expect(EMPTY.draft.name).toBe('transfer-2026-11-19-1400');
    expect(nameProblem(EMPTY.draft.name)).toBeNull();
  });

  it('take the same reference once, and say that it was there', () => {
    const added = addFound(
      contentsOf('quay.io/a:1'),
      makeFound([makeItem('quay.io/a:1'), makeItem('quay.io/b:1')]),
    );
    expect(added.keys).toEqual(['image quay.io/b:1']);
    expect(added.known).toBe(1);
    expect(added.contents.draft.items).toHaveLength(2);
  });

  it('become the list that is opened into them, with its name, platforms and sources', () => {
    const { contents, opened } = addFound(EMPTY, makeFound([makeItem('quay.io/a:1')], { list: LIST }));
    expect(opened).toBe('/lists/plant.yaml');
    expect(contents.draft).toMatchObject({ name: 'plant', platforms: ['linux/arm64'], rest: LIST.rest });
  });

  it('keep their own name when a second list joins, and the platforms that its images had', () => {
    const { contents, opened } = addFound(
      contentsOf('quay.io/a:1'),
      makeFound([makeItem('quay.io/b:1'), makeItem('quay.io/c:1', { entry: { ref: 'c', index: 'keep' } })], {
        list: LIST,
      }),
    );
    expect(opened).toBeNull();
    expect(contents.draft.name).toBe('transfer-2026-11-19-1400');
    expect(contents.draft.items[1]?.entry).toMatchObject({ platforms: ['linux/arm64'], index: 'child' });
    expect(contents.draft.items[2]?.entry).toEqual({ ref: 'c', index: 'keep' });
    expect(contents.draft.rest).toEqual(LIST.rest);
  });

  it('join the sources of two lists, ours first', () => {
    const first = addFound(EMPTY, makeFound([makeItem('a:1')], { list: LIST })).contents;
    const other = { ...LIST, rest: { sources: [{ prefix: 'c/', from: 'd/' }] } };
    expect(addFound(first, makeFound([], { list: other })).contents.draft.rest).toEqual({
      sources: [...LIST.rest.sources, ...other.rest.sources],
    });
  });

  it('leave rows out without losing them, and forget it when the row goes', () => {
    const left = tickRows(contentsOf('a:1', 'b:1'), ['image a:1'], false);
    expect(whatGoes(left).items.map(({ reference }) => reference)).toEqual(['b:1']);
    expect(left.draft.items).toHaveLength(2);
    expect(whatGoes(tickRows(left, ['image a:1'], true)).items).toHaveLength(2);
    expect(removeRows(left, ['image a:1']).left.size).toBe(0);
  });

  it('are kept from the lock by a faulty row only while it goes', () => {
    const { contents } = addFound(
      EMPTY,
      makeFound([makeItem('a:1'), makeItem('B::1', { problem: makeError() })]),
    );
    expect(faulty(contents).map(({ reference }) => reference)).toEqual(['B::1']);
    expect(faulty(tickRows(contents, ['image B::1'], false))).toEqual([]);
  });

  it('put a corrected reference where the faulty one stood', () => {
    const changed = replaceRow(contentsOf('a:1', 'b::1', 'c:1'), 'image b::1', makeFound([makeItem('b:1')]));
    expect(changed?.draft.items.map(({ reference }) => reference)).toEqual(['a:1', 'b:1', 'c:1']);
    expect(replaceRow(contentsOf('a:1'), 'image a:1', makeFound([]))).toBeNull();
  });

  it('show charts, then files, then images, of the tab that hold every word of the filter', () => {
    const { draft } = addFound(
      EMPTY,
      makeFound([
        makeItem('quay.io/plant/app:1'),
        makeItem('plant.tgz', { kind: 'file', why: 'dropped' }),
        makeItem('charts/plant:1', { kind: 'chart' }),
        makeItem('Q:', { problem: makeError() }),
      ]),
    ).contents;
    expect(rowsOf(draft, 'all', '').map(({ kind }) => kind)).toEqual(['chart', 'file', 'image', 'image']);
    expect(rowsOf(draft, 'all', 'PLANT dropped').map(({ reference }) => reference)).toEqual(['plant.tgz']);
    expect(rowsOf(draft, 'look', '')).toHaveLength(1);
    expect(countTabs(draft)).toEqual({ all: 4, image: 2, chart: 1, file: 1, look: 1 });
  });

  it('say the platforms of a row that has its own', () => {
    expect(ownPlatforms(makeItem('a:1'))).toBeNull();
    expect(ownPlatforms(makeItem('a:1', { entry: { index: 'keep' } }))).toBe('all');
    expect(ownPlatforms(makeItem('a:1', { entry: { platforms: ['linux/amd64', 'windows/amd64'] } }))).toBe(
      'amd64, windows/amd64',
    );
  });
});

describe('the name of a bundle', () => {
  it.each([
    ['', 'empty'],
    ['Plant', 'letters'],
    ['a b', 'letters'],
    ['-plant', 'letters'],
    ['plant.', 'dot'],
    ['con', 'reserved'],
    ['lpt1.x', 'reserved'],
    ['plant-2.1_b', null],
    ['a'.repeat(65), 'letters'],
  ])('%j is judged as %s', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });
});

describe('platforms and indexes', () => {
  const draft = { platforms: ['linux/amd64'], index: 'child' as const };

  it('follow from each other, so that no list is made that the lock refuses', () => {
    expect(withPlatforms(draft, [])).toEqual({ platforms: [], index: 'keep' });
    expect(withPlatforms(draft, ['linux/amd64', 'linux/arm64']).index).toBe('rewrite');
    expect(withPlatforms({ platforms: [], index: 'keep' }, ['linux/arm64']).index).toBe('child');
    expect(withIndex(draft, 'keep')).toEqual({ platforms: [], index: 'keep' });
    expect(withIndex({ platforms: [], index: 'keep' }, 'child').platforms).toEqual(['linux/amd64']);
    expect(
      withIndex({ platforms: ['linux/arm64', 'linux/amd64'], index: 'rewrite' }, 'child').platforms,
    ).toEqual(['linux/arm64']);
  });

  it('offer what a list names beside what is usual', () => {
    expect(platformChoices(draft)).toHaveLength(4);
    expect(platformChoices({ platforms: ['windows/amd64'], index: 'child' })).toContainEqual([
      'windows/amd64',
    ]);
  });
});
