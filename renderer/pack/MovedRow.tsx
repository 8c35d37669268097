// What stands under an item whose tag names other bytes than it did: since when, and the way back.
import { shortDigest } from '../../shared/domain/digest.ts';
import type { LockRow } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import styles from './Lock.module.css';

const texts = packTexts.lock;

interface MovedRowProps {
  readonly moved: NonNullable<LockRow['moved']>;
  /** Undefined where the contents may not be changed, or the source has the earlier bytes no more. */
  readonly onKeep?: (() => void) | undefined;
}

export function MovedRow({ moved, onKeep }: MovedRowProps) {
  const { before, lockedAs, lockedAt, isServed } = moved;
  return (
    <div className={styles['moved']}>
      <p title={before}>
        {texts.movedBefore} <code>{shortDigest(before)}</code>{' '}
        {texts.movedSince(lockedAs, lockedAt.slice(0, 10))}
        {!isServed && ` ${texts.movedGone}`}
      </p>
      {onKeep !== undefined && (
        <Button size="small" onPress={onKeep}>
          {texts.keepOld}
        </Button>
      )}
    </div>
  );
}
