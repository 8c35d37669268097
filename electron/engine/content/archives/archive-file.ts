// An archive of images on disk: read through once, hashed where it lies, and never unpacked (FORMAT §2, §3).
import { createHash } from 'node:crypto';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { JobContext } from '../../jobs/job-context.ts';
import { whileRunning } from '../../jobs/pause.ts';
import type { ByteSource } from '../../oci/content-store.ts';
import { digestOf } from '../../oci/digester.ts';
import { formatLocation } from '../blob-location.ts';
import { decompressed, SNIFF_BYTES, sniffCompression } from '../decompress.ts';
import { collectBytes } from '../files/collect-bytes.ts';
import { readFileBytes } from '../files/read-file.ts';
import { createMemberTable, longMember, missingMember } from './member-table.ts';
import type { ArchiveContents, ArchivedFile } from './member-table.ts';
import { readTar } from './read-tar.ts';
import type { TarMember } from './read-tar.ts';

/** Documents of compressed archives, which cannot be gone back to, are held in memory up to this. */
const HELD_BYTES = 256 * 1024 * 1024;
const DOCUMENT_BYTES = 64 * 1024 * 1024;

interface IndexedFile extends ArchivedFile {
  readonly offset: number;
  readonly held: Uint8Array | undefined;
}

/**
 * The tar stream of an archive, whatever it is compressed with by its first bytes.
 * Throws SOURCE_UNSUPPORTED for xz and bzip2, FILE_NOT_FOUND, and what `decompressed` throws.
 */
export async function openTarStream(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly compressed: boolean; readonly bytes: ByteSource }> {
  const first = await collectBytes(readFileBytes(path, { length: SNIFF_BYTES, signal }), SNIFF_BYTES);
  const compression = sniffCompression(first ?? Buffer.alloc(0));
  const bytes = readFileBytes(path, { signal });
  switch (compression) {
    case 'none':
      return { compressed: false, bytes };
    case 'gzip':
    case 'zstd':
      return { compressed: true, bytes: decompressed(bytes, compression, { what: path }) };
    default:
      throw new AirlockError('SOURCE_UNSUPPORTED', `${path} is compressed with ${compression}.`, {
        remedy: 'Decompress it, or compress it with gzip or zstd.',
      });
  }
}

/** Reads an archive through once. `lockPath` is how the lock names it. Throws ARCHIVE_INVALID, LIMIT_EXCEEDED. */
export async function readArchiveFile(
  path: string,
  lockPath: string,
  job: Pick<JobContext, 'signal' | 'pause'>,
): Promise<ArchiveContents> {
  const { signal } = job;
  const { compressed, bytes } = await openTarStream(path, signal);
  const table = createMemberTable<IndexedFile>(path);
  let held = 0;
  for await (const member of readTar(whileRunning(bytes, job), { what: path })) {
    signal.throwIfAborted();
    if (member.type !== 'file') {
      table.addLink(member.name, member.type, member.target);
      continue;
    }
    const read = await readMember(member, compressed ? HELD_BYTES - held : 0);
    held += read.held?.byteLength ?? 0;
    const from = formatLocation({ in: 'archive', path: lockPath, offset: member.offset });
    table.add(member.name, { ...read, size: member.size, offset: member.offset, from });
  }
  return {
    label: path,
    find: (name) => Promise.resolve(table.find(name)),
    async readDocument(name, limit) {
      const file = table.find(name);
      if (file === undefined) throw missingMember(path, name);
      if (file.size > limit) throw longMember(path, name, file.size, limit);
      if (file.held !== undefined) return file.held;
      if (compressed) throw longMember(path, 'all its documents together', HELD_BYTES + 1, HELD_BYTES);
      const range = { offset: file.offset, length: file.size, signal };
      const document = (await collectBytes(readFileBytes(path, range), file.size)) ?? Buffer.alloc(0);
      if (digestOf(document) !== file.digest)
        throw new AirlockError('SOURCE_CHANGED', `${path} changed while it was read.`, { details: { path } });
      return document;
    },
  };
}

/** Hashes a member while it passes; what looks like JSON is held as far as `room` reaches. */
async function readMember(
  member: TarMember,
  room: number,
): Promise<Pick<IndexedFile, 'digest' | 'sha512' | 'compression' | 'held'>> {
  const sha256 = createHash('sha256');
  const sha512 = member.name.startsWith('blobs/sha512/') ? createHash('sha512') : undefined;
  const fits = member.size <= Math.min(room, DOCUMENT_BYTES);
  const parts: Uint8Array[] = [];
  let first: Buffer = Buffer.alloc(0);
  for await (const chunk of member.bytes) {
    if (first.byteLength < SNIFF_BYTES) first = Buffer.concat([first, chunk.subarray(0, SNIFF_BYTES)]);
    sha256.update(chunk);
    sha512?.update(chunk);
    if (fits && (first.byteLength < SNIFF_BYTES || isDocument(member.name, first))) parts.push(chunk);
  }
  return {
    digest: `sha256:${sha256.digest('hex')}` as Digest,
    sha512: sha512 === undefined ? undefined : (`sha512:${sha512.digest('hex')}` as Digest),
    compression: sniffCompression(first),
    held: fits && isDocument(member.name, first) ? Buffer.concat(parts) : undefined,
  };
}

/** True for what may be JSON: manifests and indexes have no suffix in a layout. */
export function isDocument(name: string, first: Uint8Array): boolean {
  return name.endsWith('.json') || /^\s*[[{]/.test(Buffer.from(first).toString('latin1'));
}
