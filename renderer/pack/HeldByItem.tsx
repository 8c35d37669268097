// What one locked item holds: its platforms, what is attached to it, where it comes from, and what was said of it.
import type { ReactNode } from 'react';
import type { LockRow } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { classes } from '../ui/classes.ts';
import { Digest } from '../ui/Digest.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import styles from './Lock.module.css';

const texts = packTexts.lock;

interface PartProps {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly digest: LockRow['attached'][number]['digest'];
  readonly bytes: number | null;
  readonly newBytes: number;
  readonly isLeft?: boolean;
}

/** `hasAlong`: the table has a column for what comes along, which stays empty here. */
export function HeldByItem({ row, hasAlong }: { readonly row: LockRow; readonly hasAlong: boolean }) {
  return (
    <ul className={classes(styles['held'], hasAlong && styles['withAlong'])}>
      {row.parts.map(({ platform, digest, isTaken, bytes, newBytes }) => (
        <Part
          key={`${platform} ${digest}`}
          icon={isTaken ? 'image' : 'minus'}
          digest={digest}
          bytes={bytes}
          newBytes={newBytes}
          isLeft={!isTaken}
        >
          {isTaken ? texts.taken(platform) : texts.left(platform)}
        </Part>
      ))}
      {row.attached.map(({ what, digest, bytes, newBytes }) => (
        <Part
          key={digest}
          icon={what === 'signature' ? 'key' : 'report'}
          digest={digest}
          bytes={bytes}
          newBytes={newBytes}
        >
          {texts.attached[what as keyof typeof texts.attached] ?? what}
        </Part>
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

function Part({ icon, children, digest, bytes, newBytes, isLeft = false }: PartProps) {
  return (
    <li className={classes(styles['part'], isLeft && styles['dim'])}>
      <span className={styles['what']}>
        <Icon name={icon} size={14} />
        {children}
      </span>
      <Digest value={digest} canCopy />
      <span className={styles['size']}>
        {bytes === null ? <span title={texts.sizeNotAsked}>{texts.noSize}</span> : <Bytes value={bytes} />}
      </span>
      <span className={styles['fresh']}>
        <Bytes value={newBytes} />
      </span>
    </li>
  );
}
