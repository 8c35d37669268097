// What the Serve desk can be told by name: in the palette, the menu and by keys.
import { useActions } from '../store/actions.ts';
import { serveTexts } from '../texts/serve.ts';
import { copyText } from '../ui/copy-text.ts';
import { formProblem } from './choices.ts';
import { addressOf, hostOf } from './served.ts';
import { browseForBundles, startServing, stopServing } from './serve-actions.ts';
import { useServe } from './serve-store.ts';

const texts = serveTexts.actions;

export function useServeActions(): void {
  const { state, form, address } = useServe();
  const isOn = state?.on === true;
  useActions([
    {
      id: 'serve.start',
      label: texts.start,
      icon: 'play',
      section: 'commands',
      isEnabled: () => (isOn ? texts.isOn : formProblem(form) === null || texts.nothing),
      run: () => void startServing(),
    },
    {
      id: 'serve.stop',
      label: texts.stop,
      icon: 'close',
      section: 'commands',
      isEnabled: () => isOn || texts.isOff,
      run: () => void stopServing(),
    },
    {
      id: 'serve.browse',
      label: texts.browse,
      icon: 'folderOpen',
      section: 'commands',
      run: () => void browseForBundles(),
    },
    {
      id: 'serve.copy',
      label: texts.copy,
      icon: 'copy',
      section: 'commands',
      isEnabled: () => isOn || texts.isOff,
      run: () => {
        if (isOn) void copyText(hostOf(addressOf(state, address)));
      },
    },
  ]);
}
