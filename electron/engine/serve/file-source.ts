// Reads a stretch of a file into two buffers in turn: one is read into while the other is on its way out.
import { open } from 'node:fs/promises';
import type { ByteSource, OpenOptions } from '../oci/content-store.ts';

const BUFFER_BYTES = 256 * 1024;

/** Bytes of a file from `offset`, `length` or to the end. Chunks are lent, as a ByteSource has it. */
export async function* readFileBytes(path: string, size: number, options: OpenOptions = {}): ByteSource {
  const start = options.offset ?? 0;
  const end = Math.min(size, start + (options.length ?? Infinity));
  if (end <= start) return;
  const file = await open(path, 'r');
  let ahead: Promise<number> = Promise.resolve(0);
  try {
    const bufferBytes = Math.min(BUFFER_BYTES, end - start);
    const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
    const readInto = async (turn: 0 | 1, position: number) =>
      (await file.read(buffers[turn], 0, Math.min(bufferBytes, end - position), position)).bytesRead;
    let turn: 0 | 1 = 0;
    ahead = readInto(turn, start);
    for (let position = start; position < end;) {
      const bytes = await ahead;
      options.signal?.throwIfAborted();
      // A file that ends early: whoever counts and hashes says so.
      if (bytes === 0) return;
      const chunk = buffers[turn].subarray(0, bytes);
      position += bytes;
      turn = turn === 0 ? 1 : 0;
      if (position < end) {
        ahead = readInto(turn, position);
        // A reader that stops here never awaits it.
        ahead.catch(() => undefined);
      }
      yield chunk;
    }
  } finally {
    await ahead.catch(() => undefined);
    await file.close();
  }
}
