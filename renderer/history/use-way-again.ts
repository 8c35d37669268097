// Looks whether the job of a receipt can be done once more, as soon as the choice rests on it.
import { useEffect, useState } from 'react';
import type { Receipt } from '../../shared/format/receipt.ts';
import { findWay } from './ways-again.ts';
import type { WayAgain } from './ways-again.ts';

/** Undefined until a way was found, and where there is none. */
export function useWayAgain(receipt: Receipt | undefined): WayAgain | undefined {
  const [found, setFound] = useState<{ readonly job: string; readonly way: WayAgain | undefined } | null>(
    null,
  );
  useEffect(() => {
    if (receipt === undefined) return undefined;
    let isWanted = true;
    const look = async (): Promise<void> => {
      const way = await findWay(receipt);
      if (isWanted) setFound({ job: receipt.job, way });
    };
    void look();
    return () => {
      isWanted = false;
    };
  }, [receipt]);
  return found !== null && found.job === receipt?.job ? found.way : undefined;
}
