// One name at the target while it is edited: ↵ keeps it, Esc drops it.
import { useState } from 'react';
import { importTexts } from '../texts/import.ts';
import { TextField } from '../ui/TextField.tsx';
import styles from './Import.module.css';
import { nameProblem } from './mapping.ts';
import type { JudgedRow } from './mapping.ts';

interface NameFieldProps {
  readonly row: JudgedRow;
  readonly prefix: string;
  /** Undefined: dropped. Without the prefix. */
  readonly onDone: (name: string | undefined) => void;
}

const words = importTexts.mapping;

export function NameField({ row, prefix, onDone }: NameFieldProps) {
  const before = prefix === '' ? '' : `${prefix}/`;
  const [name, setName] = useState(row.name.startsWith(before) ? row.name.slice(before.length) : row.name);
  const problem = nameProblem(name);
  return (
    <div
      className={styles['edit']}
      role="presentation"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onDone(undefined);
      }}
    >
      <TextField
        label={words.name(row.row.item)}
        hideLabel
        autoFocus
        value={name}
        onChange={setName}
        error={problem === undefined ? undefined : words.nameProblems[problem]}
        onSubmit={() => {
          if (problem === undefined) onDone(name);
        }}
      />
    </div>
  );
}
