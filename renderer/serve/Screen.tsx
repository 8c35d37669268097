// The Serve desk: what can be served while it is off, and who reads what while it is on.
import { useEffect } from 'react';
import { useDrops } from '../store/drops.ts';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { useSession } from '../store/session.ts';
import { Off } from './Off.tsx';
import { On } from './On.tsx';
import { followServer, giveBundles, loadServer } from './serve-actions.ts';
import { useServe } from './serve-store.ts';
import { useServeActions } from './use-serve-actions.ts';

export function Screen() {
  useEffect(followServer, []);
  useDrops(giveBundles);
  useIntent();
  useEngineBack();
  useServeActions();
  const state = useServe((desk) => desk.state);
  return state?.on === true ? <On state={state} /> : <Off />;
}

function useIntent(): void {
  const intent = useNavigation(({ desk, intent: given }) => (desk === 'serve' ? given : null));
  useEffect(() => {
    if (intent !== null) giveBundles(takeIntent()?.paths ?? []);
  }, [intent]);
}

/** The server ends with its engine; when that is back it is asked anew. */
function useEngineBack(): void {
  const engine = useSession(({ facts }) => facts?.engine);
  useEffect(() => {
    if (engine === 'running') void loadServer();
  }, [engine]);
}
