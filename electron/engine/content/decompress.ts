// Decompresses gzip and zstd streams whole and within limits (FORMAT §4, Limits).
import { pipeline } from 'node:stream';
import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { LIMIT } from '../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ByteSource } from '../oci/content-store.ts';

/** What the first bytes of a stream say. xz and bzip2 are known only to be refused by name. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** How many first bytes `sniffCompression` looks at. */
export const SNIFF_BYTES = 6;

/** Tells the compression from a stream's first bytes; fewer than SNIFF_BYTES only where the stream has no more. */
export function sniffCompression(first: Uint8Array): Compression {
  const starts = (...magic: number[]) => magic.every((byte, index) => first[index] === byte);
  if (starts(0x1f, 0x8b)) return 'gzip';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (((first[0] ?? 0) & 0xf0) === 0x50 && first[1] === 0x2a && first[2] === 0x4d && first[3] === 0x18)
    return 'zstd';
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  if (starts(0x42, 0x5a, 0x68)) return 'bzip2';
  return 'none';
}

/** Output buffers: the default of 16 KiB costs a turn of the event loop each. */
const CHUNK_BYTES = 256 * 1024;
/** A whole frame of at most this content is decoded at once: zstd:chunked layers have one frame per file. */
const SMALL_FRAME_BYTES = 1024 * 1024;

/**
 * The decompressed bytes; chunks are the taker's to keep. All gzip members and zstd frames are read, zstd's skippable ones
 * passed over. Throws ARCHIVE_INVALID for damage, truncation and bytes after the end, LIMIT_EXCEEDED above 1100:1 (gzip),
 * 20,000:1 and a window of 128 MiB (zstd), or `maxBytes`. `what` names the stream in messages.
 */
export async function* decompressed(
  bytes: ByteSource,
  kind: 'gzip' | 'zstd',
  options: { readonly what: string; readonly maxBytes?: number },
): AsyncGenerator<Uint8Array> {
  const { what } = options;
  const ratio = kind === 'gzip' ? LIMIT.gzipRatio : LIMIT.zstdRatio;
  let taken = 0;
  let given = 0;
  let sourceError: unknown;
  const counted = async function* (): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of bytes) {
        taken += chunk.byteLength;
        // A lent chunk is copied: the decoder may still hold it when the next one is asked for.
        yield Buffer.from(chunk);
      }
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  try {
    for await (const chunk of kind === 'gzip' ? gunzip(counted(), what) : unzstd(counted(), what)) {
      given += chunk.byteLength;
      if (given > ratio * taken)
        throw tooMuch(what, `unpacks to more than ${ratio} times its size, as a decompression bomb does`);
      if (options.maxBytes !== undefined && given > options.maxBytes)
        throw tooMuch(what, `unpacks to more than ${options.maxBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    if (error === sourceError || error instanceof AirlockError) throw error;
    throw damaged(what, 'cannot be decompressed', error);
  }
}

async function* gunzip(bytes: AsyncIterable<Buffer>, what: string): AsyncGenerator<Uint8Array> {
  let fed = 0;
  const counted = async function* () {
    for await (const chunk of bytes) {
      fed += chunk.byteLength;
      yield chunk;
    }
  };
  const engine = createGunzip({ chunkSize: CHUNK_BYTES });
  yield* through(counted(), engine);
  // Node stops without a word at a zero byte after the last member; other readers refuse what follows.
  if (engine.bytesWritten !== fed) throw damaged(what, 'has bytes after its end');
}

/** Node 24 decodes one zstd frame and silently drops what follows it, so frames are told apart here and decoded one by one. */
async function* unzstd(bytes: AsyncIterable<Buffer>, what: string): AsyncGenerator<Uint8Array> {
  const pieces = framePieces(bytes, what);
  try {
    for (;;) {
      const first = await pieces.next();
      if (first.done === true) return;
      const { data, last, contentBytes } = first.value;
      if (last && contentBytes !== undefined && contentBytes <= SMALL_FRAME_BYTES)
        yield zstdDecompressSync(data, { params: WINDOW_LIMIT, maxOutputLength: Math.max(1, contentBytes) });
      else
        yield* through(
          restOfFrame(first.value, pieces),
          createZstdDecompress({ chunkSize: CHUNK_BYTES, params: WINDOW_LIMIT }),
        );
    }
  } finally {
    await pieces.return();
  }
}

const WINDOW_LIMIT = { [constants.ZSTD_d_windowLogMax]: Math.log2(LIMIT.zstdWindowBytes) };

/** A part of one frame that is no skippable one. */
interface FramePiece {
  readonly data: Buffer;
  /** The frame ends with this piece. */
  readonly last: boolean;
  /** Frame_Content_Size, where the frame tells it. */
  readonly contentBytes: number | undefined;
}

async function* restOfFrame(first: FramePiece, pieces: AsyncGenerator<FramePiece>): AsyncGenerator<Buffer> {
  for (let piece = first; ;) {
    yield piece.data;
    if (piece.last) return;
    const next = await pieces.next();
    if (next.done === true) return;
    piece = next.value;
  }
}

/** Cuts a stream at its frame boundaries (RFC 8878 §3.1). */
async function* framePieces(bytes: AsyncIterable<Buffer>, what: string): AsyncGenerator<FramePiece, void> {
  let walker: FrameWalker | undefined;
  let held: Buffer = Buffer.alloc(0);
  let frames = 0;
  for await (const chunk of bytes) {
    let start = 0;
    while (start < chunk.byteLength) {
      walker ??= new FrameWalker(what, frames > 0);
      const end = walker.advance(chunk, start);
      const part = chunk.subarray(start, end);
      const data = held.byteLength === 0 ? part : Buffer.concat([held, part]);
      const { skippable, contentBytes, ended: last } = walker;
      // Until the header is read nobody knows whether the frame is skippable; those few bytes wait.
      held = skippable === undefined ? data : Buffer.alloc(0);
      start = end;
      if (last) {
        walker = undefined;
        frames += 1;
      }
      if (skippable === false) yield { data, last, contentBytes };
    }
  }
  if (walker !== undefined) throw damaged(what, 'ends in the middle of a zstd frame');
  if (frames === 0) throw damaged(what, 'is empty where zstd was expected');
}

type Step = { readonly collect: number } | { readonly skip: number };

/** Follows one frame through chunks by its headers alone, without decoding. */
class FrameWalker {
  /** Undefined until the header has been read. */
  skippable: boolean | undefined;
  contentBytes: number | undefined;
  ended = false;
  readonly #steps: Generator<Step, void, Buffer>;
  readonly #what: string;
  readonly #afterAnother: boolean;
  #step: Step;
  #done = 0;
  readonly #collected = Buffer.alloc(8);

  constructor(what: string, afterAnother: boolean) {
    this.#what = what;
    this.#afterAnother = afterAnother;
    this.#steps = this.#walk();
    this.#step = { collect: 0 };
    this.#next();
  }

  /** Takes the frame's bytes from `position` on; returns where they end in this chunk. */
  advance(chunk: Buffer, position: number): number {
    let at = position;
    while (!this.ended && at < chunk.byteLength) {
      const step = this.#step;
      const wanted = 'collect' in step ? step.collect : step.skip;
      const size = Math.min(wanted - this.#done, chunk.byteLength - at);
      if ('collect' in step) chunk.copy(this.#collected, this.#done, at, at + size);
      this.#done += size;
      at += size;
      if (this.#done === wanted) this.#next();
    }
    return at;
  }

  /** Goes to the next step that needs bytes. */
  #next(): void {
    do {
      this.#done = 0;
      const result = this.#steps.next(this.#collected);
      if (result.done === true) {
        this.ended = true;
        return;
      }
      this.#step = result.value;
    } while (('collect' in this.#step ? this.#step.collect : this.#step.skip) === 0);
  }

  *#walk(): Generator<Step, void, Buffer> {
    const magic = (yield { collect: 4 }).readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      const size = (yield { collect: 4 }).readUInt32LE(0);
      this.skippable = true;
      yield { skip: size };
      return;
    }
    if (magic !== 0xfd2fb528)
      throw damaged(this.#what, this.#afterAnother ? 'has bytes after its end' : 'is not zstd');
    const flags = (yield { collect: 1 }).readUInt8(0);
    yield* this.#readHeader(flags);
    this.skippable = false;
    yield* this.#passBlocks();
    if ((flags & 0x04) !== 0) yield { skip: 4 };
  }

  /** Frame_Header after its descriptor byte (§3.1.1.1). */
  *#readHeader(flags: number): Generator<Step, void, Buffer> {
    const singleSegment = (flags & 0x20) !== 0;
    if ((flags & 0x08) !== 0) throw damaged(this.#what, 'has a reserved bit set in a zstd frame');
    let window = 0;
    if (!singleSegment) {
      const descriptor = (yield { collect: 1 }).readUInt8(0);
      const base = 2 ** (10 + (descriptor >> 3));
      window = base + (base / 8) * (descriptor & 7);
    }
    const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
    if (dictionaryBytes > 0) {
      const id = (yield { collect: dictionaryBytes }).readUIntLE(0, dictionaryBytes);
      if (id !== 0) throw damaged(this.#what, 'needs a zstd dictionary, which did not come with it');
    }
    const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
    if (sizeBytes > 0) {
      const field = yield { collect: sizeBytes };
      this.contentBytes =
        sizeBytes === 8
          ? Number(field.readBigUInt64LE(0))
          : field.readUIntLE(0, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
    }
    if (singleSegment) window = this.contentBytes ?? 0;
    if (window > LIMIT.zstdWindowBytes)
      throw tooMuch(
        this.#what,
        `needs a zstd window of ${window} bytes; ${LIMIT.zstdWindowBytes} are allowed`,
      );
  }

  /** Data_Blocks (§3.1.1.2). */
  *#passBlocks(): Generator<Step, void, Buffer> {
    for (;;) {
      const header = (yield { collect: 3 }).readUIntLE(0, 3);
      const type = (header >> 1) & 3;
      if (type === 3) throw damaged(this.#what, 'has a zstd block of a reserved type');
      yield { skip: type === 1 ? 1 : header >> 3 };
      if ((header & 1) === 1) return;
    }
  }
}

/** Both ends are cleaned up whoever stops first: pipeline destroys the source, leaving the loop destroys the engine. */
async function* through(bytes: AsyncIterable<Buffer>, engine: Transform): AsyncGenerator<Uint8Array> {
  pipeline(bytes, engine, () => undefined);
  for await (const chunk of engine) yield chunk as Buffer;
}

function damaged(what: string, why: string, cause?: unknown): AirlockError {
  return new AirlockError('ARCHIVE_INVALID', `${what} ${why}.`, cause === undefined ? {} : { cause });
}

function tooMuch(what: string, why: string): AirlockError {
  return new AirlockError('LIMIT_EXCEEDED', `${what} ${why}.`, {
    side: 'source',
    remedy: 'Do not use this content unless its maker can say why it is so.',
  });
}
