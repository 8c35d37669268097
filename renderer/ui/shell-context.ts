// What the frame of a screen asks of the shell around it.
import { createContext } from 'react';
import type { IconName } from './Icon.tsx';

export interface Primary {
  readonly label: string;
  readonly onPress: () => void;
  readonly icon?: IconName;
  /** Ctrl ↵ unless named. */
  readonly keys?: string;
  readonly isDisabled?: boolean;
}

export interface ShellParts {
  /** Whether the bundle panel lies open over the work, where the window is too narrow for both. */
  readonly isPanelOpen: boolean;
  /** Letters act outside of fields. */
  readonly hasLetterKeys: boolean;
  readonly togglePanel: () => void;
  /** The screen's one primary action, for its keys and the palette; null when the screen goes. */
  readonly offerPrimary: (primary: Primary | null) => void;
}

export const ShellContext = createContext<ShellParts>({
  isPanelOpen: false,
  hasLetterKeys: true,
  togglePanel: () => undefined,
  offerPrimary: () => undefined,
});
