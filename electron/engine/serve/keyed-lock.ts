// One at a time per key: writers of the same digest, upload or repository wait for each other, all others do not.

export interface KeyedLock {
  /** Runs the work when all earlier work under the key has ended, however it ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>();
  return {
    async run(key, work) {
      const before = tails.get(key);
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      tails.set(key, ended);
      await before;
      try {
        return await work();
      } finally {
        if (tails.get(key) === ended) tails.delete(key);
        end();
      }
    },
  };
}
