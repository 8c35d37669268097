// A tick, with what it costs beside it.
import { useContext } from 'react';
import type { ReactNode } from 'react';
import { Checkbox as Tick } from 'react-aria-components';
import styles from './Checkbox.module.css';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import { TabStop } from './tab-stop.ts';

interface CheckboxProps {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isIndeterminate?: boolean;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
  /** The words are told, not shown: a column of ticks. */
  readonly hideLabel?: boolean;
}

export function Checkbox(props: CheckboxProps) {
  const isTabStop = useContext(TabStop);
  const {
    isSelected,
    onChange,
    isIndeterminate = false,
    isDisabled = false,
    children,
    hint,
    hideLabel,
  } = props;
  return (
    <Tick
      className={styles['tick'] ?? ''}
      isSelected={isSelected}
      isIndeterminate={isIndeterminate}
      isDisabled={isDisabled}
      excludeFromTabOrder={!isTabStop}
      onChange={onChange}
    >
      <span className={styles['box']} aria-hidden="true">
        {isIndeterminate ? <Icon name="minus" size={12} /> : isSelected && <Icon name="check" size={12} />}
      </span>
      <span className={classes(hideLabel === true && styles['hidden'])}>
        {children}
        {hint !== undefined && <span className={styles['hint']}>{hint}</span>}
      </span>
    </Tick>
  );
}
