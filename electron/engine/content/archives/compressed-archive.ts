// Reads blobs out of a compressed archive, which can only be gone through from front to end: one pass serves many readers.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { ByteSource } from '../../oci/content-store.ts';

export interface CompressedArchive {
  /**
   * `length` bytes at `offset` of the uncompressed stream. Readers take turns, the next one ahead first; only a reader that
   * needs what lies behind makes the archive be read from its front again.
   */
  read(offset: number, length: number, signal?: AbortSignal): ByteSource;
  close(): Promise<void>;
}

interface Pass {
  readonly chunks: AsyncIterator<Uint8Array>;
  /** What is left of the last chunk. */
  rest: Uint8Array;
  position: number;
}

interface Waiting {
  readonly offset: number;
  readonly begin: () => void;
}

/** A pass that nobody reads on for so long is ended; the file is not held open for ever. */
const IDLE_MS = 5_000;

/** `start` begins to decompress the archive from its front. */
export function createCompressedArchive(start: () => Promise<ByteSource>, label: string): CompressedArchive {
  let pass: Pass | undefined;
  let busy = false;
  let idle: NodeJS.Timeout | undefined;
  const waiting = new Set<Waiting>();

  const end = async (): Promise<void> => {
    const ending = pass;
    pass = undefined;
    // What a stream says that nobody wants any more is nobody's trouble.
    await ending?.chunks.return?.()?.catch(() => undefined);
  };

  const takeTurn = async (offset: number, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    clearTimeout(idle);
    if (!busy) {
      busy = true;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const entry: Waiting = { offset, begin: turn.resolve };
    const onAbort = () => turn.reject(signal?.reason);
    waiting.add(entry);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      waiting.delete(entry);
      signal?.removeEventListener('abort', onAbort);
    }
  };

  const endTurn = (): void => {
    const position = pass?.position ?? 0;
    const queue = [...waiting].toSorted((one, other) => one.offset - other.offset);
    const next = queue.find(({ offset }) => offset >= position) ?? queue[0];
    if (next !== undefined) {
      // Out of the queue at once: it must not be given the turn twice.
      waiting.delete(next);
      next.begin();
      return;
    }
    busy = false;
    idle = setTimeout(() => {
      if (!busy) void end();
    }, IDLE_MS);
    idle.unref();
  };

  const ended = () =>
    new AirlockError('SOURCE_CHANGED', `${label} is shorter than when it was locked.`, {
      details: { path: label },
    });

  /** At most `wanted` bytes of the pass, at least one. */
  const take = async (reading: Pass, wanted: number): Promise<Uint8Array> => {
    while (reading.rest.byteLength === 0) {
      const next = await reading.chunks.next();
      if (next.done === true) throw ended();
      reading.rest = next.value;
    }
    const taken = reading.rest.subarray(0, wanted);
    reading.rest = reading.rest.subarray(taken.byteLength);
    reading.position += taken.byteLength;
    return taken;
  };

  return {
    async *read(offset, length, signal) {
      await takeTurn(offset, signal);
      try {
        if (pass !== undefined && pass.position > offset) await end();
        pass ??= {
          chunks: (await start())[Symbol.asyncIterator](),
          rest: new Uint8Array(),
          position: 0,
        };
        const reading = pass;
        while (reading.position < offset) {
          signal?.throwIfAborted();
          await take(reading, offset - reading.position);
        }
        for (let left = length; left > 0;) {
          signal?.throwIfAborted();
          const chunk = await take(reading, left);
          left -= chunk.byteLength;
          yield chunk;
        }
      } catch (error) {
        await end();
        throw error;
      } finally {
        endTurn();
      }
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
}
