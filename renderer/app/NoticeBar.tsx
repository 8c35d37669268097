// Says what failed where no screen has a place for it, until it is closed.
import { closeNotice, useNotice } from '../store/notice.ts';
import { nextOf, titleOf } from '../texts/errors.ts';
import { shellTexts } from '../texts/shell.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import styles from './NoticeBar.module.css';

export function NoticeBar() {
  const error = useNotice((state) => state.error);
  if (error === null) return null;
  return (
    <div className={styles['bar']} role="alert">
      <Icon name="close" />
      <span>
        <b>{titleOf(error)}.</b> {error.message} {nextOf(error)}
      </span>
      <IconButton size="small" icon="close" label={shellTexts.closeNotice} onPress={closeNotice} />
    </div>
  );
}
