// The fingerprint of a bundle as it is told: eight words, the number itself, and a code for a camera.
import { packTexts } from '../texts/pack.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { FingerprintWords } from '../ui/FingerprintWords.tsx';
import { QrCode } from '../ui/QrCode.tsx';
import styles from './Done.module.css';

const texts = packTexts.done;

interface FingerprintProps {
  readonly fingerprint: { readonly hex: string; readonly words: string };
}

export function Fingerprint({ fingerprint: { hex, words } }: FingerprintProps) {
  const parts = hex.match(/.{1,8}/g) ?? [hex];
  return (
    <section className={styles['fingerprint']}>
      <div className={styles['told']}>
        <h2>{texts.fingerprint}</h2>
        <p className={styles['mid']}>{texts.fingerprintText}</p>
        <FingerprintWords words={words} isBig />
        <div className={styles['hexRow']}>
          <code className={styles['hex']} aria-label={texts.hexLabel}>
            {parts.slice(0, 4).join(' ')}
            <br />
            {parts.slice(4).join(' ')}
          </code>
          <CopyButton text={hex} label={texts.copyHex} isWorded />
        </div>
      </div>
      <QrCode text={hex} label={texts.qr} />
    </section>
  );
}
