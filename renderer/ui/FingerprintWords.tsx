// The eight words of a fingerprint, numbered for the telephone.
import { partTexts } from '../texts/parts.ts';
import { classes } from './classes.ts';
import styles from './FingerprintWords.module.css';

interface FingerprintWordsProps {
  /** Parted by blanks. */
  readonly words: string;
  readonly isBig?: boolean;
}

export function FingerprintWords({ words, isBig = false }: FingerprintWordsProps) {
  return (
    <ol className={classes(styles['words'], isBig && styles['big'])} aria-label={partTexts.fingerprint}>
      {words.split(' ').map((word, index) => (
        <li key={index}>{word}</li>
      ))}
    </ol>
  );
}
