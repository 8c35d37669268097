// Appearance: the theme, changed at once.
import type { Theme } from '../../shared/station/settings.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { RadioTable } from '../ui/RadioTable.tsx';
import { keep } from './plain-actions.ts';
import styles from './Screen.module.css';

const texts = settingsTexts.appearance;
const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];

export function AppearanceSection() {
  const theme = useSettings(({ settings }) => settings.theme);
  return (
    <RadioTable
      label={texts.table}
      rows={THEMES}
      rowKey={(name) => name}
      selected={theme}
      onSelect={(key) => {
        const chosen = THEMES.find((name) => name === key);
        if (chosen !== undefined) void keep({ theme: chosen });
      }}
      nameOf={(name) => texts.themes[name][0]}
      columns={[
        { id: 'theme', head: texts.theme, width: 180, render: (name) => <b>{texts.themes[name][0]}</b> },
        {
          id: 'means',
          head: texts.means,
          width: 'fill',
          render: (name) => <span className={styles['dim']}>{texts.themes[name][1]}</span>,
        },
      ]}
    />
  );
}
