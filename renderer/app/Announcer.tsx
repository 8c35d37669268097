// The one place where screen readers hear what happened.
import { useAnnouncement } from '../store/announcer.ts';
import styles from './Announcer.module.css';

export function Announcer() {
  const { text, count } = useAnnouncement();
  return (
    <div className={styles['hidden']} role="status" aria-live="polite">
      <span key={count}>{text}</span>
    </div>
  );
}
