// Many short, synchronous looks at a medium without holding up everything else.
import { setImmediate } from 'node:timers/promises';

const LOOKS_IN_A_TURN = 256;

/**
 * Asking for a hundred thousand files one promise at a time costs five times what the calls themselves do, so they are made
 * synchronously, with a turn of the event loop between every few hundred.
 */
export async function inTurns<T>(
  entries: Iterable<T>,
  look: (entry: T) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let looks = 0;
  for (const entry of entries) {
    look(entry);
    looks += 1;
    if (looks % LOOKS_IN_A_TURN === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
}
