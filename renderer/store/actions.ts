// Everything an operator can have done, by name: one definition feeds the palette, the menu and the keys.
import { useEffect, useRef } from 'react';
import { create } from 'zustand';

export interface Action {
  /** `pack.lock`, `go.verify`. */
  readonly id: string;
  readonly label: string;
  /** An icon's name in ui/Icon. */
  readonly icon?: string;
  /** `Ctrl P`, `B`, `F6`; `Mod` stands for Ctrl, and for ⌘ on macOS. */
  readonly keys?: string;
  readonly section: 'commands' | 'items' | 'settings';
  /** What it is about, in grey beside the label. */
  readonly about?: string;
  /** True, or why it cannot be done now. */
  readonly isEnabled?: () => true | string;
  readonly run: () => void;
}

interface Actions {
  readonly actions: readonly Action[];
}

export const useActionList = create<Actions>()(() => ({ actions: [] }));

/** Adds actions until the returned function is called. The newest of an id counts. */
export function registerActions(actions: readonly Action[]): () => void {
  useActionList.setState((state) => ({ actions: [...state.actions, ...actions] }));
  return () => {
    const gone = new Set(actions);
    useActionList.setState((state) => ({ actions: state.actions.filter((action) => !gone.has(action)) }));
  };
}

/** Actions for as long as a screen is there. `run` and `isEnabled` are those of the latest render. */
export function useActions(actions: readonly Action[]): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const shape = actions
    .map(({ id, label, keys, about }) => [id, label, keys, about].join('\u0000'))
    .join('\u0001');
  useEffect(() => {
    if (shape === '') return undefined;
    const now = (id: string) => latest.current.find((action) => action.id === id);
    return registerActions(
      latest.current.map((action) => ({
        ...action,
        isEnabled: () => now(action.id)?.isEnabled?.() ?? true,
        run: () => now(action.id)?.run(),
      })),
    );
  }, [shape]);
}

/** Every action once, the newest definition of each id. */
export function currentActions(): readonly Action[] {
  return [...new Map(useActionList.getState().actions.map((action) => [action.id, action])).values()];
}

/** Runs an action by its id, if it is there and can be done now. */
export function runAction(id: string): boolean {
  const action = currentActions().findLast((each) => each.id === id);
  if (action === undefined || (action.isEnabled?.() ?? true) !== true) return false;
  action.run();
  return true;
}
