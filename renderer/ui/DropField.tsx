// A field to drop files on, with a way to browse for who has no mouse.
import { partTexts } from '../texts/parts.ts';
import { Button } from './Button.tsx';
import styles from './DropField.module.css';
import { Icon } from './Icon.tsx';

interface DropFieldProps {
  readonly title: string;
  readonly text: string;
  readonly onBrowse: () => void;
}

/** What is dropped anywhere on the window is taken by the shell; the field shows that it may be. */
export function DropField({ title, text, onBrowse }: DropFieldProps) {
  return (
    <div className={styles['drop']}>
      <Icon name="pack" size={32} />
      <b>{title}</b>
      <span>{text}</span>
      <Button onPress={onBrowse}>{partTexts.browse}</Button>
    </div>
  );
}
