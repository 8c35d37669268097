// A button: one primary a screen, the others plain, quiet, or red where they take something away.
import { useContext, useEffect, useRef } from 'react';
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
  const { pressable, takeVoid } = useVoidPress();
  const onClick = ({ detail }: MouseEvent) => {
    const isSameAgain = variant !== 'primary' && clickedAs.current === children;
    if (detail > 1 && !isSameAgain) return;
    if (detail === 0 && takeVoid()) return;
    clickedAs.current = children;
    onPress();
  };
  return (
    <Pressable
      ref={pressable}
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

/**
 * React Aria clicks by itself where a press brought no click, also where the button was disabled when the pointer went down on
 * it. By then it may be another button. `takeVoid` says once whether the last press was such a one.
 */
function useVoidPress() {
  const pressable = useRef<HTMLButtonElement>(null);
  const isVoid = useRef(false);
  useEffect(() => {
    const button = pressable.current;
    const onDown = () => {
      isVoid.current = button?.disabled === true;
    };
    // What keys press is meant, whatever a pointer did before.
    const onKey = () => {
      isVoid.current = false;
    };
    button?.addEventListener('pointerdown', onDown, { capture: true });
    button?.addEventListener('keydown', onKey, { capture: true });
    return () => {
      button?.removeEventListener('pointerdown', onDown, { capture: true });
      button?.removeEventListener('keydown', onKey, { capture: true });
    };
  }, []);
  const takeVoid = (): boolean => {
    const was = isVoid.current;
    isVoid.current = false;
    return was;
  };
  return { pressable, takeVoid };
}
