// A field for text of several lines.
import { Label, TextArea as Area, TextField } from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './Field.module.css';

interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
  readonly rows?: number;
}

export function TextArea({ label, value, onChange, hideLabel, placeholder, rows = 6 }: TextAreaProps) {
  return (
    <TextField className={styles['field'] ?? ''} value={value} onChange={onChange}>
      <Label className={hideLabel === true ? (styles['hidden'] ?? '') : (styles['label'] ?? '')}>
        {label}
      </Label>
      <Area
        className={classes(styles['area'], styles['mono'])}
        rows={rows}
        spellCheck={false}
        placeholder={placeholder ?? ''}
      />
    </TextField>
  );
}
