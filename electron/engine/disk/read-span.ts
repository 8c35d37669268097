// Reads a stretch of a file in order, one piece ahead of its taker.
import { createHash } from 'node:crypto';
import { read } from 'node:fs';

/** Two pieces of this size are under way for each blob being read. */
const PIECE_BYTES = 256 * 1024;
/** Buffers kept for the next blob: fresh memory costs more than the copy into it. */
const KEPT_BUFFERS = 32;
const free: Buffer[] = [];

/**
 * Pieces are lent: the memory of one is used again when the one after the next is asked for. Ends early where the file does;
 * throws as node:fs does.
 */
export async function* readSpan(
  fd: number,
  start: number,
  length: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const size = Math.min(PIECE_BYTES, length);
  let current = take(size);
  let next = length > size ? take(size) : current;
  let pending: Promise<number> | undefined;
  try {
    let at = 0;
    pending = length === 0 ? undefined : readAt(fd, current, Math.min(size, length), start);
    while (pending !== undefined) {
      const found: number = await pending;
      pending = undefined;
      signal?.throwIfAborted();
      if (found === 0) return;
      at += found;
      if (at < length) pending = readAt(fd, next, Math.min(size, length - at), start + at);
      yield current.subarray(0, found);
      [current, next] = [next, current];
    }
  } finally {
    // A read under way still writes into its buffer.
    await pending?.catch(() => 0);
    give(current);
    if (next !== current) give(next);
  }
}

/** Reads exactly `length` bytes, fewer only where the file ends. */
export async function readWhole(fd: number, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const found = await readAt(fd, bytes.subarray(done), length - done, start + done);
    if (found === 0) break;
    done += found;
  }
  return bytes.subarray(0, done);
}

/** Hex. Fewer bytes than `length` only where the file ends. */
export async function sha256OfSpan(fd: number, start: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of readSpan(fd, start, length, undefined)) hash.update(piece);
  return hash.digest('hex');
}

function readAt(fd: number, buffer: Buffer, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, length, position, (error, found) => {
      if (error === null) resolve(found);
      else reject(error);
    });
  });
}

function take(size: number): Buffer {
  if (size < PIECE_BYTES) return Buffer.allocUnsafe(size);
  return free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
}

function give(buffer: Buffer): void {
  if (buffer.byteLength === PIECE_BYTES && free.length < KEPT_BUFFERS) free.push(buffer);
}
