// Folders: where lists and bundles are kept on this machine.
import { browse } from '../store/browse.ts';
import { useSession } from '../store/session.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { Form, FormRow } from '../ui/Form.tsx';
import { TextField } from '../ui/TextField.tsx';
import { usePlainPart } from './plain-actions.ts';
import { notKept } from './registry-actions.ts';
import styles from './Screen.module.css';
import { editPlain, useSettingsDesk } from './settings-store.ts';

const texts = settingsTexts.folders;

export function FoldersSection() {
  const folders = usePlainPart('folders');
  const stateFolder = useSession(({ facts }) => facts?.stateFolder ?? '');
  const choose = async (which: keyof typeof folders): Promise<void> => {
    try {
      const [path] = await browse({ purpose: 'folder', multiple: false });
      if (path !== undefined) editPlain({ folders: { ...folders, [which]: path } });
    } catch (error) {
      useSettingsDesk.setState({ failure: notKept(error) });
    }
  };
  const row = (which: keyof typeof folders, placeholder: string, hint: string, browseFor: string) => (
    <FormRow label={texts[which]} hint={hint}>
      <div className={styles['wide']}>
        <TextField
          label={texts[which]}
          hideLabel
          isMono
          value={folders[which]}
          onChange={(path) => editPlain({ folders: { ...folders, [which]: path } })}
          placeholder={placeholder}
        />
      </div>
      <Button icon="folder" ariaLabel={browseFor} onPress={() => void choose(which)}>
        {texts.browse}
      </Button>
    </FormRow>
  );
  return (
    <div className={styles['pane']}>
      <Form>
        {row('lists', `${stateFolder}/lists`, texts.listsHint, texts.browseLists)}
        {row('bundles', texts.bundlesPlaceholder, texts.bundlesHint, texts.browseBundles)}
      </Form>
    </div>
  );
}
