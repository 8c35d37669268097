// Reads blobs (distribution-spec, Pulling blobs).
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { BlobState, OpenOptions } from '../oci/content-store.ts';
import { askedForBlob, blobTarget } from './address.ts';
import type { Address } from './address.ts';
import type { Answer, Exchange, ExchangeRequest } from './exchange.ts';
import { placeOf, resumingBytes } from './resuming-bytes.ts';
import { lengthOf } from './wire.ts';

/**
 * The bytes of a blob as the registry has them; the taker hashes. Throws CONTENT_NOT_FOUND, and SIZE_MISMATCH as soon as the
 * registry announces or sends another size than the descriptor's.
 */
export async function* downloadBlob(
  exchange: Exchange,
  address: Address,
  descriptor: Descriptor,
  options: OpenOptions & { readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, undefined> {
  const { size, digest } = descriptor;
  const { signal } = options;
  const start = Math.min(options.offset ?? 0, size);
  const end = Math.min(size, start + (options.length ?? size));
  // An empty blob needs no request, and some registries answer 404 or 416 for it.
  if (start === end) return undefined;
  const asked = askedForBlob(address, digest);
  const release = await exchange.acquire(address.host, 'download', signal);

  async function open(from: number) {
    const answer = await exchange.send({
      host: address.host,
      method: 'GET',
      target: blobTarget(address, digest),
      headers: from > 0 || end < size ? { range: `bytes=${from}-${end < size ? end - 1 : ''}` } : {},
      scopes: address.pull,
      signal,
      bulk: true,
      asked,
    });
    if (answer.status === 404) {
      answer.body.drop();
      throw missing(address, descriptor);
    }
    if (answer.status !== 200 && answer.status !== 206) throw await exchange.failure(answer, asked);
    try {
      const { skip, total } = placeOf(answer, from, address.host);
      if (total !== undefined && total !== size) throw otherSize(address, descriptor, total);
      return { body: bounded(answer, size - from + skip, address, descriptor), skip };
    } catch (error) {
      answer.body.drop();
      throw error;
    }
  }

  try {
    yield* resumingBytes({
      start,
      end,
      open,
      again: (error, attempt) => exchange.waitOrThrow(error, attempt, address.host, signal),
      short: (at) => otherSize(address, descriptor, at),
    });
  } finally {
    release();
  }
  return undefined;
}

/** Without a length announced, only counting tells that a registry sends too much. */
function bounded(answer: Answer, most: number, address: Address, descriptor: Descriptor): Answer['body'] {
  if (lengthOf(answer.headers) !== undefined) return answer.body;
  async function* read(): AsyncGenerator<Uint8Array, undefined> {
    let left = most;
    for await (const chunk of answer.body) {
      left -= chunk.byteLength;
      if (left < 0) throw otherSize(address, descriptor, most - left);
      yield chunk;
    }
    return undefined;
  }
  return { [Symbol.asyncIterator]: read, drop: () => answer.body.drop() };
}

/** HEAD; where a registry or the storage behind it refuses HEAD, a GET of the first byte says the same. */
export async function statBlob(
  exchange: Exchange,
  address: Address,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<BlobState> {
  const asked = askedForBlob(address, descriptor.digest);
  const request: ExchangeRequest = {
    host: address.host,
    method: 'HEAD',
    target: blobTarget(address, descriptor.digest),
    scopes: address.pull,
    signal,
    asked,
  };
  const state = await exchange.ask<BlobState | undefined>(request, async (answer) => {
    answer.body.drop();
    if (answer.status === 200) return { state: 'held', size: lengthOf(answer.headers) ?? descriptor.size };
    if (answer.status === 404) return { state: 'absent', reason: 'unknown' };
    if (answer.status === 429 || answer.status >= 500) throw await exchange.failure(answer, asked);
    return undefined;
  });
  if (state !== undefined) return state;
  return exchange.ask<BlobState>(
    { ...request, method: 'GET', headers: { range: 'bytes=0-0' } },
    async (answer) => {
      const { status } = answer;
      if (status !== 200 && status !== 206 && status !== 404 && status !== 416)
        throw await exchange.failure(answer, asked);
      answer.body.drop();
      if (status === 404) return { state: 'absent', reason: 'unknown' };
      return { state: 'held', size: descriptor.size };
    },
  );
}

function missing(address: Address, descriptor: Descriptor): AirlockError {
  return new AirlockError(
    'CONTENT_NOT_FOUND',
    `${address.label} does not hold blob ${shortDigest(descriptor.digest)}.`,
    {
      details: { host: address.host, digest: descriptor.digest },
      remedy: 'The image is not whole at this registry; have it pushed there again.',
    },
  );
}

function otherSize(address: Address, descriptor: Descriptor, found: number): AirlockError {
  return new AirlockError(
    'SIZE_MISMATCH',
    `${address.label}: blob ${shortDigest(descriptor.digest)} has ${found} bytes instead of ${descriptor.size}.`,
    { details: { digest: descriptor.digest, expected: descriptor.size, found } },
  );
}
