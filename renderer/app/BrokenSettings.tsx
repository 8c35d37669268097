// Says that the settings could not be read, where they lie now, and that the defaults hold, until it is closed.
import { closeBroken, useSettings } from '../store/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import styles from './NoticeBar.module.css';

const words = shellTexts.brokenSettings;

export function BrokenSettings() {
  const broken = useSettings((state) => state.broken);
  const isUndecided = useSettings(({ settings }) => settings.side === null);
  if (broken === null) return null;
  return (
    <div className={styles['bar']} role="alert">
      <Icon name="alert" />
      <span>
        <b>{words.title}</b> {broken.keptAt === null ? words.notKept : words.keptAs(broken.keptAt)}{' '}
        {isUndecided ? words.undecided : words.decided}
      </span>
      <IconButton size="small" icon="close" label={shellTexts.closeNotice} onPress={closeBroken} />
    </div>
  );
}
