// How many requests are under way at one host. Bodies have slots of their own, so that an upload that is fed by a download
// from the same host never waits for a slot that the download holds.
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';

/** exchange: an answer of a few KiB. download, upload: a body that moves as long as it needs. */
export type SlotKind = 'exchange' | 'download' | 'upload';

export interface Slots {
  /** Resolves with the function that gives the slot back; calling it again does nothing. Rejects with the signal's reason. */
  acquire(host: string, kind: SlotKind, signal: AbortSignal): Promise<() => void>;
}

/** `perHost` is asked once for each host; `onOpen` hears how many slots of a host are held, each time that changes. */
export function createSlots(
  perHost: (host: string) => number,
  onOpen: (host: string, open: number) => void = () => undefined,
): Slots {
  const limits = new Map<string, LimitFunction>();
  const counts = new Map<string, number>();
  const count = (host: string, by: 1 | -1): void => {
    const open = (counts.get(host) ?? 0) + by;
    counts.set(host, open);
    onOpen(host, open);
  };
  return {
    async acquire(host, kind, signal) {
      signal.throwIfAborted();
      const key = `${kind} ${host}`;
      let limit = limits.get(key);
      if (limit === undefined) limits.set(key, (limit = pLimit(perHost(host))));
      const granted = Promise.withResolvers<() => void>();
      const onAbort = () => granted.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      void limit(async () => {
        if (signal.aborted) return;
        const held = Promise.withResolvers<undefined>();
        granted.resolve(() => held.resolve(undefined));
        count(host, 1);
        await held.promise;
        count(host, -1);
      });
      try {
        return await granted.promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
