// Keys as they are printed beside what they do: `Ctrl ↵`; ⌘ on macOS.
import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import { isMac } from './platform.ts';
import styles from './Keys.module.css';

interface KeysProps {
  /** Parted by blanks; `Mod` stands for Ctrl, and for ⌘ on macOS. */
  readonly keys: string;
  /** Within a button: no frames. */
  readonly isPlain?: boolean;
}

export function Keys({ keys, isPlain = false }: KeysProps) {
  return (
    <span className={isPlain ? styles['plain'] : styles['keys']} aria-hidden="true">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{faceOf(key)}</kbd>
      ))}
    </span>
  );
}

/** The fonts have Latin letters alone; what stands on this key is drawn. */
function faceOf(key: string): ReactNode {
  if (key === 'Mod' || key === 'Ctrl') return isMac() ? '⌘' : 'Ctrl';
  return key === '↵' ? <Icon name="enter" size={12} /> : key;
}
