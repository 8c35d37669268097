// A dialog over the work: its title asks or names, its text says what stays; Esc is the safe way out.
import type { ReactNode } from 'react';
import { Dialog as Box, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons: the harmful one first, far left; the safe one last, with focus. */
  readonly actions: ReactNode;
  readonly onClose: () => void;
  /** A question where something is lost. */
  readonly isAlert?: boolean;
  readonly isWide?: boolean;
}

export function Dialog({ title, children, actions, onClose, isAlert = false, isWide = false }: DialogProps) {
  return (
    <ModalOverlay
      className={styles['veil'] ?? ''}
      isOpen
      isDismissable={!isAlert}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={classes(styles['modal'], isWide && styles['wide'])}>
        <Box className={styles['dialog'] ?? ''} role={isAlert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className={styles['title'] ?? ''}>
            {title}
          </Heading>
          <div className={styles['text']}>{children}</div>
          <div className={styles['actions']}>{actions}</div>
        </Box>
      </Modal>
    </ModalOverlay>
  );
}
