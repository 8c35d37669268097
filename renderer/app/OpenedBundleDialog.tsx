// A bundle was handed over while no desk for it is on the screen: to be checked, or imported?
import { useNavigation } from '../store/navigation.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useOpenedBundle } from './open-paths.ts';

const words = shellTexts.opened;

export function OpenedBundleDialog() {
  const path = useOpenedBundle((state) => state.path);
  const go = useNavigation((state) => state.go);
  if (path === null) return null;
  const close = () => useOpenedBundle.setState({ path: null });
  const take = (desk: 'verify' | 'import') => {
    close();
    go(desk, { paths: [path] });
  };
  return (
    <Dialog
      title={words.title(path.split(/[\\/]/).findLast((part) => part !== '') ?? path)}
      onClose={close}
      actions={
        <>
          <Button variant="quiet" onPress={close}>
            {words.cancel}
          </Button>
          <Button onPress={() => take('import')}>{words.import}</Button>
          <Button variant="primary" autoFocus onPress={() => take('verify')}>
            {words.verify}
          </Button>
        </>
      }
    >
      {words.text}
    </Dialog>
  );
}
