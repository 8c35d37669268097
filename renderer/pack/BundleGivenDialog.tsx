// A bundle was dropped where contents belong: it is sent to the desk that the operator meant.
import { useNavigation } from '../store/navigation.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { usePack } from './pack-store.ts';
import { splitOutput } from './places.ts';

const texts = packTexts.bundleGiven;

export function BundleGivenDialog({ path }: { readonly path: string }) {
  const close = () => usePack.setState({ bundleGiven: null });
  const open = (desk: 'verify' | 'import'): void => {
    close();
    useNavigation.getState().go(desk, { paths: [path] });
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
          <Button onPress={() => open('import')}>{texts.import}</Button>
          <Button variant="primary" onPress={() => open('verify')} autoFocus>
            {texts.verify}
          </Button>
        </>
      }
    >
      <p>{texts.text(splitOutput(path).file)}</p>
    </Dialog>
  );
}
