// What an archive holds, by name: links followed inside it, and no name that two readers could understand differently.
import { posix } from 'node:path';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import type { Compression } from '../decompress.ts';

/** One file of an archive whose bytes have been read. */
export interface ArchivedFile {
  readonly size: number;
  readonly digest: Digest;
  /** Only for what is named by it: members under blobs/sha512/. */
  readonly sha512: Digest | undefined;
  /** What the first bytes say. */
  readonly compression: Compression;
  /** `blobs[].from` of a lock; undefined where the fetch store holds it. */
  readonly from: string | undefined;
  /** Puts it into the fetch store, where it is held in memory alone until somebody needs it as a blob. */
  readonly keep?: () => Promise<unknown>;
}

/** An archive, folder or stream of images that has been read through once. */
export interface ArchiveContents {
  /** For messages. */
  readonly label: string;
  /** Throws ARCHIVE_INVALID for a name that stands for two different files, and for links that lead nowhere. */
  find(name: string): Promise<ArchivedFile | undefined>;
  /** A JSON document of at most `limit` bytes. Throws ARCHIVE_INVALID where it is missing, LIMIT_EXCEEDED. */
  readDocument(name: string, limit: number): Promise<Uint8Array>;
}

const MAX_LINKS = 16;

export interface MemberTable<T extends ArchivedFile> {
  add(name: string, file: T): void;
  /** `target` as the archive has it: from the archive's root for a hard link, from the link's own folder for a symbolic one. */
  addLink(name: string, type: 'link' | 'symlink', target: string): void;
  find(name: string): T | undefined;
}

/** Throws ARCHIVE_INVALID from `find` alone: what nobody asks for may be as odd as it likes. */
export function createMemberTable<T extends ArchivedFile>(label: string): MemberTable<T> {
  const files = new Map<string, T>();
  const links = new Map<string, string>();
  const ambiguous = new Set<string>();
  const invalid = (name: string, why: string): AirlockError =>
    new AirlockError('ARCHIVE_INVALID', `${label}: the member ${name} ${why}.`, {
      details: { member: name },
    });
  return {
    add(name, file) {
      const known = files.get(name);
      if (links.has(name) || (known !== undefined && known.digest !== file.digest)) ambiguous.add(name);
      files.set(name, known ?? file);
    },
    addLink(name, type, target) {
      const path = posix.normalize(type === 'symlink' ? posix.join(posix.dirname(name), target) : target);
      const known = links.get(name);
      if (files.has(name) || (known !== undefined && known !== path)) ambiguous.add(name);
      links.set(name, target.startsWith('/') ? '..' : path);
    },
    find(name) {
      let at = name;
      for (let hops = 0; hops <= MAX_LINKS; hops += 1) {
        if (ambiguous.has(at)) throw invalid(at, 'stands in the archive twice, with different content');
        const target = links.get(at);
        if (target === undefined) {
          if (hops > 0 && !files.has(at))
            throw invalid(name, 'is a link to something that is not in the archive');
          return files.get(at);
        }
        if (target === '..' || target.startsWith('../'))
          throw invalid(name, 'is a link that leads out of the archive');
        at = target;
      }
      throw invalid(name, 'is a link that leads back to itself');
    },
  };
}

/** The error of a document that an archive should hold and does not. */
export function missingMember(label: string, name: string): AirlockError {
  return new AirlockError('ARCHIVE_INVALID', `${label} has no ${name}, which it needs.`, {
    details: { member: name },
  });
}

/** The error of a document that is longer than any honest one. */
export function longMember(label: string, name: string, size: number, limit: number): AirlockError {
  return new AirlockError('LIMIT_EXCEEDED', `${label}: ${name} has ${size} bytes; ${limit} are allowed.`, {
    side: 'source',
    remedy: 'Save fewer images into one archive.',
  });
}
