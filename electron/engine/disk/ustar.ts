// Headers of the tar form: ustar, everything fixed but path and size, so that equal bundles are equal tars (FORMAT §4).

export const TAR_BLOCK = 512;
/** Two zero blocks end a tar; no padding follows. */
export const TAR_END_BYTES = 2 * TAR_BLOCK;

const NAME_BYTES = 100;
/** Beyond this the eleven octal digits of a size do not do; 8 GiB. */
const OCTAL_SIZES = 8 ** 11;

/**
 * What stands before a member's bytes: one header, or for a path of over 100 bytes three blocks, GNU's long name first.
 * Only blobs of sha512 are that long, and their last part is too long for ustar's prefix as well. ASCII paths only.
 */
export function tarHead(path: string, size: number): Buffer {
  if (path.length <= NAME_BYTES) return header(path, size, '0');
  const long = Buffer.alloc(TAR_BLOCK);
  long.write(path, 'latin1');
  return Buffer.concat([
    header('././@LongLink', path.length + 1, 'L'),
    long,
    header(path.slice(0, NAME_BYTES), size, '0'),
  ]);
}

export function tarHeadBytes(path: string): number {
  return path.length <= NAME_BYTES ? TAR_BLOCK : 3 * TAR_BLOCK;
}

/** The size that a header states; undefined where it states none in the form that `tarHead` writes. */
export function tarSize(block: Uint8Array): number | undefined {
  if (block.byteLength < TAR_BLOCK) return undefined;
  const field = Buffer.from(block.buffer, block.byteOffset + 124, 12);
  if (field[0] === 0x80) {
    const size = field.readBigUInt64BE(4);
    return size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(size);
  }
  const digits = /^([0-7]{11})\0$/.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Bytes that a member takes with its padding, without its head. */
export function tarBodyBytes(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

function header(name: string, size: number, type: '0' | 'L'): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  writeSize(block, size);
  block.write('00000000000\0', 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  block.write('0000000\0', 329, 'latin1');
  block.write('0000000\0', 337, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** GNU's base-256 form: the highest bit set, then the number, big-endian. GNU tar, Python and Go read it in a ustar header. */
function writeSize(block: Buffer, size: number): void {
  if (size < OCTAL_SIZES) {
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    return;
  }
  block.writeBigUInt64BE(BigInt(size), 128);
  block[124] = 0x80;
}
