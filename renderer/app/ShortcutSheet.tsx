// Every key there is, with what it does.
import { currentActions } from '../store/actions.ts';
import { isWindow } from '../store/session.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Keys } from '../ui/Keys.tsx';
import styles from './ShortcutSheet.module.css';

const words = shellTexts.keys;

export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const fixed = new Set<string>(words.rows.map(([keys]) => keys));
  const ofActions = currentActions().flatMap(({ keys, label }): (readonly [string, string])[] =>
    keys === undefined || fixed.has(keys) || keys === 'Mod ↵' ? [] : [[keys, label]],
  );
  return (
    <Dialog
      title={words.title}
      onClose={onClose}
      isWide
      actions={
        <Button variant="primary" autoFocus onPress={onClose}>
          {words.close}
        </Button>
      }
    >
      <p>{words.text}</p>
      {!isWindow() && <p>{words.webText}</p>}
      <dl className={styles['keys']}>
        {[...ofActions, ...words.rows].map(([keys, label]) => (
          <div key={`${keys} ${label}`}>
            <dt>
              <Keys keys={keys} />
              <span className={styles['hidden']}>{keys.replace('Mod', 'Ctrl')}</span>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
