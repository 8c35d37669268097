// One TCP or TLS connection that reads into buffers of ours, used again and again: fresh buffers and copies are what a
// download costs, not its hash (756 MB: 0.8–1.2 s against 1.4–2.4 s through a stream).
import net from 'node:net';
import tls from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { networkFailure } from './failures.ts';
import { createChunkedDecoder, endOfHead, HEAD_LIMIT_BYTES, parseResponseHead } from './response-head.ts';
import type { ResponseHead } from './response-head.ts';
import { createStallWatchdog } from './stall-watchdog.ts';
import type { StallWatchdog } from './stall-watchdog.ts';
import type { WireBody } from './wire.ts';

/** Buffers of one size that are lent out and come back. */
export interface SlabPool {
  take(): Buffer;
  give(slab: Buffer): void;
}

const SLAB_BYTES = 1024 * 1024;
const SLABS_KEPT = 32;
/** Bytes that came in are handed on after this long even where they fill no slab. */
const FLUSH_MS = 10;

export function createSlabPool(): SlabPool {
  const free: Buffer[] = [];
  return {
    // Shared, so that whoever hashes or writes in another thread need not copy.
    take: () => free.pop() ?? Buffer.from(new SharedArrayBuffer(SLAB_BYTES)),
    give(slab) {
      if (free.length < SLABS_KEPT) free.push(slab);
    },
  };
}

export interface DirectOrigin {
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  /** Undefined for plain http. */
  readonly tls: { readonly context: tls.SecureContext } | undefined;
}

export interface ConnectionOptions {
  readonly pool: SlabPool;
  readonly stallMs: number;
  /** The connection can take the next request. */
  readonly onIdle: (connection: DirectConnection) => void;
  /** The connection is closed. */
  readonly onEnd: (connection: DirectConnection) => void;
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Goes back to the pool when the taker asked for the next piece. */
  readonly slab: Buffer | undefined;
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export class DirectConnection {
  readonly #socket: net.Socket;
  readonly #origin: DirectOrigin;
  readonly #pool: SlabPool;
  readonly #stallMs: number;
  readonly #watchdog: StallWatchdog;
  readonly #headBuffer = Buffer.allocUnsafeSlow(HEAD_LIMIT_BYTES);
  readonly #onIdle: (connection: DirectConnection) => void;
  readonly #onEnd: (connection: DirectConnection) => void;
  #headFilled = 0;
  #state: 'idle' | 'head' | 'body' = 'idle';
  #error: Error | undefined;
  #ended = false;
  #awaitingHead: Waiting<ResponseHead> | undefined;
  #awaitingPiece: Waiting<Piece | undefined> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #ready: Piece[] = [];
  #slab: Buffer | undefined;
  #slabFrom = 0;
  #slabFilled = 0;
  /** Body bytes still to come; Infinity where only the framing or the end of the connection tells. */
  #left = 0;
  #paused = false;
  /** True once the current exchange got any byte: before that, a connection that was kept may have died unnoticed. */
  #heard = false;

  constructor(
    origin: DirectOrigin,
    socketOf: (onread: net.OnReadOpts) => net.Socket,
    options: ConnectionOptions,
  ) {
    this.#origin = origin;
    this.#pool = options.pool;
    this.#stallMs = options.stallMs;
    this.#onIdle = options.onIdle;
    this.#onEnd = options.onEnd;
    this.#watchdog = createStallWatchdog((error) => this.destroy(error), origin.host);
    this.#socket = socketOf({
      buffer: () => this.#nextBuffer(),
      callback: (count, bytes) => this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, count)),
    });
    this.#socket.on('error', (error) => this.#fail(networkFailure(error, origin.host)));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => {
      this.#end();
      this.#onEnd(this);
    });
  }

  get usable(): boolean {
    return this.#error === undefined && !this.#ended && this.#state === 'idle' && !this.#socket.destroyed;
  }

  get heard(): boolean {
    return this.#heard;
  }

  /** Lets an idle connection not keep the process alive. */
  setWaited(waited: boolean): void {
    if (waited) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Whoever waits on the connection gets the error as it is. */
  destroy(error: Error = networkFailure(new Error('closed'), this.#origin.host)): void {
    this.#fail(error);
    this.#socket.destroy();
  }

  /** Sends a request head and reads the answer's; 1xx answers are passed over. */
  async exchange(requestHead: string): Promise<ResponseHead> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#ended) throw networkFailure(new Error('ended'), this.#origin.host);
    this.#state = 'head';
    this.#headFilled = 0;
    this.#heard = false;
    this.#watchdog.arm(this.#stallMs);
    const head = new Promise<ResponseHead>((resolve, reject) => {
      this.#awaitingHead = { resolve, reject };
    });
    this.#resume();
    this.#socket.write(requestHead, 'latin1');
    try {
      return await head;
    } finally {
      this.#watchdog.disarm();
    }
  }

  /** The body after the head; reading it to its end makes the connection free for the next request. */
  body(head: ResponseHead, onDone: () => void): WireBody {
    let taken = false;
    return {
      [Symbol.asyncIterator]: () => {
        taken = true;
        return this.#read(head, onDone);
      },
      drop: () => {
        if (taken) return;
        onDone();
        this.destroy();
      },
    };
  }

  async *#read(head: ResponseHead, onDone: () => void): AsyncGenerator<Uint8Array, undefined> {
    const chunks = head.framing.kind === 'chunked' ? createChunkedDecoder(this.#origin.host) : undefined;
    let whole = false;
    try {
      for (;;) {
        const piece = await this.#nextPiece();
        if (piece === undefined) {
          if (chunks?.ended === false || (this.#left > 0 && head.framing.kind === 'length'))
            throw networkFailure(new Error('ended early'), this.#origin.host);
          whole = true;
          return undefined;
        }
        if (chunks === undefined) yield piece.bytes;
        else yield* chunks.decode(piece.bytes);
        if (piece.slab !== undefined) this.#pool.give(piece.slab);
        if (chunks?.ended === true) return undefined;
      }
    } finally {
      onDone();
      // Of a chunked body only the taker knows the end, so bytes may lie behind it: such a connection is not used again.
      if (whole && head.framing.kind === 'length' && head.keepAlive && !this.#ended) this.#release();
      else this.destroy();
    }
  }

  #release(): void {
    this.#state = 'idle';
    if (this.#slab !== undefined) this.#pool.give(this.#slab);
    this.#slab = undefined;
    this.#onIdle(this);
  }

  async #nextPiece(): Promise<Piece | undefined> {
    const ready = this.#ready.shift();
    if (ready !== undefined) {
      this.#resume();
      return ready;
    }
    if (this.#error !== undefined) throw this.#error;
    if (this.#left === 0 || this.#ended) return this.#cut();
    this.#watchdog.arm(this.#stallMs);
    if (this.#slabFilled > this.#slabFrom) this.#flushSoon();
    this.#resume();
    return new Promise<Piece | undefined>((resolve, reject) => {
      this.#awaitingPiece = { resolve, reject };
    });
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** Called by the socket after each read: where the next bytes go. Never an empty buffer. */
  #nextBuffer(): Buffer {
    if (this.#state === 'head') return this.#headBuffer.subarray(this.#headFilled % HEAD_LIMIT_BYTES);
    if (this.#state === 'idle' || this.#left === 0) return this.#headBuffer;
    if (this.#slab === undefined) {
      this.#slab = this.#pool.take();
      this.#slabFrom = 0;
      this.#slabFilled = 0;
    }
    return this.#slab.subarray(this.#slabFilled);
  }

  /** Called by the socket with what it read. False pauses it. */
  #take(bytes: Buffer): boolean {
    this.#heard = true;
    if (this.#state === 'head') return this.#takeHead(bytes);
    if (this.#state === 'body' && this.#left > 0) return this.#takeBody(bytes);
    return this.#refuse('sent more than it announced');
  }

  #takeHead(bytes: Buffer): boolean {
    const before = this.#headFilled;
    this.#headFilled += bytes.byteLength;
    for (let from = before; ;) {
      const filled = this.#headBuffer.subarray(0, this.#headFilled);
      const end = endOfHead(filled, from);
      if (end < 0)
        return this.#headFilled < HEAD_LIMIT_BYTES || this.#refuse('answered with a head of over 64 KiB');
      let head: ResponseHead;
      try {
        head = parseResponseHead(filled.subarray(0, end - 4), this.#origin.host);
      } catch (error) {
        this.destroy(error as Error);
        return false;
      }
      const rest = filled.subarray(end);
      if (head.status >= 200) return this.#beginBody(head, rest);
      rest.copy(this.#headBuffer, 0);
      this.#headFilled = rest.byteLength;
      from = 0;
    }
  }

  #refuse(why: string): false {
    const { host } = this.#origin;
    this.destroy(new AirlockError('PROTOCOL', `${host} ${why}.`, { details: { host } }));
    return false;
  }

  #beginBody(head: ResponseHead, rest: Buffer): boolean {
    this.#state = 'body';
    this.#ready = [];
    this.#slab = undefined;
    this.#slabFrom = 0;
    this.#slabFilled = 0;
    this.#left = head.framing.kind === 'length' ? head.framing.bytes : Number.POSITIVE_INFINITY;
    if (rest.byteLength > this.#left) {
      return this.#refuse('sent more than it announced');
    }
    this.#left -= rest.byteLength;
    if (rest.byteLength > 0) this.#ready.push({ bytes: rest, slab: undefined });
    const { resolve } = this.#awaitingHead ?? {};
    this.#awaitingHead = undefined;
    resolve?.(head);
    return true;
  }

  #takeBody(bytes: Buffer): boolean {
    if (bytes.byteLength > this.#left) {
      return this.#refuse('sent more than it announced');
    }
    this.#left -= bytes.byteLength;
    this.#slabFilled += bytes.byteLength;
    if (this.#slabFilled === this.#slab?.byteLength || this.#left === 0) {
      const piece = this.#cut();
      if (piece !== undefined) this.#hand(piece);
    } else if (this.#awaitingPiece !== undefined) this.#flushSoon();
    if (this.#awaitingPiece !== undefined) this.#watchdog.arm(this.#stallMs);
    this.#paused = this.#ready.length > 0;
    return !this.#paused;
  }

  #flushSoon(): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      if (this.#awaitingPiece === undefined) return;
      const piece = this.#cut();
      if (piece !== undefined) this.#hand(piece);
    }, FLUSH_MS);
  }

  /** What the slab holds so far. The socket still fills its rest, so the slab goes on where there is room. */
  #cut(): Piece | undefined {
    const slab = this.#slab;
    if (slab === undefined || this.#slabFilled === this.#slabFrom) return undefined;
    const bytes = slab.subarray(this.#slabFrom, this.#slabFilled);
    const full = this.#slabFilled === slab.byteLength;
    this.#slabFrom = this.#slabFilled;
    if (full || this.#left === 0) this.#slab = undefined;
    return { bytes, slab: this.#slab === undefined ? slab : undefined };
  }

  #hand(piece: Piece): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const waiting = this.#awaitingPiece;
    if (waiting === undefined) {
      this.#ready.push(piece);
      return;
    }
    this.#awaitingPiece = undefined;
    this.#watchdog.disarm();
    waiting.resolve(piece);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watchdog.disarm();
    const waiting = this.#awaitingPiece;
    if (waiting !== undefined) {
      this.#awaitingPiece = undefined;
      clearTimeout(this.#flushTimer);
      waiting.resolve(this.#cut());
    }
    this.#awaitingHead?.reject(this.#error ?? networkFailure(new Error('ended'), this.#origin.host));
    this.#awaitingHead = undefined;
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#watchdog.disarm();
    clearTimeout(this.#flushTimer);
    this.#awaitingHead?.reject(this.#error);
    this.#awaitingHead = undefined;
    this.#awaitingPiece?.reject(this.#error);
    this.#awaitingPiece = undefined;
  }
}

/** A connected socket, TLS done. Throws AirlockErrors of the network, with the original as cause. */
export async function connect(
  origin: DirectOrigin,
  options: ConnectionOptions & {
    readonly signal: AbortSignal;
    /** The last TLS session of this origin, to greet faster. */
    readonly session: { current: Buffer | undefined };
  },
): Promise<DirectConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const place = {
    host: origin.hostname,
    port: origin.port,
    noDelay: true,
    keepAlive: true,
    // Node's 250 ms give up on slow links before the other side could answer.
    autoSelectFamilyAttemptTimeout: 2000,
  };
  const timer = setTimeout(
    () => reject(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })),
    Math.min(options.stallMs, 30_000),
  );
  const onAbort = () => reject(options.signal.reason);
  options.signal.addEventListener('abort', onAbort, { once: true });
  let socket: net.Socket | undefined;
  const connection = new DirectConnection(
    origin,
    (onread) => {
      if (origin.tls === undefined) {
        socket = net.connect({ ...place, onread }, () => resolve(undefined));
      } else {
        // tls.connect hands what net.connect knows on to it; its types do not say so.
        const secureOptions: tls.ConnectionOptions & net.TcpNetConnectOpts = {
          ...place,
          onread,
          secureContext: origin.tls.context,
          ...(net.isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}),
          ...(options.session.current === undefined ? {} : { session: options.session.current }),
        };
        const secure = tls.connect(secureOptions, () => resolve(undefined));
        secure.on('session', (session) => {
          options.session.current = session;
        });
        socket = secure;
      }
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed while connecting')));
      return socket;
    },
    options,
  );
  try {
    await promise;
    return connection;
  } catch (error) {
    socket?.destroy();
    if (options.signal.aborted) throw options.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  }
}
