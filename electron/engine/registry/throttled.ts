// Bodies that keep below the operator's rate, in both directions.
import type { Throttle } from '../jobs/throttle.ts';
import type { BlobWriter, ByteSource } from '../oci/content-store.ts';

/** The same bytes, in pieces that each wait for their turn. Without a throttle nothing stands between. */
export function throttledBytes(
  bytes: ByteSource,
  throttle: Throttle | undefined,
  signal: AbortSignal,
): ByteSource {
  return throttle === undefined ? bytes : inTurn(bytes, throttle, signal);
}

async function* inTurn(
  bytes: ByteSource,
  throttle: Throttle,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.subarray(at, at + (throttle.pieceBytes ?? chunk.byteLength));
      at += piece.byteLength;
      const turn = throttle.take(piece.byteLength, signal);
      if (turn !== undefined) await turn;
      yield piece;
    }
  return undefined;
}

/** The same writer; it asks for its bytes in pieces, and each waits for its turn. */
export function throttledWriter(
  writer: BlobWriter,
  throttle: Throttle | undefined,
  signal: AbortSignal,
): BlobWriter {
  if (throttle === undefined) return writer;
  return {
    get pieceBytes() {
      return throttle.pieceBytes;
    },
    async write(chunk) {
      const turn = throttle.take(chunk.byteLength, signal);
      if (turn !== undefined) await turn;
      await writer.write(chunk);
    },
    commit: () => writer.commit(),
    abort: () => writer.abort(),
  };
}
