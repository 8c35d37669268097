// Resolves an image out of the local Docker or Podman: its layers become blobs of the fetch store as they pass.
import { LIMIT } from '../../../../shared/domain/descriptor.ts';
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { whileRunning } from '../../jobs/pause.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import { digestOf } from '../../oci/digester.ts';
import type { ByteSource } from '../../oci/content-store.ts';
import { SNIFF_BYTES, sniffCompression } from '../decompress.ts';
import { collectBytes } from '../files/collect-bytes.ts';
import { atEntry } from '../files/entry-error.ts';
import { readFileBytes } from '../files/read-file.ts';
import type { FetchStore, ImageEntry, Resolver } from '../index.ts';
import { saveFromDaemon } from './daemon-socket.ts';
import { isDocument } from './archive-file.ts';
import { createMemberTable, longMember, missingMember } from './member-table.ts';
import type { ArchiveContents, ArchivedFile } from './member-table.ts';
import { readTar } from './read-tar.ts';
import type { TarMember } from './read-tar.ts';
import { readImages, resolveArchived } from './resolve-archive.ts';

/** Documents of one image: far above any, far below what would fill the memory. */
const HELD_BYTES = 64 * 1024 * 1024;
/** Not worth a file unless it is a layer: VERSION, repositories. */
const SMALL_BYTES = 16 * 1024;

/**
 * One item, named as the list names it, since Docker and Podman give one image different RepoTags.
 * Throws DAEMON_UNREACHABLE, REFERENCE_NOT_FOUND, and as `resolveArchiveImage`.
 */
export const resolveDaemonImage: Resolver<ImageEntry & { readonly from: 'daemon' }> = async (
  entry,
  context,
) => {
  try {
    const { signal } = context.job;
    const asked = withTag(entry.name);
    const { label, bytes } = await saveFromDaemon(asked, context.environment, signal);
    const archive = await readStream(
      whileRunning(bytes, context.job),
      `${asked} at ${label}`,
      context.store,
      signal,
    );
    const [image, second] = await readImages(archive);
    if (image === undefined || second !== undefined)
      throw new AirlockError(
        'ARCHIVE_INVALID',
        `The daemon at ${label} sent more than one image for ${asked}.`,
      );
    const reference = formatReference(
      parseReference(isId(entry.name) ? nameOf(image.names, entry.name) : asked),
    );
    const source = { type: 'daemon', name: entry.name } as const;
    return [await resolveArchived(image, { reference, source, label: archive.label }, entry, context)];
  } catch (error) {
    throw atEntry(entry.at, error);
  }
};

/** Without a tag docker saves every tag of the repository. */
function withTag(name: string): string {
  return isId(name) || name.includes('@') || /:[^/]+$/.test(name) ? name : `${name}:latest`;
}

function isId(name: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name);
}

function nameOf(names: readonly string[], id: string): string {
  const [name] = names;
  if (name !== undefined) return name;
  throw new AirlockError('LIST_INVALID', `The image ${id} has no name in its daemon.`, {
    remedy: 'Tag it with `docker tag`, and list it by that name.',
  });
}

interface StoredFile extends ArchivedFile {
  readonly held: Uint8Array | undefined;
}

async function readStream(
  bytes: ByteSource,
  label: string,
  store: FetchStore,
  signal: AbortSignal,
): Promise<ArchiveContents> {
  const table = createMemberTable<StoredFile>(label);
  let held = 0;
  try {
    for await (const member of readTar(bytes, { what: label })) {
      if (member.type !== 'file') {
        table.addLink(member.name, member.type, member.target);
        continue;
      }
      const file = await storeMember(member, store, HELD_BYTES - held, signal);
      held += file.held?.byteLength ?? 0;
      table.add(member.name, file);
    }
  } catch (error) {
    if (signal.aborted || isAirlockError(error)) throw error;
    throw new AirlockError('CONNECTION_LOST', `The daemon stopped sending ${label}.`, { cause: error });
  }
  const documentOf = async (file: StoredFile, limit: number) =>
    file.held ?? (await collectBytes(readFileBytes(store.pathOf(file.digest), { signal }), limit));
  return {
    label,
    find: (name) => Promise.resolve(table.find(name)),
    async readDocument(name, limit) {
      const file = table.find(name);
      if (file === undefined) throw missingMember(label, name);
      const document = await documentOf(file, limit);
      if (document === undefined) throw longMember(label, name, file.size, limit);
      return document;
    },
  };
}

/** Documents and what is small stay in memory; everything else goes to the store while its hash is taken. */
async function storeMember(
  member: TarMember,
  store: FetchStore,
  room: number,
  signal: AbortSignal,
): Promise<StoredFile> {
  const { first, bytes } = await peek(member.bytes);
  const common = { size: member.size, compression: sniffCompression(first), from: undefined };
  const limit = isDocument(member.name, first) ? LIMIT.manifestBytes : SMALL_BYTES;
  if (member.size <= Math.min(room, limit)) {
    const held = (await collectBytes(bytes, member.size)) ?? Buffer.alloc(0);
    const sums = { digest: digestOf(held), sha512: digestOf(held, 'sha512') };
    return { ...common, ...sums, held, keep: () => store.keep(once(held), { signal }) };
  }
  const kept = await store.keep(bytes, { signal, expectedSize: member.size });
  return { ...common, digest: kept.digest, sha512: undefined, held: undefined };
}

/** The first bytes of a stream, and the stream with them. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<{ first: Uint8Array; bytes: ByteSource }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < SNIFF_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.byteLength;
  }
  return {
    first: Buffer.concat(chunks).subarray(0, SNIFF_BYTES),
    bytes: (async function* () {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    })(),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
