// A section of the bundle panel: a data plate.
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './Plate.module.css';

interface Fact {
  readonly term: string;
  readonly value: ReactNode;
  readonly isNumber?: boolean;
}

interface PlateProps {
  readonly title?: string;
  readonly facts: readonly Fact[];
  readonly notes?: readonly ReactNode[];
  /** Between the facts and the notes. */
  readonly children?: ReactNode;
}

export function Plate({ title, facts, notes = [], children }: PlateProps) {
  const areNumbers = facts.length > 0 && facts.every(({ isNumber }) => isNumber === true);
  return (
    <section className={styles['plate']}>
      {title !== undefined && <h2>{title}</h2>}
      {facts.length > 0 && (
        <dl className={classes(areNumbers && styles['numbers'])}>
          {facts.map(({ term, value, isNumber }) => (
            <div key={term} className={styles['fact']}>
              <dt>{term}</dt>
              <dd className={classes(isNumber === true && styles['number'])}>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
      {notes.map((note, index) => (
        <p key={index}>{note}</p>
      ))}
    </section>
  );
}
