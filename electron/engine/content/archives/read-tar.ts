// Reads foreign tars in one pass, and lets nothing through that a careless reader could be led astray by (protocols: tar rules).
import { once } from 'node:events';
import { extract } from 'tar-stream';
import type { Extract } from 'tar-stream';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { ByteSource } from '../../oci/content-store.ts';

export interface TarMember {
  /** Without `./`, no part of it empty, `.` or `..`. */
  readonly name: string;
  readonly type: 'file' | 'link' | 'symlink';
  readonly size: number;
  /** Where the content begins in the uncompressed tar. */
  readonly offset: number;
  /** What a link points at, as the archive has it: from the root for a hard link, from its own folder for a symbolic one. */
  readonly target: string;
  /** Valid until the next member is asked for. Read it to its end or not at all. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** An index of more members would take memory that no honest archive of images needs. */
const MAX_MEMBERS = 250_000;

/**
 * The members of a tar stream but its folders: ustar, pax and GNU long names. Throws ARCHIVE_INVALID for truncation, absolute
 * names, `..`, devices, sparse files; LIMIT_EXCEEDED above 250,000 members. What `bytes` throws passes through as it is.
 * `what` names the archive in messages; `backslashes` takes `\` for `/`, as Helm does.
 */
export async function* readTar(
  bytes: ByteSource,
  options: { readonly what: string; readonly backslashes?: boolean },
): AsyncGenerator<TarMember> {
  const { what } = options;
  const archive = extract();
  const feeding = feed(bytes, archive);
  const explain = async (error: unknown): Promise<unknown> => {
    // A refusal of ours comes while the archive is still being fed.
    if (error instanceof AirlockError) return error;
    const { failure } = await feeding;
    if (error === failure) return error;
    return new AirlockError('ARCHIVE_INVALID', `${what} is no whole tar archive: ${messageOf(error)}.`, {
      cause: error,
    });
  };
  let members = 0;
  try {
    for await (const entry of archive) {
      members += 1;
      if (members > MAX_MEMBERS)
        throw new AirlockError('LIMIT_EXCEEDED', `${what} has more than ${MAX_MEMBERS} members.`, {
          side: 'source',
          remedy: 'Split the archive into smaller ones.',
        });
      const member = toMember(entry, explain, options);
      if (member !== undefined) yield member;
      entry.resume();
    }
  } catch (error) {
    throw await explain(error);
  } finally {
    archive.destroy(null);
    await feeding;
  }
}

/** Resolves when the source is closed, with what it threw where it threw. */
async function feed(bytes: ByteSource, archive: Extract): Promise<{ readonly failure?: unknown }> {
  const stopped = new AbortController();
  archive.once('close', () => stopped.abort());
  // The error itself reaches whoever iterates over the archive.
  archive.on('error', () => undefined);
  try {
    for await (const chunk of bytes) {
      // tar-stream keeps slices of what it is given; lent memory would change under it.
      if (!archive.destroyed && !archive.write(Buffer.from(chunk)))
        await once(archive, 'drain', { signal: stopped.signal }).catch(() => undefined);
      if (archive.destroyed) return {};
    }
    archive.end(null);
    return {};
  } catch (error) {
    archive.destroy(error as Error);
    return { failure: error };
  }
}

type Entry = Extract extends AsyncIterable<infer Member> ? Member : never;

/** Of a tar member's header block. */
const HEADER_BYTES = 512;

function toMember(
  entry: Entry,
  explain: (error: unknown) => Promise<unknown>,
  { what, backslashes }: { readonly what: string; readonly backslashes?: boolean },
): TarMember | undefined {
  const { header } = entry;
  const refuse = (why: string): AirlockError =>
    new AirlockError('ARCHIVE_INVALID', `${what} has the member ${JSON.stringify(header.name)}, ${why}.`, {
      details: { member: header.name },
    });
  if (header.type === 'directory') return undefined;
  const name = safeName(backslashes === true ? header.name.replaceAll('\\', '/') : header.name, refuse);
  const bytes = contentOf(entry, explain);
  const common = { name, size: header.size, offset: entry.offset + HEADER_BYTES, bytes };
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      if (Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse')))
        throw refuse('a sparse file, which other readers unpack to something else');
      return { ...common, type: 'file', target: '' };
    case 'link':
    case 'symlink':
      return { ...common, type: header.type, target: header.linkname };
    default:
      throw refuse('which is neither file, folder nor link');
  }
}

/** An archive that ends inside a member is told to whoever reads that member. */
async function* contentOf(
  entry: Entry,
  explain: (error: unknown) => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  try {
    // streamx types its chunks as unknown; they are what `feed` wrote.
    yield* entry as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw await explain(error);
  }
}

function safeName(raw: string, refuse: (why: string) => AirlockError): string {
  if (raw.startsWith('/') || /^[A-Za-z]:/.test(raw)) throw refuse('an absolute path');
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refuse('a path that leads out of the archive');
  if (parts.length === 0) throw refuse('a file without a name');
  return parts.join('/');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
