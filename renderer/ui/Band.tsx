// How it ended: one look, one sentence, two facts.
import type { ReactNode } from 'react';
import styles from './Band.module.css';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';

interface BandProps {
  readonly kind: 'ok' | 'warn' | 'fail';
  readonly title: string;
  readonly sentence: ReactNode;
  readonly facts: readonly ReactNode[];
}

const ICONS = { ok: 'done', warn: 'alert', fail: 'octagon' } as const;

export function Band({ kind, title, sentence, facts }: BandProps) {
  return (
    <section className={classes(styles['band'], styles[kind])}>
      <Icon name={ICONS[kind]} size={40} />
      <div>
        <h2>{title}</h2>
        <p>{sentence}</p>
      </div>
      <ul className={styles['facts']}>
        {facts.map((fact, index) => (
          <li key={index}>{fact}</li>
        ))}
      </ul>
    </section>
  );
}
