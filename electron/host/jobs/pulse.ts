// Lets something be told at most so often, and its latest state always.
export interface Pulse {
  /** Something changed: it is told now, or when the interval is over. */
  touch(): void;
  /** Tells what is left at once, and nothing after it until the next touch. */
  flush(): void;
  /** Tells no more. */
  stop(): void;
}

export function createPulse(everyMs: number, tell: () => void): Pulse {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  let isStopped = false;

  const run = (): void => {
    isDue = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue && !isStopped) run();
    }, everyMs);
    // What is told to nobody must not keep the process.
    timer.unref();
    tell();
  };

  return {
    touch() {
      if (isStopped) return;
      isDue = true;
      if (timer === undefined) run();
    },
    flush() {
      if (!isDue || isStopped) return;
      clearTimeout(timer);
      run();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
