// What one locked item holds: its platforms, what is attached to it, where it comes from, and what was said of it.
import type { LockRow } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Digest } from '../ui/Digest.tsx';
import styles from './Lock.module.css';

const texts = packTexts.lock;

export function HeldByItem({ row }: { readonly row: LockRow }) {
  return (
    <ul className={styles['held']}>
      {row.platforms.map((platform) => (
        <li key={platform}>{texts.taken(platform)}</li>
      ))}
      {row.attached.map(({ what, digest, bytes }) => (
        <li key={digest}>
          <span>{what}</span>
          <Digest value={digest} canCopy />
          <Bytes value={bytes} />
        </li>
      ))}
      {!row.reference.startsWith(row.source) && <li className={styles['note']}>{texts.from(row.source)}</li>}
      {row.notes.map((note) => (
        <li key={note} className={styles['note']}>
          {note}
        </li>
      ))}
    </ul>
  );
}
