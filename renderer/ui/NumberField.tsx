// A field for a number within bounds; empty stands for no number where that is allowed.
import { useState } from 'react';
import { partTexts } from '../texts/parts.ts';
import { TextField } from './TextField.tsx';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  /** Hears only what lies within the bounds. */
  readonly onChange: (value: number | null) => void;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly hideLabel?: boolean;
  /** Whether empty is a value. */
  readonly mayBeEmpty?: boolean;
}

export function NumberField(props: NumberFieldProps) {
  const { label, value, onChange, min, max, unit, placeholder, hideLabel, mayBeEmpty = false } = props;
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === null ? '' : String(value));
  const problem = problemOf(shown, min, max, mayBeEmpty);
  return (
    <TextField
      label={label}
      {...(hideLabel === undefined ? {} : { hideLabel })}
      value={shown}
      {...(unit === undefined ? {} : { suffix: unit })}
      {...(placeholder === undefined ? {} : { placeholder })}
      error={problem}
      onChange={(next) => {
        setText(next);
        if (problemOf(next, min, max, mayBeEmpty) !== undefined) return;
        setText(null);
        onChange(next.trim() === '' ? null : Number(next));
      }}
    />
  );
}

function problemOf(text: string, min: number, max: number, mayBeEmpty: boolean): string | undefined {
  if (text.trim() === '') return mayBeEmpty ? undefined : partTexts.between(min, max);
  const number = Number(text);
  return /^\d+(?:\.\d+)?$/.test(text.trim()) && number >= min && number <= max
    ? undefined
    : partTexts.between(min, max);
}
