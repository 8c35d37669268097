// Holds actions to their newest definition, and to saying why they cannot be done.
import { renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { currentActions, registerActions, runAction, useActions } from '../../../renderer/store/actions.ts';
import type { Action } from '../../../renderer/store/actions.ts';

const action = (change: Partial<Action> = {}): Action => ({
  id: 'a',
  label: 'Do it',
  section: 'commands',
  run: vi.fn(),
  ...change,
});

it('The newest of an id counts, until it goes', () => {
  const shell = action();
  const desk = action();
  const stopShell = registerActions([shell]);
  const stopDesk = registerActions([desk]);
  runAction('a');
  stopDesk();
  runAction('a');
  stopShell();
  expect(runAction('a')).toBe(false);
  expect([desk.run, shell.run].map((run) => vi.mocked(run).mock.calls.length)).toEqual([1, 1]);
});

it('What cannot be done now is not run', () => {
  const run = vi.fn();
  const stop = registerActions([action({ run, isEnabled: () => 'no bundle is open' })]);
  expect(runAction('a')).toBe(false);
  expect(run).not.toHaveBeenCalled();
  stop();
});

it('A screen’s actions are those of its latest render, and registered once', () => {
  const { rerender, unmount } = renderHook(({ run }: { run: () => void }) => useActions([action({ run })]), {
    initialProps: { run: vi.fn() },
  });
  const before = currentActions();
  const run = vi.fn();
  rerender({ run });
  expect(currentActions()).toEqual(before);
  runAction('a');
  expect(run).toHaveBeenCalledOnce();
  unmount();
  expect(currentActions()).toEqual([]);
});
