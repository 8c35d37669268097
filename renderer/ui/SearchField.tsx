// A field that narrows down what is shown.
import { Input, Label, SearchField as Field } from 'react-aria-components';
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
}

/** `/` finds the one that says so with `keys`. */
export function SearchField({ label, value, onChange, keys, placeholder, autoFocus }: SearchFieldProps) {
  return (
    <Field className={styles['field'] ?? ''} value={value} onChange={onChange}>
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
