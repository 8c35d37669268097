// Gives the bundle another name while its contents are gathered.
import { useState } from 'react';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/TextField.tsx';
import { rename } from './contents-actions.ts';
import { nameProblem } from './draft.ts';
import { usePack } from './pack-store.ts';

const texts = packTexts.rename;

export function RenameDialog() {
  const [name, setName] = useState(usePack((state) => state.contents.draft.name));
  const problem = nameProblem(name);
  const close = () => usePack.setState({ isRenaming: false });
  const apply = (): void => {
    if (problem !== null) return;
    rename(name);
    close();
  };
  return (
    <Dialog
      title={texts.title}
      onClose={close}
      actions={
        <>
          <Button variant="quiet" onPress={close}>
            {texts.close}
          </Button>
          <Button variant="primary" onPress={apply} isDisabled={problem !== null}>
            {texts.apply}
          </Button>
        </>
      }
    >
      <TextField
        label={texts.label}
        value={name}
        onChange={setName}
        onSubmit={apply}
        autoFocus
        hint={texts.hint}
        {...(problem === null ? {} : { error: texts.problems[problem] })}
      />
    </Dialog>
  );
}
