// Which desk is on the screen, and what it was asked to do when the operator was sent there.
import { create } from 'zustand';

export const DESKS = ['pack', 'verify', 'import', 'serve', 'history', 'settings'] as const;
export type DeskName = (typeof DESKS)[number];

export interface Intent {
  /** Files, lists or bundles to open at the desk. */
  readonly paths?: readonly string[];
  /** A job to show. */
  readonly job?: string;
  /** A part of the desk: a section of Settings. */
  readonly section?: string;
}

interface Navigation {
  readonly desk: DeskName;
  /** For the desk on the screen; `takeIntent` hands it over once. */
  readonly intent: Intent | null;
  readonly go: (desk: DeskName, intent?: Intent) => void;
}

export const useNavigation = create<Navigation>()((set) => ({
  desk: 'pack',
  intent: null,
  go: (desk, intent) => set({ desk, intent: intent ?? null }),
}));

/** The intent, if there is one, taken off. */
export function takeIntent(): Intent | null {
  const { intent } = useNavigation.getState();
  if (intent !== null) useNavigation.setState({ intent: null });
  return intent;
}
