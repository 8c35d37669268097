// Files that were dropped on a page, written where the engine can read them.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AirlockError } from '../../shared/errors/airlock-error.ts';

/** Room that a dropped file leaves to everybody else. */
const SPARE_BYTES = 64 * 1024 * 1024;
const MOST_AT_ONCE = 4;

export interface DroppedFiles {
  /** Writes one file and returns where it lies. Throws DISK_FULL, IN_USE (too many at once), LOCAL_IO, CONNECTION_LOST. */
  take(name: string, bytes: number, body: Readable): Promise<string>;
}

/** Below `folder`, one folder a file: names may come twice. */
export function createDroppedFiles(folder: string): DroppedFiles {
  let underWay = 0;
  return {
    async take(name, bytes, body) {
      if (underWay >= MOST_AT_ONCE)
        throw new AirlockError('IN_USE', `${MOST_AT_ONCE} files are being sent over already.`, {
          remedy: 'Drop it again when they are there.',
        });
      underWay += 1;
      const own = join(folder, randomBytes(8).toString('hex'));
      const path = join(own, safeName(name));
      try {
        await mkdir(own, { recursive: true, mode: 0o700 });
        await checkRoom(own, bytes);
        await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
        return path;
      } catch (error) {
        await rm(own, { recursive: true, force: true });
        throw failureOf(error, path);
      } finally {
        underWay -= 1;
      }
    },
  };
}

/**
 * A file name that is one on every system, and says nothing but a name: no folder, no control or direction character, no
 * name of a device.
 */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replace(/^[\s.]+/, '')
    .replace(/[\s.]+$/, '');
  const named = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain) ? `_${plain}` : plain;
  return shortened(named) || 'file';
}

/** To 200 bytes, its ending kept. */
function shortened(name: string): string {
  const ending = /(?:\.[\w-]{1,16}){1,2}$/.exec(name)?.[0] ?? '';
  let stem = name.slice(0, name.length - ending.length);
  while (Buffer.byteLength(stem) + ending.length > 200) stem = stem.slice(0, -1);
  // Half of a character beyond U+FFFF is none.
  return stem.toWellFormed().replaceAll('\u{FFFD}', '') + ending;
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes + SPARE_BYTES > free)
    throw new AirlockError(
      'DISK_FULL',
      `The dropped file has ${bytes} bytes; ${free} are free where it would lie.`,
      {
        details: { folder, bytes, free },
        remedy: 'Make room there, or give the file’s own path instead of dropping it.',
      },
    );
}

function failureOf(error: unknown, path: string): AirlockError {
  if (error instanceof AirlockError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AirlockError('DISK_FULL', 'There is no more room for the dropped file.', { cause: error });
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new AirlockError('CONNECTION_LOST', 'The dropped file did not come whole.', {
      side: 'machine',
      cause: error,
    });
  return new AirlockError('LOCAL_IO', `The dropped file could not be written to ${path}.`, { cause: error });
}
