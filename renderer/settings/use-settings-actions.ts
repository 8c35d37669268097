// What Settings can be told by name: in the palette, the menu and by keys.
import { useActions } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { settingsTexts } from '../texts/settings.ts';
import { currentRows, testRegistry } from './registry-actions.ts';
import type { Passwords } from './registry-actions.ts';
import { SECTIONS } from './sections.ts';
import type { SectionId } from './sections.ts';
import { addRegistry, showSection, useSettingsDesk } from './settings-store.ts';
import type { Bar } from './use-bar.ts';

const texts = settingsTexts.actions;

export function useSettingsActions(section: SectionId, bar: Bar, passwords: Passwords): void {
  const { primary, undo } = bar;
  const mayAct = primary !== null && primary.isDisabled !== true;
  useActions([
    {
      id: 'settings.save',
      label: texts.save,
      icon: 'save',
      keys: 'Mod S',
      section: 'settings',
      isEnabled: () => mayAct || texts.nothingUnsaved,
      run: () => primary?.onPress(),
    },
    {
      id: 'settings.undo',
      label: texts.undo,
      icon: 'undo',
      keys: 'Mod Z',
      section: 'settings',
      // A field has an undo of its own.
      isEnabled: () => (undo !== null && !isTyping()) || texts.nothingUnsaved,
      run: () => undo?.(),
    },
    {
      id: 'settings.test',
      label: texts.test,
      icon: 'again',
      section: 'settings',
      isEnabled: () => (section === 'registries' && shownRegistry() !== undefined) || texts.notHere,
      run: () => {
        const row = shownRegistry();
        if (row !== undefined) void testRegistry(row, passwords[row.key] ?? '');
      },
    },
    { id: 'settings.add', label: texts.add, icon: 'plus', section: 'settings', run: addRegistry },
    ...SECTIONS.map(({ id, icon }): Action => ({
      id: `settings.${id}`,
      label: texts.section(settingsTexts.sections[id]),
      icon,
      section: 'settings',
      isEnabled: () => id !== section || texts.shown,
      run: () => showSection(id),
    })),
  ]);
}

function shownRegistry() {
  const rows = currentRows();
  const { registry } = useSettingsDesk.getState();
  return rows.find(({ key }) => key === registry) ?? rows[0];
}

function isTyping(): boolean {
  const { activeElement } = document;
  return (
    (activeElement instanceof HTMLInputElement && ['text', 'password'].includes(activeElement.type)) ||
    activeElement instanceof HTMLTextAreaElement
  );
}
