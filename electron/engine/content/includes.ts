// Reads the files a transfer list is made of: the list itself and what it includes, bounded, without cycles.
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure } from '../disk/file-failure.ts';
import { openRegularFile } from '../disk/open-file.ts';

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 1000;
const MAX_DEPTH = 16;

/** One file of a list. `name` is what messages call it: the path as the operator, or the including list, wrote it. */
export interface ListFile {
  readonly name: string;
  /** Absolute folder: relative paths in the file start here. */
  readonly folder: string;
  readonly text: string;
  /** Real paths from the outermost list down to this file. */
  readonly chain: readonly string[];
}

export interface ListFiles {
  /** Reads the outermost list. Throws FILE_NOT_FOUND, NO_ACCESS, LIMIT_EXCEEDED, LIST_INVALID where it is not UTF-8. */
  readFirst(path: string): Promise<ListFile>;
  /** Reads what `from` includes; the same, and LIST_INVALID for a cycle. */
  readIncluded(from: ListFile, path: string): Promise<ListFile>;
  /** sha256 over the bytes of all files read so far, in the order in which they were read. */
  digest(): Digest;
}

export function createListFiles(): ListFiles {
  const hash = createHash('sha256');
  let files = 0;
  const read = async (name: string, path: string, chain: readonly string[]): Promise<ListFile> => {
    files += 1;
    if (files > MAX_FILES)
      throw new AirlockError('LIMIT_EXCEEDED', `The list includes more than ${MAX_FILES} files.`);
    const { bytes, real } = await readBounded(name, path);
    if (chain.includes(real))
      throw new AirlockError('LIST_INVALID', `${name} includes itself, by way of ${chain.length} lists.`);
    if (chain.length >= MAX_DEPTH)
      throw new AirlockError('LIMIT_EXCEEDED', `${name} is included more than ${MAX_DEPTH} lists deep.`);
    hash.update(bytes);
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      throw new AirlockError('LIST_INVALID', `${name} is not UTF-8 text.`, { cause: error });
    }
    return { name, folder: dirname(resolve(path)), text, chain: [...chain, real] };
  };
  return {
    readFirst: (path) => read(path, path, []),
    readIncluded: (from, path) =>
      read(isAbsolute(path) ? path : join(dirname(from.name), path), resolve(from.folder, path), from.chain),
    digest: () => `sha256:${hash.copy().digest('hex')}` as Digest,
  };
}

async function readBounded(name: string, path: string): Promise<{ bytes: Buffer; real: string }> {
  try {
    const real = await realpath(path);
    const file = await openRegularFile(path, name);
    try {
      const { size } = await file.stat();
      if (size > MAX_BYTES)
        throw new AirlockError('LIMIT_EXCEEDED', `${name} has ${size} bytes; a list may have 32 MiB.`);
      return { bytes: await file.readFile(), real };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailure(error, name);
  }
}
