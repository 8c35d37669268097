// One piece of work that several callers wait for: it goes on while one of them still wants it.

export interface SharedTask<T> {
  /** True once every caller has left and the work was told to stop: start another one. */
  readonly abandoned: boolean;
  /** Rejects with the signal's reason where this caller gives up; the others are not disturbed. */
  join(signal: AbortSignal): Promise<T>;
}

/** Starts at once. `work` is told to stop when the last caller has left. */
export function shareTask<T>(work: (signal: AbortSignal) => Promise<T>): SharedTask<T> {
  const stop = new AbortController();
  let waiting = 0;
  let done = false;
  const result = work(stop.signal).finally(() => (done = true));
  // Whoever joined sees the failure; without a caller there is nobody to tell.
  result.catch(() => undefined);
  return {
    get abandoned() {
      return stop.signal.aborted;
    },
    async join(signal) {
      signal.throwIfAborted();
      const { promise: left, reject } = Promise.withResolvers<never>();
      const leave = () => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
      waiting += 1;
      try {
        return await Promise.race([result, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        waiting -= 1;
        if (waiting === 0 && !done) stop.abort(signal.reason);
      }
    },
  };
}
