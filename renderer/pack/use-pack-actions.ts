// What the Pack desk can be told by name: in the palette, the menu and by keys.
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useActions } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { useJob } from '../store/jobs.ts';
import { packTexts } from '../texts/pack.ts';
import { undo } from './contents-actions.ts';
import { whatGoes } from './draft.ts';
import { startLock } from './lock-actions.ts';
import { packAgain, packAnother, startPack } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { goTo } from './steps.ts';

const texts = packTexts.actions;
const { notHere } = texts;
const MOVES: ReadonlySet<JobSnapshot['state']> = new Set(['running', 'paused', 'asking']);

export function usePackActions(): void {
  const state = usePack();
  const job = useJob(state.packJob);
  const moves = job !== undefined && MOVES.has(job.state);
  const isHere = state.step === 'run';
  const mayChange = !(isHere && moves);

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
      id: 'pack.undo',
      label: texts.undo,
      icon: 'undo',
      keys: 'Mod Z',
      // A field has an undo of its own.
      isEnabled: () => (state.step !== 'run' && state.past.length > 0 && !isTyping()) || notHere.noUndo,
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

function command(action: Omit<Action, 'section'>): Action {
  return { ...action, section: 'commands' };
}

function isTyping(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLInputElement && activeElement.value !== '';
}
