// Asks before a registry and its login are forgotten.
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { removeRegistry } from './registry-actions.ts';
import type { RegistryRow } from './registry-form.ts';
import { useSettingsDesk } from './settings-store.ts';

const texts = settingsTexts.registries;

export function RemoveRegistryDialog({ row }: { readonly row: RegistryRow }) {
  const close = () => useSettingsDesk.setState({ removingRegistry: null });
  const user = row.profile?.user ?? null;
  return (
    <Dialog
      isAlert
      title={texts.removeTitle(row.form.host || texts.untitled)}
      onClose={close}
      actions={
        <>
          <Button
            variant="danger"
            onPress={() => {
              close();
              void removeRegistry(row);
            }}
          >
            {texts.removeDo}
          </Button>
          <Button variant="primary" autoFocus onPress={close}>
            {texts.removeKeep}
          </Button>
        </>
      }
    >
      <p>{texts.removeText}</p>
      {user !== null && <p>{texts.removeLogin(user)}</p>}
    </Dialog>
  );
}
