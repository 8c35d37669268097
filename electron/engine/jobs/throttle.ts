// Keeps transfers below a rate. One throttle may stand before all jobs of a process: they share what it gives.
import type { Clock } from './job-context.ts';

export interface Throttle {
  /** How much is best asked for at once; undefined where nothing is held back. */
  readonly pieceBytes: number | undefined;
  /** Undefined where the bytes may go at once. Rejects with the signal's reason; what was asked for is then given back. */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined;
}

/** An eighth of a second's worth at a time, so that transfers side by side all move and a pause is heard soon. */
const PIECES_A_SECOND = 8;
const SMALLEST_PIECE_BYTES = 4 * 1024;
const LARGEST_PIECE_BYTES = 1024 * 1024;
/** Timers are no finer: a shorter wait is left to the next one. */
const SHORTEST_WAIT_MS = 5;

/** `bytesPerSecond` is asked each time, so that a new choice counts at once; undefined is no limit. */
export function createThrottle(
  bytesPerSecond: () => number | undefined,
  clock: Pick<Clock, 'now' | 'sleep'>,
): Throttle {
  /** When all that was taken so far will have been paid for. */
  let paid = Number.NEGATIVE_INFINITY;
  return {
    get pieceBytes() {
      const rate = bytesPerSecond();
      if (rate === undefined) return undefined;
      return Math.min(LARGEST_PIECE_BYTES, Math.max(SMALLEST_PIECE_BYTES, Math.ceil(rate / PIECES_A_SECOND)));
    },
    take(bytes, signal) {
      const rate = bytesPerSecond();
      if (rate === undefined) return undefined;
      const now = clock.now();
      const turn = Math.max(paid, now);
      const price = (bytes * 1000) / rate;
      paid = turn + price;
      if (turn - now < SHORTEST_WAIT_MS) return undefined;
      return clock.sleep(turn - now, signal).catch((error: unknown) => {
        paid -= price;
        throw error;
      });
    },
  };
}
