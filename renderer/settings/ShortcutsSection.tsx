// Shortcuts: whether letters act, and every key there is.
import { useActionList } from '../store/actions.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import { Keys } from '../ui/Keys.tsx';
import { keep } from './plain-actions.ts';
import styles from './ShortcutsSection.module.css';

const texts = settingsTexts.shortcuts;

export function ShortcutsSection() {
  const letterKeys = useSettings(({ settings }) => settings.letterKeys);
  const actions = useActionList((state) => state.actions);
  const fixed = shellTexts.keys.rows.map(([keys, does]) => ({ keys: keys.replace('Ctrl', 'Mod'), does }));
  const taken = new Set(fixed.map(({ keys }) => keys));
  const ofActions = new Map<string, string>();
  for (const { keys, label } of actions) {
    const name = keys?.replace('Ctrl', 'Mod');
    if (name !== undefined && !taken.has(name)) ofActions.set(name, label);
  }
  const rows = [...[...ofActions].map(([keys, does]) => ({ keys, does })), ...fixed];
  return (
    <>
      <div className={styles['letters']}>
        <Checkbox
          isSelected={letterKeys}
          onChange={(isSelected) => void keep({ letterKeys: isSelected })}
          hint={texts.lettersHint}
        >
          {texts.letters}
        </Checkbox>
      </div>
      <DataTable
        label={texts.table}
        rows={rows}
        rowKey={({ keys }) => keys}
        columns={[
          {
            id: 'keys',
            head: texts.keys,
            width: 140,
            render: ({ keys }) => (
              <>
                <Keys keys={keys} />
                <span className={styles['told']}>{keys.replace('Mod', 'Ctrl')}</span>
              </>
            ),
          },
          { id: 'does', head: texts.does, width: 'fill', render: ({ does }) => does },
        ]}
      />
    </>
  );
}
