// Before the first job: what will stand here, and where jobs begin.
import { useNavigation } from '../store/navigation.ts';
import { useSettings } from '../store/settings.ts';
import { historyTexts } from '../texts/history.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import styles from './History.module.css';

const words = historyTexts.empty;

export function EmptyHistory() {
  const go = useNavigation((state) => state.go);
  const isConnected = useSettings(({ settings }) => settings.side === 'connected');
  return (
    <section className={styles['empty']}>
      <Icon name="history" size={32} />
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      <p>{words.never}</p>
      <Button onPress={() => go(isConnected ? 'pack' : 'verify')}>
        {isConnected ? words.toPack : words.toVerify}
      </Button>
    </section>
  );
}
