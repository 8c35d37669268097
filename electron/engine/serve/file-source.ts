// Reads a stretch of a file as a store gives it out.
import { open } from 'node:fs/promises';
import { readSpan } from '../disk/read-span.ts';
import type { ByteSource, OpenOptions } from '../oci/content-store.ts';

/** Bytes of a file of `size` from `offset`, `length` or to the end. Chunks are lent, as a ByteSource has it. */
export async function* readFileBytes(path: string, size: number, options: OpenOptions = {}): ByteSource {
  const offset = options.offset ?? 0;
  const length = Math.max(0, Math.min(options.length ?? Infinity, size - offset));
  const file = await open(path, 'r');
  try {
    yield* readSpan(file.fd, offset, length, options.signal);
  } finally {
    await file.close();
  }
}
