// What stands under a row that can't go as it is: what happened, what to do, and the ways to do it.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import { nextOf } from '../texts/errors.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './FaultyRow.module.css';

const texts = packTexts.contents;

interface FaultyRowProps {
  readonly reference: string;
  readonly error: WireError;
  /** Resolves to false where nothing could be made of the text. */
  readonly onChange?: (text: string) => Promise<boolean>;
  /** The same text may be tried again: a file can be put where it was missing. */
  readonly canRepeat?: boolean;
  readonly onLeaveOut?: () => void;
  readonly onRemove?: () => void;
  readonly children?: ReactNode;
}

export function FaultyRow(props: FaultyRowProps) {
  const { reference, error, onChange, canRepeat = false, onLeaveOut, onRemove, children } = props;
  const [text, setText] = useState(reference);
  const [isRefused, setIsRefused] = useState(false);
  const isSame = text.trim() === reference || text.trim() === '';

  const apply = async (): Promise<void> => {
    if ((!isSame || canRepeat) && onChange !== undefined) setIsRefused(!(await onChange(text.trim())));
  };
  return (
    <div className={styles['row']}>
      <p>
        <b>{error.message}</b> {nextOf(error)}
      </p>
      <div className={styles['fix']}>
        {onChange !== undefined && (
          <>
            <div className={styles['field']}>
              <TextField
                label={texts.change}
                hideLabel
                isMono
                value={text}
                onChange={(next) => {
                  setText(next);
                  setIsRefused(false);
                }}
                onSubmit={() => void apply()}
                {...(isRefused ? { error: texts.nothingFound } : {})}
              />
            </div>
            <Button size="small" onPress={() => void apply()} isDisabled={isSame && !canRepeat}>
              {isSame && canRepeat ? texts.lookAgain : texts.apply}
            </Button>
          </>
        )}
        {children}
        {onLeaveOut !== undefined && (
          <Button size="small" variant="quiet" onPress={onLeaveOut}>
            {texts.leaveOut}
          </Button>
        )}
        {onRemove !== undefined && (
          <Button size="small" variant="quiet" onPress={onRemove}>
            {texts.remove}
          </Button>
        )}
      </div>
    </div>
  );
}
