// One of two or three, side by side.
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import styles from './Segmented.module.css';

interface SegmentedProps<Id extends string> {
  readonly label: string;
  readonly value: Id;
  readonly onChange: (value: Id) => void;
  readonly options: readonly { readonly id: Id; readonly label: string; readonly icon?: IconName }[];
  readonly isDisabled?: boolean;
}

export function Segmented<Id extends string>(props: SegmentedProps<Id>) {
  const { label, value, onChange, options, isDisabled = false } = props;
  return (
    <RadioGroup
      className={styles['group'] ?? ''}
      orientation="horizontal"
      value={value}
      isDisabled={isDisabled}
      onChange={(chosen) => {
        const option = options.find(({ id }) => id === chosen);
        if (option !== undefined) onChange(option.id);
      }}
    >
      <Label className={styles['hidden'] ?? ''}>{label}</Label>
      {options.map(({ id, label: word, icon }) => (
        <Radio key={id} value={id} className={styles['option'] ?? ''}>
          {icon !== undefined && <Icon name={icon} />}
          {word}
        </Radio>
      ))}
    </RadioGroup>
  );
}
