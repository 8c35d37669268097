// Sends blobs: whole ones while they are hashed, parts of them once the whole was hashed (DESIGN §6).
import { HELD_BACK_BYTES } from '../oci/content-store.ts';
import { createDigester } from '../oci/digester.ts';
import { etagOf, isUnchanged, rangeOf } from './conditional.ts';
import type { ByteRange } from './conditional.ts';
import type { Exchange } from './exchange.ts';
import { Refusal } from './refusal.ts';
import type { ServedBlob } from './served.ts';
import { isDamage } from './verified-blobs.ts';
import type { VerifiedBlobs } from './verified-blobs.ts';

/** A blob's stored bytes turned out to be damaged. Headers may be out already; the handler then drops the connection. */
export class DamagedBlob extends Error {
  override readonly name = 'DamagedBlob';
  readonly blob: ServedBlob;

  constructor(blob: ServedBlob, cause: unknown) {
    super(`The stored bytes of ${blob.descriptor.digest} are damaged.`, { cause });
    this.blob = blob;
  }
}

/**
 * Answers a GET or HEAD. `headers` are those of the route and win over the blob's own. Throws DamagedBlob where the
 * bytes are not their digest's; never ends a complete answer with such bytes.
 */
export async function sendBlob(
  exchange: Exchange,
  blob: ServedBlob,
  verified: VerifiedBlobs,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { digest, size } = blob.descriptor;
  const etag = etagOf(digest);
  const common = { 'Docker-Content-Digest': digest, ETag: etag, 'Accept-Ranges': 'bytes', ...headers };
  if (isUnchanged(exchange.headers, etag)) {
    exchange.send(304, common);
    return;
  }
  if (exchange.method === 'HEAD') {
    exchange.send(200, { ...common, 'Content-Length': String(size) });
    return;
  }
  const range = rangeOf(exchange.headers, etag, size);
  if (range === 'unsatisfiable')
    throw new Refusal(416, 'SIZE_INVALID', `The blob has ${size} bytes.`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  try {
    if (range !== undefined) {
      await verified.ensure(blob);
      await sendPart(exchange, blob, range, common);
      return;
    }
    if (size <= HELD_BACK_BYTES) exchange.send(200, common, await readSmall(blob, exchange.signal));
    else await sendWhole(exchange, blob, { ...common, 'Content-Length': String(size) });
    verified.markGood(blob);
  } catch (error) {
    throw isDamage(error) ? new DamagedBlob(blob, error) : error;
  }
}

/** All of it is within what is held back: it is checked before there is any answer. */
async function readSmall(blob: ServedBlob, signal: AbortSignal): Promise<Uint8Array> {
  const digester = createDigester(blob.descriptor, 'Stored content');
  const bytes = Buffer.allocUnsafe(blob.descriptor.size);
  for await (const chunk of blob.open({ signal })) {
    const position = digester.bytes;
    digester.update(chunk);
    bytes.set(chunk, position);
  }
  digester.verify();
  return bytes;
}

async function sendPart(
  exchange: Exchange,
  blob: ServedBlob,
  { first, last }: ByteRange,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const length = last - first + 1;
  const begin = beginner(exchange, 206, {
    ...headers,
    'Content-Length': String(length),
    'Content-Range': `bytes ${first}-${last}/${blob.descriptor.size}`,
  });
  let sent = 0;
  for await (const chunk of blob.open({ offset: first, length, signal: exchange.signal })) {
    begin();
    await exchange.write(chunk);
    sent += chunk.byteLength;
  }
  // It was hashed, and cut short since.
  if (sent !== length) throw new DamagedBlob(blob, undefined);
  endAnswer(exchange);
}

async function sendWhole(
  exchange: Exchange,
  blob: ServedBlob,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const digester = createDigester(blob.descriptor, 'Stored content');
  const heldFrom = blob.descriptor.size - HELD_BACK_BYTES;
  const held = Buffer.allocUnsafe(HELD_BACK_BYTES);
  const begin = beginner(exchange, 200, headers);
  for await (const chunk of blob.open({ signal: exchange.signal })) {
    begin();
    const position = digester.bytes;
    digester.update(chunk);
    const free = Math.max(0, Math.min(chunk.byteLength, heldFrom - position));
    if (free < chunk.byteLength) held.set(chunk.subarray(free), position + free - heldFrom);
    if (free > 0) await exchange.write(free === chunk.byteLength ? chunk : chunk.subarray(0, free));
  }
  digester.verify();
  await exchange.write(held);
  endAnswer(exchange);
}

/** Headers wait for the first bytes: where those cannot be read, there is still an answer that says so. */
function beginner(
  { response }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
): () => void {
  return () => {
    if (!response.headersSent) response.writeHead(status, headers);
  };
}

function endAnswer(exchange: Exchange): void {
  exchange.turn = 'client';
  exchange.response.end();
}
