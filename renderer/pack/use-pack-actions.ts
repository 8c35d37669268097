// What the Pack desk can be told by name: in the palette, the menu and by keys.
import { useActions } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { useJob, useJobs } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { browseForContents, undo } from './contents-actions.ts';
import { whatGoes } from './draft.ts';
import { startLock } from './lock-actions.ts';
import { packAgain, packAnother, startPack } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { goTo } from './steps.ts';

const texts = packTexts.actions;
const { notHere } = texts;

export function usePackActions(): void {
  const state = usePack();
  const job = useJob(state.packJob);
  const pause = useJobs((jobs) => jobs.pause);
  const goOn = useJobs((jobs) => jobs.goOn);
  const isHeld = job?.state === 'paused';
  const moves = job?.state === 'running' || isHeld;
  const isHere = state.step === 'run';
  const mayChange = !(isHere && moves);
  const command = (action: Omit<Action, 'section'>): Action => ({ ...action, section: 'commands' });

  useActions([
    command({
      id: 'pack.lock',
      label: texts.lock,
      icon: 'lock',
      isEnabled: () => whatGoes(state.contents).items.length > 0 || notHere.noContents,
      run: () => void startLock(),
    }),
    command({
      id: 'pack.destination',
      label: texts.destination,
      icon: 'disk',
      isEnabled: () => state.lock !== null || notHere.noLock,
      run: () => goTo('destination'),
    }),
    command({
      id: 'pack.pack',
      label: texts.pack,
      icon: 'pack',
      isEnabled: () =>
        state.lock === null
          ? notHere.noLock
          : state.place === null
            ? notHere.noPlace
            : mayChange || notHere.runs,
      run: () => void startPack(),
    }),
    command({
      id: 'pack.pause',
      label: isHeld ? texts.goOn : texts.pause,
      icon: isHeld ? 'play' : 'pause',
      keys: 'Mod P',
      isEnabled: () => moves || notHere.noJob,
      run: () => {
        if (job !== undefined) void (isHeld ? goOn(job.id) : pause(job.id));
      },
    }),
    command({
      id: 'pack.cancel',
      label: texts.cancel,
      icon: 'close',
      isEnabled: () => moves || notHere.noJob,
      run: () => usePack.setState({ step: 'run', isCancelling: true }),
    }),
    command({
      id: 'pack.retry',
      label: texts.retry,
      icon: 'again',
      isEnabled: () => job?.state === 'partial' || job?.state === 'interrupted' || notHere.noFailure,
      run: () => {
        if (job !== undefined) void packAgain(job.id);
      },
    }),
    command({
      id: 'pack.browse',
      label: texts.browse,
      icon: 'folderOpen',
      keys: 'Mod O',
      isEnabled: () => mayChange || notHere.runs,
      run: () => {
        goTo('contents');
        void browseForContents();
      },
    }),
    command({
      id: 'pack.undo',
      label: texts.undo,
      icon: 'undo',
      keys: 'Mod Z',
      isEnabled: () => (state.step === 'contents' && state.past.length > 0) || notHere.noUndo,
      run: undo,
    }),
    command({
      id: 'pack.rename',
      label: texts.rename,
      icon: 'pencil',
      isEnabled: () => mayChange || notHere.runs,
      run: () => usePack.setState({ isRenaming: true }),
    }),
    command({
      id: 'pack.another',
      label: texts.another,
      icon: 'plus',
      isEnabled: () => (isHere && job !== undefined && job.ended !== null) || notHere.notPacked,
      run: () => void packAnother(),
    }),
  ]);
}
