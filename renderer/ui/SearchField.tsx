// A field that narrows down what is shown.
import { Input, Label, SearchField as Field } from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';
import { Keys } from './Keys.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly keys?: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  /** Small, as it stands beside tabs, unless it leads a screen. */
  readonly isLarge?: boolean;
}

/** `/` finds the one that says so with `keys`. */
export function SearchField(props: SearchFieldProps) {
  const { label, value, onChange, keys, placeholder, autoFocus, isLarge = false } = props;
  return (
    <Field
      className={classes(styles['field'], !isLarge && styles['small'])}
      value={value}
      onChange={onChange}
    >
      <Label className={styles['hidden'] ?? ''}>{label}</Label>
      <span className={styles['box']}>
        <Icon name="search" />
        <Input
          className={styles['input'] ?? ''}
          placeholder={placeholder ?? label}
          autoComplete="off"
          spellCheck={false}
          autoFocus={autoFocus ?? false}
          data-filter={keys === '/' ? '' : undefined}
        />
        {keys !== undefined && value === '' && <Keys keys={keys} />}
      </span>
    </Field>
  );
}
