// The last few checks of this machine, and the way to all of them.
import { useEffect, useState } from 'react';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { bridge } from '../bridge/client.ts';
import { useNavigation } from '../store/navigation.ts';
import type { ItemWord } from '../texts/states.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Button } from '../ui/Button.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { When } from '../ui/When.tsx';
import styles from './Verify.module.css';

const words = verifyTexts.bundle;
const MOST = 5;

const OUTCOMES: Readonly<Record<HistoryRow['outcome'], ItemWord>> = {
  done: 'intact',
  partial: 'incomplete',
  failed: 'damaged',
  cancelled: 'cancelled',
};

export function CheckedBefore() {
  const [rows, setRows] = useState<readonly HistoryRow[] | null>(null);
  const go = useNavigation((state) => state.go);
  useEffect(() => {
    let isShown = true;
    const load = async (): Promise<void> => {
      const query = { text: '', desk: 'verify', outcome: null, offset: 0, limit: MOST } as const;
      const result = await bridge().history.list(query);
      if (isShown && result.ok) setRows(result.value.rows);
    };
    void load();
    return () => {
      isShown = false;
    };
  }, []);
  if (rows === null) return null;
  return (
    <section className={styles['before']} aria-label={words.before}>
      <div className={styles['beforeHead']}>
        <h2>{words.before}</h2>
        {rows.length > 0 && (
          <Button variant="quiet" size="small" onPress={() => go('history')}>
            {words.allBefore}
          </Button>
        )}
      </div>
      {rows.length === 0 ? (
        <p>{words.noneBefore}</p>
      ) : (
        <ul>
          {rows.map(({ job, started, bundle, firstNote, outcome }) => (
            <li key={job}>
              <When iso={started} />
              <span>{bundle ?? firstNote}</span>
              <StateWord state={bundle === null ? 'failed' : OUTCOMES[outcome]} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
