// The three ways a registry takes the bytes of a blob: one PUT, one PATCH, or chunks (distribution-spec, Pushing blobs).
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { askedForBlob } from './address.ts';
import type { Address } from './address.ts';
import type { Answer, Exchange } from './exchange.ts';
import { createHandoff } from './handoff.ts';
import { uploadTargetOf, withQuery } from './redirects.ts';
import { discard, headerOf } from './wire.ts';

export type UploadMode = 'put' | 'patch' | 'chunks';

/** Where one upload's bytes go. Exactly one of finish and drop ends it. */
export interface BlobSink {
  /** Resolves when the chunk's memory is no longer needed. */
  take(chunk: Uint8Array): Promise<void>;
  /** All bytes were taken: resolves when the registry has the blob under its digest. */
  finish(): Promise<void>;
  /** Breaks the connection off, so that the registry cannot take what it has for the whole. */
  drop(): void;
}

export interface SinkOptions {
  readonly exchange: Exchange;
  readonly address: Address;
  readonly digest: Digest;
  readonly size: number;
  /** The upload session: Location as the registry named it. */
  readonly session: URL;
  readonly signal: AbortSignal;
}

/** The registry refuses this way of sending, not the blob: the next one may do. */
export class ModeRefused extends Error {
  override readonly name = 'ModeRefused';
  readonly status: number;

  constructor(status: number, cause: AirlockError) {
    super(cause.message, { cause });
    this.status = status;
  }
}

const TAKEN: ReadonlySet<number> = new Set([200, 201, 202, 204]);
/** 413 of a proxy's body limit, 411 of one that wants chunks, 404, 405 and 501 of registries that know only PATCH (containerd#3533). */
const REFUSED: ReadonlySet<number> = new Set([404, 405, 411, 413, 501]);

/** PUT with the whole body: the fewest requests. */
export function putSink(options: SinkOptions): BlobSink {
  const target = closingUrl(options.session, options.digest);
  return streamSink(options, 'PUT', target, (answer) => taken(options, answer));
}

/** PATCH with the whole body, then an empty PUT, as docker and crane send. */
export function patchSink(options: SinkOptions): BlobSink {
  return streamSink(options, 'PATCH', options.session, async (answer) => {
    const session = nextSession(answer, options.session);
    await discard(answer.body);
    await closeSession(options, session);
  });
}

function streamSink(
  options: SinkOptions,
  method: 'PUT' | 'PATCH',
  target: URL,
  accepted: (answer: Answer) => Promise<void>,
): BlobSink {
  const { exchange, address, digest, size, signal } = options;
  const asked = askedForBlob(address, digest, true);
  const handoff = createHandoff();
  const answered = exchange.send({
    host: address.host,
    method,
    target,
    headers: { 'content-type': 'application/octet-stream' },
    body: { stream: handoff.stream, size },
    scopes: address.push,
    signal,
    asked,
  });
  /** Set once the registry answered, which it may do before it has all bytes. */
  let over: Promise<void> | undefined;
  const conclude = (): Promise<void> => (over ??= judge());
  async function judge(): Promise<void> {
    const answer = await answered;
    if (TAKEN.has(answer.status)) return accepted(answer);
    const refused = REFUSED.has(answer.status);
    const failure = await exchange.failure(answer, asked);
    throw refused && failure.code !== 'UPLOAD_LOST' ? new ModeRefused(answer.status, failure) : failure;
  }
  answered.catch(() => undefined);
  return {
    async take(chunk) {
      if (over !== undefined) return over;
      const isOver = () => true;
      const early = await Promise.race([
        handoff.put(chunk).then(() => false, isOver),
        answered.then(isOver, isOver),
      ]);
      if (early) await conclude();
    },
    async finish() {
      handoff.end();
      await conclude();
    },
    drop() {
      handoff.fail(new Error('upload dropped'));
    },
  };
}

export interface ChunkOptions {
  /** Current size of a chunk for this host; a 413 halves it for all uploads there. */
  readonly chunk: { bytes: number };
}

const SMALLEST_CHUNK_BYTES = 256 * 1024;

/** PATCH after PATCH, each held in memory until the registry says how much of it it has. */
export function chunkSink(options: SinkOptions & ChunkOptions): BlobSink {
  const { exchange, address, digest, signal } = options;
  const asked = askedForBlob(address, digest, true);
  let session = options.session;
  let offset = 0;
  let buffer: Buffer | undefined;
  let filled = 0;

  async function sendOnce(bytes: Uint8Array): Promise<number> {
    const answer = await exchange.send({
      host: address.host,
      method: 'PATCH',
      target: session,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${offset + bytes.byteLength - 1}`,
      },
      body: bytes,
      scopes: address.push,
      signal,
      asked,
    });
    // ECR answers 201 to a PATCH (regclient: blobPutUploadChunked).
    if (TAKEN.has(answer.status)) {
      session = nextSession(answer, session);
      await discard(answer.body);
      return storedBytes(answer) ?? offset + bytes.byteLength;
    }
    if (answer.status === 413) {
      const failure = await exchange.failure(answer, asked);
      if (options.chunk.bytes <= SMALLEST_CHUNK_BYTES) throw failure;
      options.chunk.bytes = Math.max(SMALLEST_CHUNK_BYTES, Math.floor(options.chunk.bytes / 2));
      return offset;
    }
    if (answer.status === 416) {
      const stored = headerOf(answer.headers, 'location') === undefined ? undefined : storedBytes(answer);
      await discard(answer.body);
      return stored ?? (await statusOf());
    }
    throw await exchange.failure(answer, asked);
  }

  /** How much of the upload the registry has (distribution-spec end-13). */
  async function statusOf(): Promise<number> {
    return exchange.ask(
      { host: address.host, method: 'GET', target: session, scopes: address.push, signal, asked },
      async (answer) => {
        if (answer.status !== 204 && answer.status !== 200 && answer.status !== 202)
          throw await exchange.failure(answer, asked);
        if (headerOf(answer.headers, 'location') !== undefined) session = nextSession(answer, session);
        await discard(answer.body);
        return storedBytes(answer) ?? 0;
      },
    );
  }

  async function send(bytes: Buffer): Promise<void> {
    const begin = offset;
    const end = begin + bytes.byteLength;
    for (let attempt = 0; offset < end;) {
      const before = offset;
      try {
        const from = offset - begin;
        const stored = await sendOnce(bytes.subarray(from, from + options.chunk.bytes));
        if (stored < begin || stored > end) throw outOfStep();
        offset = stored;
        if (offset > before) attempt = 0;
        else if ((attempt += 1) > 10) throw outOfStep();
      } catch (error) {
        await exchange.waitOrThrow(error, attempt, address.host, signal);
        attempt += 1;
        const stored = await statusOf();
        if (stored < begin || stored > end) throw outOfStep();
        offset = stored;
      }
    }
  }

  const outOfStep = () =>
    new AirlockError('UPLOAD_LOST', `${address.label} lost count of the upload of ${asked.what}.`);

  async function flush(): Promise<void> {
    if (buffer !== undefined && filled > 0) await send(buffer.subarray(0, filled));
    filled = 0;
  }

  return {
    async take(chunk) {
      buffer ??= Buffer.allocUnsafe(Math.min(options.chunk.bytes, options.size));
      for (let at = 0; at < chunk.byteLength;) {
        const part = chunk.subarray(at, at + buffer.byteLength - filled);
        buffer.set(part, filled);
        filled += part.byteLength;
        at += part.byteLength;
        if (filled === buffer.byteLength) await flush();
      }
    },
    async finish() {
      await flush();
      await closeSession(options, session);
    },
    drop() {
      buffer = undefined;
    },
  };
}

/** `?digest=` appended as text, whatever the registry put into the query. */
export function closingUrl(session: URL, digest: Digest): URL {
  return withQuery(session, `digest=${encodeURIComponent(digest)}`);
}

/** Checks what the registry says it stored. */
export async function taken(options: Pick<SinkOptions, 'address' | 'digest'>, answer: Answer): Promise<void> {
  const stored = headerOf(answer.headers, 'docker-content-digest');
  await discard(answer.body);
  if (stored !== undefined && stored !== '' && stored !== options.digest)
    throw new AirlockError(
      'TARGET_DIGEST',
      `${options.address.label} stored a blob under ${stored} instead of ${options.digest}.`,
      { details: { expected: options.digest, found: stored } },
    );
}

async function closeSession(options: SinkOptions, session: URL): Promise<void> {
  const { exchange, address, digest, signal } = options;
  const asked = askedForBlob(address, digest, true);
  await exchange.ask(
    {
      host: address.host,
      method: 'PUT',
      target: closingUrl(session, digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(),
      scopes: address.push,
      signal,
      asked,
    },
    async (answer) => {
      if (!TAKEN.has(answer.status)) throw await exchange.failure(answer, asked);
      await taken(options, answer);
    },
  );
}

function nextSession(answer: Answer, current: URL): URL {
  const location = headerOf(answer.headers, 'location');
  return location === undefined ? current : uploadTargetOf(location, answer.url);
}

/** `Range: 0-<last>`; distribution says 0-0 for nothing. */
function storedBytes(answer: Answer): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(headerOf(answer.headers, 'range') ?? '')?.[1];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}
