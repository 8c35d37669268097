// The desk before anything is given: a field to drop onto, what Pack does and never does, and lists used before.
import { useEffect, useState } from 'react';
import type { FileEntry } from '../../shared/station/media.ts';
import { bridge } from '../bridge/client.ts';
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { DropField } from '../ui/DropField.tsx';
import { givePaths } from './contents-actions.ts';
import styles from './Contents.module.css';

const texts = packTexts.empty;
const MOST_LISTS = 8;

export function EmptyContents({ onBrowse }: { readonly onBrowse: () => void }) {
  const lists = useListsBefore();
  return (
    <div className={styles['empty']}>
      <DropField title={texts.dropTitle} text={texts.dropText} onBrowse={onBrowse} />
      <div className={styles['teach']}>
        <section>
          <h2>{texts.does}</h2>
          <ul>
            {texts.doesNotes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
        <section>
          <h2>{texts.never}</h2>
          <ul>
            {texts.neverNotes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      </div>
      {lists.length > 0 && (
        <section className={styles['before']}>
          <h2>{texts.before}</h2>
          <ul>
            {lists.map(({ name, path }) => (
              <li key={path}>
                <Button variant="quiet" size="small" icon="file" onPress={() => void givePaths([path])}>
                  {name}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The lists that lie in the folder for lists. */
function useListsBefore(): readonly FileEntry[] {
  const stateFolder = useSession((state) => state.facts?.stateFolder);
  const chosen = useSettings((state) => state.settings.folders.lists);
  const [lists, setLists] = useState<readonly FileEntry[]>([]);
  const folder = chosen !== '' ? chosen : stateFolder === undefined ? null : `${stateFolder}/lists`;
  useEffect(() => {
    if (folder === null) return undefined;
    let isShown = true;
    const look = async (): Promise<void> => {
      const found = await listsIn(folder);
      if (isShown) setLists(found);
    };
    void look();
    return () => {
      isShown = false;
    };
  }, [folder]);
  return lists;
}

async function listsIn(folder: string): Promise<readonly FileEntry[]> {
  const result = await bridge().files.list({ folder });
  if (!result.ok) return [];
  return result.value.entries
    .filter(({ kind, name }) => kind === 'file' && /\.ya?ml$/i.test(name))
    .slice(0, MOST_LISTS);
}
