// Brings small documents into memory, and nothing that turns out not to be small.
import type { ByteSource } from '../../oci/content-store.ts';

/** All bytes of a source, copied; undefined as soon as there are more than `limit`. */
export async function collectBytes(bytes: ByteSource, limit: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > limit) return undefined;
    parts.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(parts);
}
