// Passes chunks from one who writes to one who reads, one at a time, so that nothing is kept and nobody runs ahead.

export interface Handoff {
  /** Each chunk is valid until the next is asked for. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Resolves when the reader asked for the next chunk, so this one's memory is free. Rejects where the reader has gone. */
  put(chunk: Uint8Array): Promise<void>;
  end(): void;
  /** The reader's next read throws this. */
  fail(error: Error): void;
}

type Result = IteratorResult<Uint8Array, undefined>;

const DONE: Result = { done: true, value: undefined };

export function createHandoff(): Handoff {
  let offered: { readonly chunk: Uint8Array; readonly taken: PromiseWithResolvers<void> } | undefined;
  let lent: PromiseWithResolvers<void> | undefined;
  let reader: PromiseWithResolvers<Result> | undefined;
  let ended = false;
  let failure: Error | undefined;
  let gone = false;

  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next() {
      lent?.resolve();
      lent = undefined;
      if (failure !== undefined) return Promise.reject(failure);
      if (offered !== undefined) {
        const { chunk, taken } = offered;
        offered = undefined;
        lent = taken;
        return Promise.resolve({ done: false, value: chunk });
      }
      if (ended) return Promise.resolve(DONE);
      reader = Promise.withResolvers<Result>();
      return reader.promise;
    },
    return() {
      gone = true;
      lent?.reject(new Error('reader gone'));
      offered?.taken.reject(new Error('reader gone'));
      lent = offered = undefined;
      return Promise.resolve(DONE);
    },
  };

  return {
    stream: { [Symbol.asyncIterator]: () => iterator },
    put(chunk) {
      if (gone) return Promise.reject(new Error('reader gone'));
      const taken = Promise.withResolvers<void>();
      // Whoever races it against an answer may never look at it.
      taken.promise.catch(() => undefined);
      if (reader === undefined) offered = { chunk, taken };
      else {
        lent = taken;
        reader.resolve({ done: false, value: chunk });
        reader = undefined;
      }
      return taken.promise;
    },
    end() {
      ended = true;
      reader?.resolve(DONE);
      reader = undefined;
    },
    fail(error) {
      failure = error;
      reader?.reject(error);
      reader = undefined;
    },
  };
}
