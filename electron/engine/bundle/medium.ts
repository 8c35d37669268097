// What a medium can take, asked before the first byte: room, and the limits of FAT32 (FORMAT §4, Volumes).
import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure } from '../disk/file-failure.ts';
import type { BundleForm } from './index.ts';

/** What statfs says of a place. */
export interface Medium {
  readonly freeBytes: number;
  /** Files take whole blocks of this size. */
  readonly blockBytes: number;
  readonly isFat32: boolean;
}

/** linux/magic.h: MSDOS_SUPER_MAGIC, which vfat has too. exFAT has none of these limits and another number. */
const FAT_MAGIC = 0x4d44;
const FAT_FILE_BYTES = 2 ** 32 - 1;
/** A folder has 65,536 entries of 32 bytes; the long name of a blob takes six of them. */
const FAT_BLOBS = 10_800;
const NAME_BYTES = 255;

export async function lookAtMedium(place: string): Promise<Medium> {
  const folder = dirname(place);
  try {
    const { bavail, bsize, type } = await statfs(folder);
    return {
      freeBytes: bavail * bsize,
      blockBytes: bsize,
      isFat32: process.platform === 'linux' && type === FAT_MAGIC,
    };
  } catch (error) {
    throw fileFailure(error, folder);
  }
}

/**
 * Throws DISK_FULL or MEDIUM_LIMIT where the bundle will not fit. `missing` are the blobs that are still to be written, `blobs`
 * all; `frontBytes` are all other bytes.
 */
export function requireRoom(
  place: string,
  medium: Medium,
  form: BundleForm,
  sizes: {
    readonly blobs: readonly number[];
    readonly missing: readonly number[];
    readonly frontBytes: number;
    readonly tarBytes: number;
  },
): void {
  const name = basename(place);
  // The longest name beside the bundle is its work folder's or its checksum's.
  if (Buffer.byteLength(`${name}.sha256`) > NAME_BYTES)
    throw new AirlockError('MEDIUM_LIMIT', `The name ${name} is too long for a file.`, {
      remedy: 'Choose a shorter name with -o.',
    });
  if (medium.isFat32) requireFat32(place, form, sizes);
  const rounded = (bytes: number) => Math.ceil(bytes / medium.blockBytes) * medium.blockBytes;
  const needed = rounded(sizes.frontBytes) + sizes.missing.reduce((sum, size) => sum + rounded(size), 0);
  if (needed > medium.freeBytes)
    throw new AirlockError(
      'DISK_FULL',
      `${place} needs ${needed} more bytes and its medium has ${medium.freeBytes} free.`,
      { details: { place, needed, free: medium.freeBytes } },
    );
}

function requireFat32(
  place: string,
  form: BundleForm,
  sizes: { readonly blobs: readonly number[]; readonly tarBytes: number },
): void {
  const largest =
    form === 'tar' ? sizes.tarBytes : sizes.blobs.reduce((most, size) => Math.max(most, size), 0);
  if (largest > FAT_FILE_BYTES)
    throw new AirlockError(
      'MEDIUM_LIMIT',
      `${place} would have a file of ${largest} bytes; its medium is formatted with FAT32, where a file ends at 4 GiB.`,
      form === 'tar' ? { remedy: 'Use the directory form, or a medium with exFAT, ext4, NTFS or APFS.' } : {},
    );
  if (form === 'directory' && sizes.blobs.length > FAT_BLOBS)
    throw new AirlockError(
      'MEDIUM_LIMIT',
      `${place} would have ${sizes.blobs.length} files in one folder; its medium is formatted with FAT32, which takes about ${FAT_BLOBS}.`,
      { remedy: 'Use the tar form, or a medium with exFAT, ext4, NTFS or APFS.' },
    );
}
