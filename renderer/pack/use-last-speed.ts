// How fast this machine packed last, so that the next pack can say how long it will take before it begins.
import { useEffect, useState } from 'react';
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { bridge } from '../bridge/client.ts';

export interface LastSpeed {
  readonly bytesPerSecond: number;
  /** What was packed then. */
  readonly bundle: string;
}

const MOST_LOOKED_AT = 50;
/** What took less tells how quickly a job begins and ends, not how fast it moves; receipts count whole seconds. */
const LEAST_BYTES = 1_000_000;
const LEAST_SECONDS = 2;

/** Null where no pack of this machine moved enough to tell. */
export function useLastSpeed(): LastSpeed | null {
  const [speed, setSpeed] = useState<LastSpeed | null>(null);
  useEffect(() => {
    let isShown = true;
    const look = async (): Promise<void> => {
      const asked = { text: '', desk: 'pack', outcome: null, offset: 0, limit: MOST_LOOKED_AT } as const;
      const result = await bridge().history.list(asked);
      if (isShown && result.ok) setSpeed(speedOf(result.value.rows));
    };
    void look();
    return () => {
      isShown = false;
    };
  }, []);
  return speed;
}

/** Of the newest pack that moved enough; rows come newest first. */
export function speedOf(
  rows: readonly Pick<HistoryRow, 'bytes' | 'seconds' | 'bundle' | 'outcome'>[],
): LastSpeed | null {
  const row = rows.find(
    ({ bytes, seconds, outcome, bundle }) =>
      outcome === 'done' && bundle !== null && bytes >= LEAST_BYTES && seconds >= LEAST_SECONDS,
  );
  return row === undefined ? null : { bytesPerSecond: row.bytes / row.seconds, bundle: row.bundle ?? '' };
}
