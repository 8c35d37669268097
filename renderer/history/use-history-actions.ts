// What the History desk can be told by name: in the palette, the menu and by keys.
import { useJobs } from '../store/jobs.ts';
import { useActions } from '../store/actions.ts';
import type { Action } from '../store/actions.ts';
import { historyTexts } from '../texts/history.ts';
import { loadHistory, search } from './history-actions.ts';
import { closeReceipt, EVERYTHING, isEverything, useHistory } from './history-store.ts';
import { unfinishedOf } from './lines.ts';
import type { HistoryLine } from './lines.ts';
import { goOnWith } from './unfinished.ts';

const texts = historyTexts.actions;
const { notHere } = texts;

interface OfTheList {
  readonly line: HistoryLine | undefined;
  readonly open: (line: HistoryLine) => void;
  readonly doAgain: (() => void) | undefined;
}

export function useHistoryActions({ line, open, doAgain }: OfTheList): void {
  const query = useHistory((state) => state.query);
  const jobs = useJobs((state) => state.jobs);
  const interrupted = unfinishedOf(Object.values(jobs)).find(({ state }) => state === 'interrupted');
  const isReceipt = line?.kind === 'receipt';
  useActions([
    command({
      id: 'history.open',
      label: texts.open,
      icon: 'report',
      isEnabled: () => isReceipt || notHere.noReceipt,
      run: () => {
        if (line !== undefined) open(line);
      },
    }),
    command({
      id: 'history.goOn',
      label: texts.goOn,
      icon: 'play',
      isEnabled: () => interrupted !== undefined || notHere.noUnfinished,
      run: () => {
        if (interrupted !== undefined) void goOnWith(interrupted);
      },
    }),
    command({
      id: 'history.save',
      label: texts.save,
      icon: 'save',
      keys: 'Mod S',
      isEnabled: () => isReceipt || notHere.noReceipt,
      run: () => useHistory.setState({ isSaving: true }),
    }),
    again(doAgain),
    command({
      id: 'history.refresh',
      label: texts.refresh,
      icon: 'again',
      run: () => void loadHistory(),
    }),
    command({
      id: 'history.clear',
      label: texts.clear,
      icon: 'close',
      isEnabled: () => !isEverything(query) || notHere.noFilter,
      run: () => search({ ...EVERYTHING }),
    }),
  ]);
}

interface OfAReceipt {
  readonly save: () => void;
  readonly doAgain: (() => void) | undefined;
}

export function useReceiptActions({ save, doAgain }: OfAReceipt): void {
  useActions([
    command({ id: 'history.back', label: texts.back, icon: 'history', keys: 'Escape', run: closeReceipt }),
    command({ id: 'history.save', label: texts.save, icon: 'save', keys: 'Mod S', run: save }),
    again(doAgain),
  ]);
}

function again(run: (() => void) | undefined): Action {
  return command({
    id: 'history.again',
    label: texts.again,
    icon: 'again',
    isEnabled: () => run !== undefined || notHere.noWay,
    run: () => run?.(),
  });
}

function command(action: Omit<Action, 'section'>): Action {
  return { ...action, section: 'commands' };
}
