// The History desk: every job of this machine, or the whole receipt of one.
import { useEffect } from 'react';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { lookForNew, loadHistory } from './history-actions.ts';
import { openReceipt, useHistory } from './history-store.ts';
import { Jobs } from './Jobs.tsx';
import { WholeReceipt } from './WholeReceipt.tsx';

const LOOK_MS = 3000;

export function Screen() {
  useIntent();
  useFollowing();
  const open = useHistory((state) => state.open);
  return open === null ? <Jobs /> : <WholeReceipt job={open} />;
}

/** A job that another desk sends here. */
function useIntent(): void {
  const intent = useNavigation((state) => (state.desk === 'history' ? state.intent : null));
  useEffect(() => {
    if (intent === null) return;
    const { job } = takeIntent() ?? {};
    if (job !== undefined) openReceipt(job);
  }, [intent]);
}

/** Jobs of the command and of other stations end without a word to this one: it looks, while it is looked at. */
function useFollowing(): void {
  useEffect(() => {
    void loadHistory();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void lookForNew();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
}
