// A button: one primary a screen, the others plain, quiet, or red where they take something away.
import { useContext, useRef } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import { Button as Pressable } from 'react-aria-components';
import styles from './Button.module.css';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import { Keys } from './Keys.tsx';
import { TabStop } from './tab-stop.ts';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly size?: 'small';
  readonly icon?: IconName;
  /** Shown beside the words; what binds them is an action. */
  readonly keys?: string;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly ariaLabel?: string;
}

export function Button(props: ButtonProps) {
  const isTabStop = useContext(TabStop);
  const { children, onPress, variant = 'plain', size, icon, keys, isDisabled, autoFocus, ariaLabel } = props;
  const clickedAs = useRef<ReactNode>(undefined);
  /** The second half of a double click lands on whatever has come under the pointer since, and nobody chose that. */
  const onClick = ({ detail }: MouseEvent) => {
    const isSameAgain = variant !== 'primary' && clickedAs.current === children;
    if (detail > 1 && !isSameAgain) return;
    clickedAs.current = children;
    onPress();
  };
  return (
    <Pressable
      className={classes(styles['button'], styles[variant], size === 'small' && styles['small'])}
      data-variant={variant}
      onClick={onClick}
      isDisabled={isDisabled ?? false}
      excludeFromTabOrder={!isTabStop}
      autoFocus={autoFocus ?? false}
      {...(ariaLabel === undefined ? {} : { 'aria-label': ariaLabel })}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
      {keys !== undefined && <Keys keys={keys} isPlain />}
    </Pressable>
  );
}
