// A button that shows an icon alone; its name is told to who cannot see it, and on hover.
import { useContext } from 'react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import styles from './IconButton.module.css';
import { TabStop } from './tab-stop.ts';

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
  readonly size?: 'small';
  readonly isDisabled?: boolean;
}

export function IconButton({ icon, label, onPress, size, isDisabled = false }: IconButtonProps) {
  const isTabStop = useContext(TabStop);
  return (
    <TooltipTrigger delay={500}>
      <Button
        className={classes(styles['button'], size === 'small' && styles['small'])}
        aria-label={label}
        onPress={onPress}
        isDisabled={isDisabled}
        excludeFromTabOrder={!isTabStop}
      >
        <Icon name={icon} size={size === 'small' ? 14 : 16} />
      </Button>
      <Tooltip className={styles['tip'] ?? ''} offset={4}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
