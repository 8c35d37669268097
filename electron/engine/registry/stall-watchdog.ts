// Ends a request that stands still. It never limits how long a request takes that moves.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

export interface StallWatchdog {
  /** From now on the other side has this long to move. */
  arm(milliseconds: number): void;
  /** From now on it is our side that the request waits for. */
  disarm(): void;
}

export function createStallWatchdog(onStall: (error: AirlockError) => void, host: string): StallWatchdog {
  let timer: NodeJS.Timeout | undefined;
  let armedFor = 0;
  const disarm = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    arm(milliseconds) {
      if (timer !== undefined && armedFor === milliseconds) {
        timer.refresh();
        return;
      }
      disarm();
      armedFor = milliseconds;
      timer = setTimeout(() => {
        onStall(
          new AirlockError('STALLED', `${host} sent nothing for ${Math.ceil(milliseconds / 1000)} s.`, {
            details: { host },
          }),
        );
      }, milliseconds);
    },
    disarm,
  };
}
