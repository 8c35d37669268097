// One of a few, folded away.
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as Choice,
  SelectValue,
} from 'react-aria-components';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

interface Option<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly icon?: IconName;
}

interface SelectProps<Id extends string> {
  readonly label: string;
  readonly value: Id;
  readonly onChange: (value: Id) => void;
  readonly options: readonly Option<Id>[];
  readonly hideLabel?: boolean;
  readonly isDisabled?: boolean;
}

export function Select<Id extends string>(props: SelectProps<Id>) {
  const { label, value, onChange, options, hideLabel, isDisabled = false } = props;
  return (
    <Choice
      className={styles['field'] ?? ''}
      value={value}
      isDisabled={isDisabled}
      onChange={(key) => {
        const chosen = options.find(({ id }) => id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel === true ? (styles['hidden'] ?? '') : (styles['label'] ?? '')}>
        {label}
      </Label>
      <Button className={styles['select'] ?? ''}>
        <SelectValue className={styles['value'] ?? ''} />
        <Icon name="open" size={14} />
      </Button>
      <Popover className={styles['popover'] ?? ''} offset={2}>
        <ListBox className={styles['options'] ?? ''} items={options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={styles['option'] ?? ''}>
              {option.icon !== undefined && <Icon name={option.icon} />}
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Choice>
  );
}
