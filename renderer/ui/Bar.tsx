// A bar: solid where it runs, dashed where it waits, red where it failed, green where it is done.
import { partTexts } from '../texts/parts.ts';
import styles from './Bar.module.css';
import { classes } from './classes.ts';

interface BarProps {
  /** 0 to 1; null where nobody knows how much there is. */
  readonly share: number | null;
  readonly state: 'runs' | 'waits' | 'failed' | 'done';
  readonly isTall?: boolean;
  readonly label?: string;
}

export function Bar({ share, state, isTall = false, label }: BarProps) {
  const percent = share === null ? 0 : Math.max(0, Math.min(100, share * 100));
  return (
    <span
      role="progressbar"
      aria-label={label ?? partTexts.progress}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.floor(percent) })}
      className={classes(styles['bar'], styles[state], isTall && styles['tall'])}
    >
      <span className={styles['done']} style={{ width: `${percent}%` }} />
    </span>
  );
}
