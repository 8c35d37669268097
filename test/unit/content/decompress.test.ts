import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync, constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompressed, sniffCompression } from '../../../electron/engine/content/decompress.ts';
import { seededBytes } from '../../support/make-content.ts';

const text = Buffer.from('the quick brown fox\n'.repeat(5000));
const random = seededBytes('decompress', 3_000_000);

/** Lends one buffer over and over, as sources do. */
async function* lend(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(part);
    yield buffer.subarray(0, part.byteLength);
  }
}

async function unpack(
  bytes: Uint8Array,
  kind: 'gzip' | 'zstd',
  options: { size?: number; maxBytes?: number } = {},
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const limits = options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes };
  for await (const chunk of decompressed(lend(bytes, options.size), kind, { what: 'layer', ...limits }))
    parts.push(chunk);
  return Buffer.concat(parts);
}

/** A skippable frame: RFC 8878 §3.1.2. */
function skippable(content: Uint8Array, nibble = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50 + nibble, 0);
  header.writeUInt32LE(content.byteLength, 4);
  return Buffer.concat([header, content]);
}

/** A frame of `blocks` RLE blocks of 128 KiB each: four bytes make 128 KiB. */
function rleFrame(blocks: number, windowDescriptor = 0x38): Buffer {
  const block = (last: boolean) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUIntLE(((128 * 1024) << 3) | (1 << 1) | (last ? 1 : 0), 0, 3);
    return bytes;
  };
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, windowDescriptor]),
    ...Array.from({ length: blocks }, (_, number) => block(number === blocks - 1)),
  ]);
}

const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('gzip', () => {
  it('unpacks every member of a stream, wherever chunks are cut', async () => {
    const bytes = Buffer.concat([gzipSync(text), gzipSync(random), gzipSync(Buffer.alloc(0))]);
    for (const size of [1009, 65536, bytes.byteLength])
      expect(sum(await unpack(bytes, 'gzip', { size }))).toBe(sum(Buffer.concat([text, random])));
    const first = gzipSync(text);
    const cutAtMember = await unpack(Buffer.concat([first, gzipSync(text)]), 'gzip', {
      size: first.byteLength,
    });
    expect(cutAtMember.byteLength).toBe(2 * text.byteLength);
  });

  it('refuses bytes after the end, zeros too', async () => {
    for (const tail of [Buffer.from('garbage'), Buffer.alloc(600), Buffer.from([0, 1, 2])])
      await expect(unpack(Buffer.concat([gzipSync(text), tail]), 'gzip')).rejects.toMatchObject({
        code: 'ARCHIVE_INVALID',
      });
  });

  it('refuses a truncated and a damaged stream', async () => {
    const bytes = gzipSync(random);
    await expect(unpack(bytes.subarray(0, -9), 'gzip')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    const bent = Buffer.from(bytes);
    bent.writeUInt8(bent.readUInt8(1_000_000) ^ 1, 1_000_000);
    await expect(unpack(bent, 'gzip')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('takes the most that gzip can do, and stops at a limit of bytes', async () => {
    const zeros = gzipSync(Buffer.alloc(20_000_000), { level: 9 });
    expect((await unpack(zeros, 'gzip')).byteLength).toBe(20_000_000);
    await expect(unpack(zeros, 'gzip', { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });
});

describe('zstd', () => {
  it('unpacks every frame and passes over skippable ones, wherever chunks are cut', async () => {
    for (const [size, body] of [
      [1, random.subarray(0, 20_000)],
      [4099, random],
      [8 * 1024 * 1024, random],
    ] as const) {
      const bytes = Buffer.concat([
        skippable(Buffer.from('front')),
        zstdCompressSync(text),
        skippable(Buffer.alloc(0), 15),
        zstdCompressSync(body, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
        zstdCompressSync(Buffer.alloc(0)),
        zstdCompressSync(text),
        skippable(seededBytes('toc', 5000), 3),
      ]);
      expect(sum(await unpack(bytes, 'zstd', { size }))).toBe(sum(Buffer.concat([text, body, text])));
    }
  });

  it('unpacks a stream of thousands of small frames, as zstd:chunked layers are', async () => {
    const frames = Array.from({ length: 3000 }, (_, number) =>
      zstdCompressSync(Buffer.from(`file ${number}\n`)),
    );
    const whole = await unpack(Buffer.concat(frames), 'zstd');
    expect(whole.toString()).toMatch(/^file 0\n(?:file \d+\n){2998}file 2999\n$/);
  });

  it('refuses garbage after the last frame', async () => {
    for (const tail of ['garbage', '\0', '\0\0\0\0'])
      await expect(
        unpack(Buffer.concat([zstdCompressSync(text), Buffer.from(tail)]), 'zstd'),
      ).rejects.toMatchObject({
        code: 'ARCHIVE_INVALID',
      });
  });

  it('refuses a stream that ends inside a frame', async () => {
    const bytes = Buffer.concat([zstdCompressSync(text), zstdCompressSync(random)]);
    for (const cut of [1, 1000, random.byteLength - 10])
      await expect(unpack(bytes.subarray(0, -cut), 'zstd')).rejects.toMatchObject({
        code: 'ARCHIVE_INVALID',
      });
  });

  it('refuses a checksum that is not that of the content', async () => {
    const bytes = zstdCompressSync(random, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    bytes.writeUInt8(bytes.readUInt8(bytes.byteLength - 1) ^ 1, bytes.byteLength - 1);
    await expect(unpack(bytes, 'zstd')).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('stops a bomb above 20,000:1', async () => {
    expect((await unpack(rleFrame(2), 'zstd')).byteLength).toBe(256 * 1024);
    await expect(unpack(rleFrame(400), 'zstd')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('refuses a window above 128 MiB before any memory is taken', async () => {
    await expect(unpack(rleFrame(2, 0x89), 'zstd')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect((await unpack(rleFrame(2, 0x88), 'zstd')).byteLength).toBe(256 * 1024);
  });
});

it('passes on what the source throws, and stops the source where the taker stops', async () => {
  const failure = new Error('the line went dead');
  const broken = async function* () {
    yield gzipSync(random).subarray(0, 100_000);
    throw failure;
  };
  const read = async () => {
    for await (const chunk of decompressed(broken(), 'gzip', { what: 'layer' }))
      expect(chunk.length).not.toBe(0);
  };
  await expect(read()).rejects.toBe(failure);
  for (const kind of ['gzip', 'zstd'] as const) {
    let stopped = false;
    const endless = async function* () {
      try {
        for (;;) yield kind === 'gzip' ? gzipSync(random) : zstdCompressSync(random);
      } finally {
        stopped = true;
      }
    };
    for await (const chunk of decompressed(endless(), kind, { what: 'layer' })) if (chunk.length > 0) break;
    await expect.poll(() => stopped).toBe(true);
  }
});

it('tells compressions apart by their first bytes', () => {
  expect(sniffCompression(gzipSync(text))).toBe('gzip');
  expect(sniffCompression(zstdCompressSync(text))).toBe('zstd');
  expect(sniffCompression(skippable(text, 7))).toBe('zstd');
  expect(sniffCompression(Buffer.from('BZh91AY'))).toBe('bzip2');
  expect(sniffCompression(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))).toBe('xz');
  expect(sniffCompression(Buffer.alloc(512))).toBe('none');
  expect(sniffCompression(Buffer.alloc(0))).toBe('none');
});
