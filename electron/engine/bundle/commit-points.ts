// Gets finished blobs onto the medium in the background, many at a time: an fsync for each costs half the speed (FORMAT §4).

export interface CommitPoints<T> {
  /** Counts something finished. Throws what the last commit point failed with. */
  add(entry: T, bytes: number): void;
  /** Resolves when all that was added is on the medium. */
  flush(): Promise<void>;
}

const EVERY_BYTES = 256 * 1024 * 1024;
const EVERY_MS = 5000;

/** `commit` syncs a batch and writes it into the journal; only one runs at a time. */
export function createCommitPoints<T>(commit: (batch: readonly T[]) => Promise<void>): CommitPoints<T> {
  let waiting: T[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const begin = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const run = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    waitingBytes = 0;
    try {
      await commit(batch);
    } catch (error) {
      failure ??= { error };
    }
  };
  const rethrow = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    add(entry, bytes) {
      rethrow();
      waiting.push(entry);
      waitingBytes += bytes;
      if (waitingBytes >= EVERY_BYTES) void begin();
      // A job that ends before the timer fires flushes; nothing else keeps the process alive for it.
      else timer ??= setTimeout(() => void begin(), EVERY_MS).unref();
    },
    async flush() {
      if (running !== undefined) await running;
      while (waiting.length > 0) await begin();
      rethrow();
    },
  };
}
