// All commands by name; what cannot be done now says why.
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Dialog, Input, Modal, ModalOverlay } from 'react-aria-components';
import { currentActions } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { shellTexts } from '../texts/shell.ts';
import { classes } from '../ui/classes.ts';
import { Icon, isIconName } from '../ui/Icon.tsx';
import { Keys } from '../ui/Keys.tsx';
import { matchingActions } from './match-actions.ts';
import styles from './Palette.module.css';

const words = shellTexts.palette;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const sections = matchingActions(currentActions(), text);
  const all = sections.flatMap(({ actions }) => actions);
  const chosen = all[Math.min(at, all.length - 1)];

  const perform = (action: Action | undefined): void => {
    if (action === undefined || (action.isEnabled?.() ?? true) !== true) return;
    onClose();
    // The dialog gives the focus back first; what runs may take it.
    setTimeout(action.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(1, all.length));
    else if (event.key === 'ArrowUp') setAt((at - 1 + all.length) % Math.max(1, all.length));
    else if (event.key === 'Enter') perform(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <ModalOverlay
      className={styles['veil'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['palette'] ?? ''} aria-label={words.label}>
          <span className={styles['field']}>
            <Icon name="search" />
            <Input
              autoFocus
              className={styles['input'] ?? ''}
              role="combobox"
              aria-label={words.label}
              aria-expanded
              aria-controls="palette-list"
              aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.id}`}
              placeholder={words.placeholder}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
            />
          </span>
          <div id="palette-list" role="listbox" aria-label={words.label} className={styles['list']}>
            {sections.map(({ section, actions }) => (
              <div key={section} role="group" aria-label={words.sections[section]}>
                <h3 role="presentation">{words.sections[section]}</h3>
                {actions.map((action) => (
                  <PaletteRow
                    key={action.id}
                    action={action}
                    text={text}
                    isChosen={action === chosen}
                    onPress={() => perform(action)}
                  />
                ))}
              </div>
            ))}
            {all.length === 0 && <p className={styles['none']}>{words.none}</p>}
          </div>
          <footer className={styles['foot']}>
            <span>
              <Keys keys="↑ ↓" /> {words.choose}
            </span>
            <span>
              <Keys keys="↵" /> {words.doIt}
            </span>
            <span>
              <Keys keys="Esc" /> {words.close}
            </span>
            <span className={styles['last']}>
              <Keys keys="?" /> {words.all}
            </span>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface PaletteRowProps {
  readonly action: Action;
  readonly text: string;
  readonly isChosen: boolean;
  readonly onPress: () => void;
}

function PaletteRow({ action, text, isChosen, onPress }: PaletteRowProps) {
  const enabled = action.isEnabled?.() ?? true;
  const { icon } = action;
  const at = action.label.toLowerCase().indexOf(text.toLowerCase());
  return (
    <div
      id={`palette-${action.id}`}
      role="option"
      aria-selected={isChosen}
      aria-disabled={enabled !== true}
      className={classes(styles['row'], isChosen && styles['on'], enabled !== true && styles['off'])}
      ref={(row) => {
        if (isChosen) row?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerUp={onPress}
    >
      {icon !== undefined && isIconName(icon) ? <Icon name={icon} /> : <span className={styles['noIcon']} />}
      <span>
        {text === '' || at === -1 ? (
          action.label
        ) : (
          <>
            {action.label.slice(0, at)}
            <mark>{action.label.slice(at, at + text.length)}</mark>
            {action.label.slice(at + text.length)}
          </>
        )}
      </span>
      <span className={styles['about']}>{enabled === true ? action.about : enabled}</span>
      {action.keys !== undefined && enabled === true && (
        <span className={styles['keys']}>
          <Keys keys={action.keys} />
        </span>
      )}
    </div>
  );
}
