// What could not be kept, until something else is done.
import { ErrorCard } from '../ui/ErrorCard.tsx';
import styles from './Screen.module.css';
import { useSettingsDesk } from './settings-store.ts';

export function FailureCard() {
  const failure = useSettingsDesk((state) => state.failure);
  if (failure === null) return null;
  const { error, title, text } = failure;
  return (
    <div className={styles['failure']}>
      <ErrorCard
        error={error}
        title={title}
        sentence={text}
        side={error.side === 'target' ? 'import' : 'verify'}
      />
    </div>
  );
}
