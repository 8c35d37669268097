// Keys as they are printed beside what they do: `Ctrl ↵`; ⌘ on macOS.
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
        <kbd key={key}>{key === 'Mod' || key === 'Ctrl' ? (isMac() ? '⌘' : 'Ctrl') : key}</kbd>
      ))}
    </span>
  );
}
