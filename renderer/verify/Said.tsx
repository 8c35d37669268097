// What is said under the row that is chosen: terms, and a line or more for each.
import { Fragment } from 'react';
import styles from './Verify.module.css';

interface SaidProps {
  readonly facts: readonly {
    readonly term: string;
    readonly lines: readonly string[];
    readonly isCode?: boolean;
  }[];
}

export function Said({ facts }: SaidProps) {
  return (
    <dl className={styles['said']}>
      {facts.map(({ term, lines, isCode }) => (
        <Fragment key={term}>
          <dt>{term}</dt>
          <dd>
            {lines.map((line) =>
              isCode === true ? <code key={line}>{line}</code> : <span key={line}>{line}</span>,
            )}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
