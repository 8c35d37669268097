// A connection test in stages, each standing on the one above.
import type { ProbeStep } from '../../shared/station/target.ts';
import { partTexts } from '../texts/parts.ts';
import { classes } from './classes.ts';
import styles from './Probe.module.css';
import { StateWord } from './StateWord.tsx';

interface ProbeProps {
  readonly steps: readonly ProbeStep[];
  readonly isSlim?: boolean;
}

const STATES = { ok: 'ok', warn: 'moved', failed: 'refused', notTested: 'notTested' } as const;

export function Probe({ steps, isSlim = false }: ProbeProps) {
  return (
    <ol className={classes(styles['probe'], isSlim && styles['slim'])}>
      {steps.map(({ step, state, word, fact }) => (
        <li key={step} className={styles[state] ?? ''}>
          <b>{partTexts.probeSteps[step]}</b>
          <StateWord state={STATES[state]} word={word} />
          <span className={styles['fact']}>{fact}</span>
        </li>
      ))}
    </ol>
  );
}
