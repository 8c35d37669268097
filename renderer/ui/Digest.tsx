// A digest: as much of it as tells two apart, whole on hover and on copy.
import { partTexts } from '../texts/parts.ts';
import { CopyButton } from './CopyButton.tsx';
import styles from './Digest.module.css';

interface DigestProps {
  readonly value: string;
  /** Hex digits shown. */
  readonly length?: number;
  readonly canCopy?: boolean;
}

export function Digest({ value, length = 12, canCopy = false }: DigestProps) {
  const hex = value.slice(value.indexOf(':') + 1);
  return (
    <span className={styles['digest']} title={value}>
      <code>{hex.slice(0, length)}</code>
      {canCopy && <CopyButton text={value} label={partTexts.copyDigest} />}
    </span>
  );
}
