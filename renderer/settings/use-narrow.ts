// Whether the window is so narrow that a table shows only what an operator decides by.
import { useSyncExternalStore } from 'react';

const NARROW = '(width <= 1180px)';

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}

function subscribe(listener: () => void): () => void {
  const narrow = matchMedia(NARROW);
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}
