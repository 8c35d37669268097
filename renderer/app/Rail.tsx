// The desks, one below the other.
import { DESKS, useNavigation } from '../store/navigation.ts';
import type { DeskName } from '../store/navigation.ts';
import { shellTexts } from '../texts/shell.ts';
import { Icon } from '../ui/Icon.tsx';
import styles from './Rail.module.css';

/** The desks of the work, those beside it, and what is set once. */
const PARTS: readonly (readonly DeskName[])[] = [DESKS.slice(0, 3), DESKS.slice(3, 5), DESKS.slice(5)];

export function Rail() {
  const { desk, go } = useNavigation();
  return (
    <nav className={styles['rail']} aria-label={shellTexts.rail} data-region="rail" tabIndex={-1}>
      {PARTS.map((part) => (
        <ul key={part[0]}>
          {part.map((name) => (
            <li key={name}>
              <button
                type="button"
                className={styles['desk']}
                aria-label={shellTexts.desks[name]}
                {...(name === desk ? { 'aria-current': 'page' as const } : {})}
                onClick={() => go(name)}
              >
                <Icon name={name} size={20} />
                <span aria-hidden="true">{shellTexts.desks[name]}</span>
              </button>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}
