// Writes blobs: finds out whether they are there, mounts them, or sends them once and checks them before they are whole.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { HELD_BACK_BYTES } from '../oci/content-store.ts';
import type { BlobState, BlobWriter } from '../oci/content-store.ts';
import { createDigester } from '../oci/digester.ts';
import { askedForBlob, uploadsTarget } from './address.ts';
import type { Address } from './address.ts';
import { statBlob } from './blob-download.ts';
import { chunkSink, closingUrl, ModeRefused, patchSink, putSink, taken } from './blob-sinks.ts';
import type { BlobSink, UploadMode } from './blob-sinks.ts';
import type { Answer, Exchange } from './exchange.ts';
import { uploadTargetOf } from './redirects.ts';
import { withRetries } from './retry.ts';
import { discard, headerOf } from './wire.ts';

/** ghcr.io takes no more in one PATCH. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** A registry may ask for larger chunks; each upload under way holds one in memory, so there is an end to it. */
const LARGEST_CHUNK_BYTES = 16 * 1024 * 1024;
/** Resets of a single PUT in a row that count as "this proxy takes no such body". */
const RESETS_THAT_REFUSE = 2;

/** What one host turned out to accept. */
interface HostHabits {
  mode: UploadMode;
  readonly chunk: { bytes: number };
  resets: number;
  mounts: boolean;
}

export interface BlobUploads {
  stat(address: Address, descriptor: Descriptor, signal: AbortSignal): Promise<BlobState>;
  /** Null where the registry has the blob already, took it by mount, or another upload of it to the same place ended well. */
  ingest(address: Address, descriptor: Descriptor, signal: AbortSignal): Promise<BlobWriter | null>;
  offerMount(address: Address, digest: Digest, from: string): void;
  /** The registry said that it misses these although it seemed to have them: the next ingest sends them, whatever HEAD says. */
  doubt(address: Address, digests: readonly string[]): void;
  /** Bytes that went out although they had gone out before. */
  readonly bytesResent: number;
}

export interface Session {
  readonly url: URL;
  readonly leastChunkBytes: number;
}

export function createBlobUploads(exchange: Exchange): BlobUploads {
  const habits = new Map<string, HostHabits>();
  const underWay = new Map<string, Promise<boolean>>();
  const mounts = new Map<string, string>();
  const absent = new Set<string>();
  const uploaded = new Set<string>();
  const doubted = new Set<string>();
  /** How far a failed upload had come. */
  const sentBefore = new Map<string, number>();
  let bytesResent = 0;

  // The same digest in another repository is another blob there (a registry may keep repositories apart).
  const keyOf = (address: Address, digest: string) => `${address.label}@${digest}`;

  function habitsOf(host: string): HostHabits {
    let known = habits.get(host);
    if (known === undefined) {
      known = { mode: 'put', chunk: { bytes: CHUNK_BYTES }, resets: 0, mounts: true };
      habits.set(host, known);
    }
    return known;
  }

  async function stat(address: Address, descriptor: Descriptor, signal: AbortSignal): Promise<BlobState> {
    const key = keyOf(address, descriptor.digest);
    if (uploaded.has(key)) return { state: 'held', size: descriptor.size };
    const state = await statBlob(exchange, address, descriptor, signal);
    if (state.state === 'held') absent.delete(key);
    else absent.add(key);
    return state;
  }

  /** 201 ends it, 202 is an ordinary session, anything else is asked for anew without the mount (ggcr#1404, #1679). */
  async function openSession(
    address: Address,
    digest: Digest,
    signal: AbortSignal,
    from?: string,
  ): Promise<Session | 'mounted'> {
    const asked = askedForBlob(address, digest, true);
    const query =
      from === undefined ? '' : `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const scopes = from === undefined ? address.push : [...address.push, `repository:${from}:pull`];
    const { host } = address;
    return exchange.ask(
      { host, method: 'POST', target: `${uploadsTarget(address)}${query}`, scopes, signal, asked },
      async (answer) => {
        if (from !== undefined && answer.status === 201) {
          await discard(answer.body);
          return 'mounted';
        }
        if (answer.status !== 202) throw await exchange.failure(answer, asked);
        await discard(answer.body);
        return uploadSessionOf(answer, address);
      },
    );
  }

  async function mount(
    address: Address,
    digest: Digest,
    signal: AbortSignal,
  ): Promise<Session | 'mounted' | undefined> {
    const from = mounts.get(keyOf(address, digest));
    const known = habitsOf(address.host);
    if (from === undefined || from === address.name || !known.mounts) return undefined;
    // A mount from where the blob is still arriving would fail.
    await untilDone(underWay.get(`${address.host}/${from}@${digest}`), signal);
    try {
      return await openSession(address, digest, signal, from);
    } catch (error) {
      signal.throwIfAborted();
      if (isAirlockError(error, 'UNAUTHORIZED', 'QUOTA_EXCEEDED', 'HOST_UNREACHABLE', 'HOST_UNKNOWN'))
        throw error;
      known.mounts = false;
      return undefined;
    }
  }

  function openSink(
    address: Address,
    descriptor: Descriptor,
    session: Session,
    signal: AbortSignal,
  ): BlobSink {
    const known = habitsOf(address.host);
    const { digest, size } = descriptor;
    const options = { exchange, address, digest, size, session: session.url, signal };
    if (known.mode === 'put') return putSink(options);
    if (known.mode === 'patch') return patchSink(options);
    known.chunk.bytes = Math.max(known.chunk.bytes, Math.min(session.leastChunkBytes, LARGEST_CHUNK_BYTES));
    return chunkSink({ ...options, chunk: known.chunk });
  }

  /** What to throw for a failed sink, and what to remember of the host. */
  function learn(address: Address, error: unknown, what: string): unknown {
    const known = habitsOf(address.host);
    if (error instanceof ModeRefused) {
      const { cause } = error;
      if (known.mode === 'chunks') return cause;
      known.mode = error.status === 413 || known.mode === 'patch' ? 'chunks' : 'patch';
      return new AirlockError(
        'UPLOAD_LOST',
        `${address.host} does not take ${what} in one piece (${error.status}); it is sent in another way.`,
        { cause, details: { host: address.host, status: error.status } },
      );
    }
    if (isAirlockError(error, 'CONNECTION_LOST') && known.mode !== 'chunks') {
      known.resets += 1;
      if (known.resets >= RESETS_THAT_REFUSE) {
        known.resets = 0;
        known.mode = known.mode === 'put' ? 'patch' : 'chunks';
      }
    }
    return error;
  }

  /** Small enough to be in memory: one PUT, repeated as often as the table says. */
  async function sendSmall(
    address: Address,
    descriptor: Descriptor,
    bytes: Uint8Array,
    first: Session | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = askedForBlob(address, descriptor.digest, true);
    let session = first;
    let sent = false;
    await withRetries(
      async () => {
        const given = session ?? (await openSession(address, descriptor.digest, signal));
        session = undefined;
        if (given === 'mounted') return;
        if (sent) bytesResent += bytes.byteLength;
        sent = true;
        try {
          if (habitsOf(address.host).mode !== 'put') {
            const sink = openSink(address, descriptor, given, signal);
            await sink.take(bytes);
            await sink.finish();
            return;
          }
          const answer = await exchange.send({
            host: address.host,
            method: 'PUT',
            target: closingUrl(given.url, descriptor.digest),
            headers: { 'content-type': 'application/octet-stream' },
            body: bytes,
            scopes: address.push,
            signal,
            asked,
          });
          if ([200, 201, 202, 204].includes(answer.status)) {
            await taken({ address, digest: descriptor.digest }, answer);
            return;
          }
          const { status } = answer;
          const failure = await exchange.failure(answer, asked);
          throw [404, 405, 411, 501].includes(status) && failure.code !== 'UPLOAD_LOST'
            ? new ModeRefused(status, failure)
            : failure;
        } catch (error) {
          throw learn(address, error, asked.what);
        }
      },
      exchange.retrying(address.host, signal),
    );
  }

  function createWriter(
    address: Address,
    descriptor: Descriptor,
    first: Session | undefined,
    signal: AbortSignal,
    onEnd: (stored: boolean) => void,
  ): BlobWriter {
    const { digest, size } = descriptor;
    const asked = askedForBlob(address, digest, true);
    const key = keyOf(address, digest);
    const digester = createDigester(descriptor, address.label);
    const tail = Buffer.allocUnsafe(Math.min(size, HELD_BACK_BYTES));
    const tailStart = size - tail.byteLength;
    const before = sentBefore.get(key) ?? 0;
    let sent = 0;
    let sink: BlobSink | undefined;
    let release: (() => void) | undefined;
    let ended = false;

    async function send(bytes: Uint8Array): Promise<void> {
      if (sink === undefined) {
        release = await exchange.acquire(address.host, 'upload', signal);
        const session = first ?? (await openSession(address, digest, signal));
        if (session === 'mounted')
          throw new AirlockError('INTERNAL', 'A session without a mount was mounted.');
        sink = openSink(address, descriptor, session, signal);
      }
      try {
        await sink.take(bytes);
      } catch (error) {
        throw learn(address, error, asked.what);
      } finally {
        bytesResent += Math.max(0, Math.min(before, sent + bytes.byteLength) - sent);
        sent += bytes.byteLength;
      }
    }

    async function finish(): Promise<void> {
      if (tailStart === 0) {
        await sendSmall(address, descriptor, tail, first, signal);
        return;
      }
      await send(tail);
      try {
        await sink?.finish();
      } catch (error) {
        if (!(await arrivedAnyway(error))) throw learn(address, error, asked.what);
      }
      habitsOf(address.host).resets = 0;
    }

    /** All bytes went out and only the answer was lost: the blob may well be there. */
    async function arrivedAnyway(error: unknown): Promise<boolean> {
      if (!isAirlockError(error, 'CONNECTION_LOST', 'STALLED', 'SERVER_FAULT') || signal.aborted)
        return false;
      try {
        return (await statBlob(exchange, address, descriptor, signal)).state === 'held';
      } catch {
        return false;
      }
    }

    function end(stored: boolean): void {
      if (ended) return;
      ended = true;
      if (stored) {
        sentBefore.delete(key);
        uploaded.add(key);
        doubted.delete(key);
      } else {
        sink?.drop();
        if (sent > before) sentBefore.set(key, sent);
      }
      release?.();
      onEnd(stored);
    }

    return {
      async write(chunk) {
        const at = digester.bytes;
        digester.update(chunk);
        const ahead = Math.max(0, Math.min(chunk.byteLength, tailStart - at));
        // Copied first: once the chunk went out, its memory may be in use again.
        if (ahead < chunk.byteLength) tail.set(chunk.subarray(ahead), at + ahead - tailStart);
        if (ahead > 0) await send(chunk.subarray(0, ahead));
      },
      async commit() {
        try {
          digester.verify();
          await finish();
          end(true);
        } catch (error) {
          end(false);
          throw error;
        }
      },
      abort() {
        end(false);
        return Promise.resolve();
      },
    };
  }

  return {
    stat,
    get bytesResent() {
      return bytesResent;
    },
    offerMount(address, digest, from) {
      mounts.set(keyOf(address, digest), from);
    },
    doubt(address, digests) {
      for (const digest of digests) {
        const key = keyOf(address, digest);
        doubted.add(key);
        uploaded.delete(key);
        mounts.delete(key);
      }
    },
    async ingest(address, descriptor, signal) {
      const key = keyOf(address, descriptor.digest);
      while (underWay.has(key)) if (await untilDone(underWay.get(key), signal)) return null;
      const done = Promise.withResolvers<boolean>();
      underWay.set(key, done.promise);
      const onEnd = (stored: boolean) => {
        underWay.delete(key);
        done.resolve(stored);
      };
      try {
        const certain = doubted.has(key);
        // ECR does not look for the blob on POST as GCR does, so it is asked for, unless the caller just did.
        const there =
          !certain &&
          (uploaded.has(key) ||
            (!absent.has(key) && (await stat(address, descriptor, signal)).state === 'held'));
        const session = there || certain ? undefined : await mount(address, descriptor.digest, signal);
        if (there || session === 'mounted') {
          uploaded.add(key);
          onEnd(true);
          return null;
        }
        return createWriter(address, descriptor, session, signal, onEnd);
      } catch (error) {
        onEnd(false);
        throw error;
      }
    },
  };
}

/** Where an upload goes on that was just opened. Throws PROTOCOL where the registry did not say. */
export function uploadSessionOf(answer: Answer, address: Address): Session {
  const location = headerOf(answer.headers, 'location');
  if (location === undefined)
    throw new AirlockError('PROTOCOL', `${address.host} began an upload without saying where it goes.`, {
      details: { host: address.host },
    });
  const least = headerOf(answer.headers, 'oci-chunk-min-length') ?? '';
  return {
    url: uploadTargetOf(location, answer.url),
    leastChunkBytes: /^\d{1,12}$/.test(least) ? Number(least) : 0,
  };
}

/** Whether the other upload ended well; false where there is none. */
async function untilDone(other: Promise<boolean> | undefined, signal: AbortSignal): Promise<boolean> {
  if (other === undefined) return false;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([other, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
