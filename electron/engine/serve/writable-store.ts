// The registry behind `--writable`: repositories, tags and blobs in a folder, held in memory and written through.
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ANNOTATION, IndexSchema, LIMIT, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { claimWorkFolder, workPaths } from '../bundle/index.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { createDigester } from '../oci/digester.ts';
import { parseManifest, referrerDescriptor, subjectOf } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
import { isRepositoryName } from '../oci/reference.ts';
import { parseStrictJson } from '../oci/strict-json.ts';
import { readFileBytes } from './file-source.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { identityOf } from './served.ts';
import type { ServedBlob, ServedManifest, ServedRepository } from './served.ts';
import { createUploadSessions } from './upload-sessions.ts';
import type { UploadSession, UploadSessions } from './upload-sessions.ts';
import { createWritableFolder } from './writable-folder.ts';
import type { WritableFolder } from './writable-folder.ts';

export interface WritableStore {
  readonly uploads: UploadSessions;
  /** Repositories that hold a manifest, in no order. */
  names(): readonly string[];
  /** Undefined where nothing was ever pushed under the name. */
  repository(name: string): ServedRepository | undefined;
  holdsBlob(name: string, digest: Digest): boolean;
  holdsManifest(name: string, digest: Digest): boolean;
  /** A repository that holds the blob, for a mount that names none. */
  anyHolder(digest: Digest): string | undefined;
  /** Makes a finished upload a blob of its repository. The caller has compared the digest. Ends the session. */
  commitUpload(session: UploadSession, digest: Digest): Promise<void>;
  /** Makes a blob of one repository one of another, too. False where it is not there to be mounted. */
  mountBlob(from: string, to: string, digest: Digest): Promise<boolean>;
  /** Stores the exact bytes and moves the tags, all or nothing. */
  putManifest(
    name: string,
    manifest: {
      readonly descriptor: Descriptor;
      readonly parsed: ParsedManifest;
      readonly bytes: Uint8Array;
    },
    tags: readonly string[],
  ): Promise<void>;
  /** A digest takes its tags with it, a tag goes alone. False where there is none. */
  deleteManifest(name: string, tagOrDigest: string): Promise<boolean>;
  deleteBlob(name: string, digest: Digest): Promise<boolean>;
  /** Lets another server have the folder. */
  close(): Promise<void>;
}

interface StoredManifest {
  readonly descriptor: Descriptor;
  readonly subject: Digest | undefined;
  /** As the referrers API lists it. */
  readonly referrer: Descriptor;
}

interface StoredRepository {
  readonly name: string;
  readonly manifests: Map<Digest, StoredManifest>;
  readonly tags: Map<string, Digest>;
  readonly blobs: Set<Digest>;
  /** Set while a write of `_index.json` waits to begin: whoever changes something meanwhile shares it. */
  waitingSave: Promise<void> | undefined;
  lastSave: Promise<void>;
}

/**
 * Opens or makes the folder. Throws what node:fs throws, IN_USE where another server writes to it, and BUNDLE_DAMAGED for
 * an index of ours that cannot be read.
 */
export async function openWritableStore(root: string, now: () => number): Promise<WritableStore> {
  await mkdir(root, { recursive: true });
  const release = await claim(root);
  try {
    return { ...(await loadStore(root, now)), close: release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function claim(root: string): Promise<() => Promise<void>> {
  const place = join(root, 'serve');
  return claimWorkFolder(place).catch((error: unknown) => {
    if (!isAirlockError(error, 'IN_USE')) throw error;
    throw new AirlockError('IN_USE', `Another server writes to ${root} already.`, {
      cause: error,
      remedy: `Stop it, or choose another folder; if it no longer runs, remove ${workPaths(place).owner}.`,
      details: { place: root },
    });
  });
}

async function loadStore(root: string, now: () => number): Promise<Omit<WritableStore, 'close'>> {
  const folder = createWritableFolder(root);
  await mkdir(folder.uploads, { recursive: true });
  await mkdir(folder.repositories, { recursive: true });
  await writeFile(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const uploads = createUploadSessions(folder.uploads, now);
  await uploads.sweep();
  const repositories = await loadRepositories(folder);
  const lock = createKeyedLock();

  const repositoryToChange = (name: string): StoredRepository => {
    const known = repositories.get(name) ?? emptyRepository(name);
    repositories.set(name, known);
    return known;
  };
  const isHeld = (digest: Digest) =>
    [...repositories.values()].some(({ blobs, manifests }) => blobs.has(digest) || manifests.has(digest));
  const addBlob = async (name: string, digest: Digest) => {
    const mark = folder.membership(name, digest);
    await mkdir(dirname(mark), { recursive: true });
    await writeFile(mark, '');
    repositoryToChange(name).blobs.add(digest);
  };
  /** Under the digest's lock alone: a push of the same bytes would find its file gone. */
  const removeUnheld = async (digest: Digest) => {
    if (!isHeld(digest)) await rm(folder.blob(digest), { force: true });
  };
  /** Takes a blob away whose bytes are not its digest's, so that the next push brings it anew. */
  const dropDamaged = (digest: Digest) =>
    lock.run(digest, async () => {
      for (const repository of repositories.values())
        if (repository.blobs.delete(digest))
          await rm(folder.membership(repository.name, digest), { force: true });
      await removeUnheld(digest);
    });

  return {
    uploads,
    names: () => [...repositories.values()].filter((one) => one.manifests.size > 0).map((one) => one.name),
    repository: (name) => {
      const stored = repositories.get(name);
      return stored === undefined || (stored.blobs.size === 0 && stored.manifests.size === 0)
        ? undefined
        : servedRepository(stored, folder, dropDamaged);
    },
    holdsBlob: (name, digest) => holdsBlob(repositories.get(name), digest),
    holdsManifest: (name, digest) => repositories.get(name)?.manifests.has(digest) === true,
    anyHolder: (digest) => [...repositories.values()].find((one) => holdsBlob(one, digest))?.name,
    commitUpload: (session, digest) =>
      lock.run(digest, async () => {
        const place = folder.blob(digest);
        const held = await stat(place).catch(() => undefined);
        if (held?.size !== session.offset) await folder.moveIn(session.path, place);
        await addBlob(session.repository, digest);
        await uploads.end(session);
      }),
    mountBlob: (from, to, digest) =>
      lock.run(digest, async () => {
        if (!holdsBlob(repositories.get(from), digest)) return false;
        await addBlob(to, digest);
        return true;
      }),
    putManifest: (name, { descriptor, parsed, bytes }, tags) =>
      lock.run(descriptor.digest, async () => {
        await folder.writeWhole(folder.blob(descriptor.digest), bytes);
        const repository = repositoryToChange(name);
        const before = new Map(tags.map((tag) => [tag, repository.tags.get(tag)]));
        const wasHeld = repository.manifests.has(descriptor.digest);
        repository.manifests.set(descriptor.digest, storedManifest(descriptor, parsed));
        for (const tag of tags) repository.tags.set(tag, descriptor.digest);
        try {
          await save(repository, folder);
        } catch (error) {
          for (const [tag, digest] of before)
            if (digest === undefined) repository.tags.delete(tag);
            else repository.tags.set(tag, digest);
          if (!wasHeld) repository.manifests.delete(descriptor.digest);
          throw error;
        }
      }),
    async deleteManifest(name, tagOrDigest) {
      const repository = repositories.get(name);
      if (repository === undefined) return false;
      if (!isDigest(tagOrDigest)) {
        if (!repository.tags.delete(tagOrDigest)) return false;
        await save(repository, folder);
        return true;
      }
      if (!repository.manifests.delete(tagOrDigest)) return false;
      for (const [tag, digest] of repository.tags) if (digest === tagOrDigest) repository.tags.delete(tag);
      await save(repository, folder);
      await lock.run(tagOrDigest, () => removeUnheld(tagOrDigest));
      return true;
    },
    deleteBlob: (name, digest) =>
      lock.run(digest, async () => {
        if (repositories.get(name)?.blobs.delete(digest) !== true) return false;
        await rm(folder.membership(name, digest), { force: true });
        await removeUnheld(digest);
        return true;
      }),
  };
}

function emptyRepository(name: string): StoredRepository {
  return {
    name,
    manifests: new Map(),
    tags: new Map(),
    blobs: new Set(),
    waitingSave: undefined,
    lastSave: Promise.resolve(),
  };
}

function holdsBlob(repository: StoredRepository | undefined, digest: Digest): boolean {
  return repository?.blobs.has(digest) === true || repository?.manifests.has(digest) === true;
}

function storedManifest(descriptor: Descriptor, parsed: ParsedManifest): StoredManifest {
  return {
    descriptor,
    subject: subjectOf(parsed)?.digest,
    referrer: referrerDescriptor(descriptor, parsed),
  };
}

function servedRepository(
  stored: StoredRepository,
  folder: WritableFolder,
  drop: (digest: Digest) => Promise<void>,
): ServedRepository {
  return {
    name: stored.name,
    tags: () => [...stored.tags.keys()],
    manifest: (tagOrDigest) => {
      const digest = isDigest(tagOrDigest) ? tagOrDigest : stored.tags.get(tagOrDigest);
      const held = digest === undefined ? undefined : stored.manifests.get(digest);
      return Promise.resolve(held === undefined ? undefined : servedManifest(held.descriptor, folder));
    },
    blob: async (digest) => {
      if (!holdsBlob(stored, digest)) return undefined;
      const mediaType = stored.manifests.get(digest)?.descriptor.mediaType ?? MEDIA.octets;
      const file = await servedFile(folder.blob(digest), digest, mediaType);
      return file === undefined ? undefined : { ...file, drop: () => drop(digest) };
    },
    referrers: (subject) =>
      [...stored.manifests.values()]
        .filter((manifest) => manifest.subject === subject)
        .map((manifest) => manifest.referrer),
  };
}

function servedManifest(descriptor: Descriptor, folder: WritableFolder): ServedManifest {
  return {
    descriptor,
    async read() {
      const bytes = await readFile(folder.blob(descriptor.digest));
      const digester = createDigester(descriptor, 'The writable folder');
      digester.update(bytes);
      digester.verify();
      return bytes;
    },
  };
}

async function servedFile(path: string, digest: Digest, mediaType: string): Promise<ServedBlob | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return {
    descriptor: { mediaType, digest, size: found.size },
    identity: identityOf(path, found),
    open: (options) => readFileBytes(path, found.size, options),
  };
}

/** Writes `_index.json` with all that changed until the write begins; many pushes to one repository share writes. */
function save(repository: StoredRepository, folder: WritableFolder): Promise<void> {
  repository.waitingSave ??= repository.lastSave
    .catch(() => undefined)
    .then(() => {
      repository.waitingSave = undefined;
      return folder.writeWhole(folder.index(repository.name), indexOf(repository));
    });
  repository.lastSave = repository.waitingSave;
  return repository.waitingSave;
}

function indexOf(repository: StoredRepository): Uint8Array {
  const tagged = new Set(repository.tags.values());
  const entry = ({ descriptor }: StoredManifest, tag?: string) => ({
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    ...(tag === undefined ? {} : { annotations: { [ANNOTATION.refName]: tag } }),
  });
  const manifests = [...repository.manifests.values()]
    .filter(({ descriptor }) => !tagged.has(descriptor.digest))
    .map((manifest) => entry(manifest));
  for (const [tag, digest] of repository.tags) {
    const manifest = repository.manifests.get(digest);
    if (manifest !== undefined) manifests.push(entry(manifest, tag));
  }
  return canonicalJson({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests });
}

async function loadRepositories(folder: WritableFolder): Promise<Map<string, StoredRepository>> {
  const repositories = new Map<string, StoredRepository>();
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true });
    const name = relative(folder.repositories, path).split(sep).join('/');
    if (entries.some((entry) => entry.name === '_index.json' || entry.name === '_blobs'))
      repositories.set(name, await loadRepository(folder, name));
    for (const entry of entries)
      if (entry.isDirectory() && isRepositoryName(entry.name)) await visit(join(path, entry.name));
  };
  await visit(folder.repositories);
  return repositories;
}

async function loadRepository(folder: WritableFolder, name: string): Promise<StoredRepository> {
  const repository = emptyRepository(name);
  for (const algorithm of ['sha256', 'sha512']) {
    const marks = join(folder.repositories, name, '_blobs', algorithm);
    for (const hex of await readdir(marks).catch(() => [])) {
      const digest = `${algorithm}:${hex}`;
      if (isDigest(digest)) repository.blobs.add(digest);
    }
  }
  const bytes = await readFile(folder.index(name)).catch(() => undefined);
  if (bytes === undefined) return repository;
  const index = IndexSchema.safeParse(parseStrictJson(bytes, folder.index(name)));
  if (!index.success || bytes.byteLength > LIMIT.indexJsonBytes)
    throw new AirlockError('BUNDLE_DAMAGED', `${folder.index(name)} is no index of a repository.`, {
      remedy: 'Move the folder of this repository away; what it held has to be pushed again.',
    });
  for (const { mediaType, digest, size, annotations } of index.data.manifests) {
    const held =
      repository.manifests.get(digest) ?? (await loadManifest(folder, { mediaType, digest, size }));
    // Somebody deleted the file by hand: then the registry does not hold it.
    if (held === undefined) continue;
    repository.manifests.set(digest, held);
    const tag = annotations?.[ANNOTATION.refName];
    if (tag !== undefined) repository.tags.set(tag, digest);
  }
  return repository;
}

async function loadManifest(
  folder: WritableFolder,
  descriptor: Descriptor,
): Promise<StoredManifest | undefined> {
  try {
    const bytes = await servedManifest(descriptor, folder).read();
    return storedManifest(descriptor, parseManifest(bytes, descriptor.mediaType, descriptor.digest));
  } catch {
    return undefined;
  }
}
