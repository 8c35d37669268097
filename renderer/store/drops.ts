// Who takes what is dropped, or opened, while a screen is there: the screen itself where it says so.
import { useEffect, useRef } from 'react';

type Taker = (paths: readonly string[]) => void;

let takers: readonly Taker[] = [];

/** Takes paths for as long as the screen is there; the newest screen is asked. */
export function useDrops(take: Taker): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const taker: Taker = (paths) => latest.current(paths);
    takers = [...takers, taker];
    return () => {
      takers = takers.filter((each) => each !== taker);
    };
  }, []);
}

/** Whether a screen took them. */
export function offeredPaths(paths: readonly string[]): boolean {
  const taker = takers.at(-1);
  taker?.(paths);
  return taker !== undefined;
}
