// A registry in memory behind the engine's own interfaces: for units that must not depend on HTTP. It counts its requests.
import { isManifestOrIndexType } from '../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../shared/domain/descriptor.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { hexOf } from '../../shared/domain/digest.ts';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { parseManifest, referrerDescriptor, subjectOf } from '../../electron/engine/oci/manifest.ts';
import type { RegistryClient, Repository } from '../../electron/engine/registry/index.ts';
import type { MadeContent } from './make-content.ts';

interface MemoryRepository {
  /** Holds content, under a tag where one is given. */
  push(content: MadeContent, tag?: string): void;
  /** Holds raw bytes as a manifest of a type, whatever is in them. */
  pushRaw(mediaType: string, digest: Digest, bytes: Uint8Array, tag?: string): void;
  /** Forgets one blob or manifest. */
  drop(digest: Digest): void;
  /** Lists a descriptor as a referrer, whether it is there or not. */
  listReferrer(subject: Digest, descriptor: Descriptor): void;
}

export interface MemoryRegistry {
  readonly client: RegistryClient;
  /** `referrersApi` false keeps referrers under the fallback tag alone. */
  repository(host: string, name: string, options?: { readonly referrersApi?: boolean }): MemoryRepository;
  /** A web file that HEAD finds. */
  serve(url: string, size: number): void;
  /** Every request, as `GET host/name/manifests/x`. */
  readonly requests: readonly string[];
  /** What the registry leaves out of its lists of tags, as a cache does that lists only what it fetched before. */
  readonly unlisted: Set<string>;
  readonly rateLimits: Map<string, { limit: number; remaining: number; windowSeconds: number }>;
}

interface Stored {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** `delay` is awaited before each answer, so that a test can shuffle their order. */
export function createMemoryRegistry(options: { readonly delay?: () => Promise<void> } = {}): MemoryRegistry {
  const requests: string[] = [];
  const unlisted = new Set<string>();
  const repositories = new Map<string, StoredRepository>();
  const files = new Map<string, number>();
  const rateLimits: MemoryRegistry['rateLimits'] = new Map();
  const answer = async (request: string): Promise<void> => {
    requests.push(request);
    await options.delay?.();
  };
  const stored = (host: string, name: string): StoredRepository => {
    const key = `${host}/${name}`;
    const known = repositories.get(key) ?? new StoredRepository();
    repositories.set(key, known);
    return known;
  };
  return {
    requests,
    unlisted,
    rateLimits,
    serve: (url, size) => void files.set(url, size),
    repository(host, name, { referrersApi } = {}) {
      const repository = stored(host, name);
      if (referrersApi !== undefined) repository.referrersApi = referrersApi;
      return repository;
    },
    client: {
      repository: (host, name) => openRepository(host, name, stored(host, name), unlisted, answer),
      ping: () => Promise.resolve(),
      download: (url) => Promise.reject(notFound(url)),
      async head(url) {
        await answer(`HEAD ${url}`);
        const size = files.get(url);
        if (size === undefined) throw notFound(url);
        return { size, etag: undefined };
      },
      bytesResent: 0,
      rateLimits,
      requestCounts: new Map(),
      close: () => Promise.resolve(),
    },
  };
}

class StoredRepository implements MemoryRepository {
  readonly content = new Map<Digest, Stored>();
  readonly tags = new Map<string, Digest>();
  readonly listed = new Map<Digest, Descriptor[]>();
  referrersApi = true;

  push({ root, blobs }: MadeContent, tag?: string): void {
    for (const [digest, bytes] of blobs) {
      const mediaType = digest === root.digest ? root.mediaType : typeOf(bytes);
      this.content.set(digest, { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes });
      const parsed = isManifestOrIndexType(mediaType)
        ? parseManifest(bytes, mediaType, `the pushed ${digest}`)
        : undefined;
      const subject = parsed && subjectOf(parsed);
      if (parsed !== undefined && subject !== undefined)
        this.listReferrer(
          subject.digest,
          referrerDescriptor({ mediaType, digest, size: bytes.byteLength }, parsed),
        );
    }
    if (tag !== undefined) this.tags.set(tag, root.digest);
  }

  pushRaw(mediaType: string, digest: Digest, bytes: Uint8Array, tag?: string): void {
    this.content.set(digest, { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes });
    if (tag !== undefined) this.tags.set(tag, digest);
  }

  drop(digest: Digest): void {
    this.content.delete(digest);
  }

  listReferrer(subject: Digest, descriptor: Descriptor): void {
    this.listed.set(subject, [...(this.listed.get(subject) ?? []), descriptor]);
  }

  find(tagOrDigest: string): Stored | undefined {
    return this.content.get(this.tags.get(tagOrDigest) ?? (tagOrDigest as Digest));
  }
}

function openRepository(
  host: string,
  name: string,
  stored: StoredRepository,
  unlisted: ReadonlySet<string>,
  answer: (request: string) => Promise<void>,
): Repository {
  const label = `${host}/${name}`;
  let hasReferrersApi: boolean | undefined;
  const readOnly = (): Promise<never> => Promise.reject(new TypeError(`${label} is read-only`));
  return {
    host,
    name,
    label,
    get hasReferrersApi() {
      return hasReferrersApi;
    },
    async resolve(tagOrDigest) {
      await answer(`HEAD ${label}/manifests/${tagOrDigest}`);
      return stored.find(tagOrDigest)?.descriptor;
    },
    async fetchManifest(tagOrDigest) {
      await answer(`GET ${label}/manifests/${tagOrDigest}`);
      const found = stored.find(tagOrDigest);
      return found && { descriptor: found.descriptor, bytes: found.bytes };
    },
    async referrers(digest) {
      hasReferrersApi = stored.referrersApi;
      await answer(`GET ${label}/referrers/${digest}`);
      if (stored.referrersApi) return stored.listed.get(digest) ?? [];
      await answer(`GET ${label}/manifests/sha256-${hexOf(digest)}`);
      const fallback = stored.find(`sha256-${hexOf(digest)}`);
      const parsed = fallback && parseManifest(fallback.bytes, fallback.descriptor.mediaType, label);
      return parsed?.kind === 'index' ? parsed.index.manifests : [];
    },
    async stat({ digest }) {
      await answer(`HEAD ${label}/blobs/${digest}`);
      const found = stored.content.get(digest);
      return found === undefined
        ? { state: 'absent', reason: 'unknown' }
        : { state: 'held', size: found.bytes.byteLength };
    },
    async *open({ digest }) {
      await answer(`GET ${label}/blobs/${digest}`);
      const found = stored.content.get(digest);
      if (found === undefined) throw new AirlockError('CONTENT_NOT_FOUND', `${label} has no ${digest}.`);
      // A chunk is lent: the same memory is used again for the next one.
      const lent = Buffer.alloc(7);
      for (let offset = 0; offset < found.bytes.byteLength; offset += lent.byteLength) {
        const chunk = found.bytes.subarray(offset, offset + lent.byteLength);
        lent.set(chunk);
        yield lent.subarray(0, chunk.byteLength);
      }
    },
    async tagsAtOnce() {
      await answer(`GET ${label}/tags/list`);
      return new Set([...stored.tags.keys()].filter((tag) => !unlisted.has(tag)));
    },
    async tags() {
      await answer(`GET ${label}/tags/list`);
      return [...stored.tags.keys()].toSorted();
    },
    ingest: readOnly,
    roots: () => Promise.resolve([]),
    pushManifest: readOnly,
    addToReferrersTag: readOnly,
    offerMount: () => undefined,
  };
}

function typeOf(bytes: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null && 'mediaType' in value) return String(value.mediaType);
  } catch {
    // A layer.
  }
  return 'application/octet-stream';
}

function notFound(url: string): AirlockError {
  return new AirlockError('REFERENCE_NOT_FOUND', `There is nothing at ${url}.`);
}
