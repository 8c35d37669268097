// One repository of one registry as a content store, and by name.
import { z } from 'zod';
import { isManifestOrIndexType, LIMIT } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Throttle } from '../jobs/throttle.ts';
import type { BlobWriter, ByteSource, OpenOptions, Root } from '../oci/content-store.ts';
import { createDigester } from '../oci/digester.ts';
import { childrenOf, parseManifest } from '../oci/manifest.ts';
import { isRepositoryName } from '../oci/reference.ts';
import { addressOf } from './address.ts';
import type { Address } from './address.ts';
import { downloadBlob } from './blob-download.ts';
import type { BlobUploads } from './blob-upload.ts';
import type { Exchange } from './exchange.ts';
import type { FetchedManifest, Repository } from './index.ts';
import { fetchManifest, pushManifest, resolveManifest } from './manifests.ts';
import { pagesOf } from './pages.ts';
import type { Referrers } from './referrers.ts';
import { throttledBytes, throttledWriter } from './throttled.ts';
import { discard, headerOf, readBody } from './wire.ts';

/** ECR refuses more (go-containerregistry: defaultPageSize). */
const TAGS_PER_PAGE = 1000;

const TagsPage = z.object({ tags: z.array(z.string()).nullable().optional() });

export interface RepositoryRoom {
  readonly exchange: Exchange;
  readonly uploads: BlobUploads;
  readonly referrers: Referrers;
  readonly throttle: Throttle | undefined;
  readonly onNotice: (text: string) => void;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** All that the manifest names: which of it is missing, the registry did not say. */
function contentOf({ bytes, descriptor }: FetchedManifest): readonly string[] {
  return childrenOf(parseManifest(bytes, descriptor.mediaType, descriptor.digest)).map(
    (child) => child.digest,
  );
}

/** Throws REFERENCE_INVALID for a name that no registry has. Slashes around it do not count. */
export function repositoryAddress(host: string, path: string): Address {
  const name = path.replaceAll(/^\/+|\/+$/g, '');
  if (!isRepositoryName(name))
    throw new AirlockError('REFERENCE_INVALID', `"${path}" is no repository name (lower case only).`, {
      details: { repository: path },
    });
  return addressOf(host, name);
}

/** Throws as `repositoryAddress`. */
export function createRepository(room: RepositoryRoom, host: string, path: string): Repository {
  const { exchange, uploads, referrers, throttle, onNotice } = room;
  const address = repositoryAddress(host, path);
  const { name } = address;
  const never = new AbortController().signal;
  type Options = { readonly signal?: AbortSignal } | undefined;
  const signalOf = (options: Options) => options?.signal ?? never;

  async function* openManifest(descriptor: Descriptor, options: OpenOptions): AsyncGenerator<Uint8Array> {
    const fetched = await fetchManifest(exchange, address, descriptor.digest, signalOf(options), onNotice);
    if (fetched === undefined)
      throw new AirlockError(
        'CONTENT_NOT_FOUND',
        `${address.label} does not hold manifest ${shortDigest(descriptor.digest)}.`,
        {
          remedy: 'The image is not whole at this registry; have it pushed there again.',
          details: { host, digest: descriptor.digest },
        },
      );
    const start = options.offset ?? 0;
    yield fetched.bytes.subarray(start, start + (options.length ?? descriptor.size));
  }

  /** A manifest is content like any other: its bytes are collected, checked, and pushed by digest. */
  function manifestWriter(descriptor: Descriptor, signal: AbortSignal): BlobWriter {
    const digester = createDigester(descriptor, address.label);
    const parts: Buffer[] = [];
    return {
      write(chunk) {
        digester.update(chunk);
        parts.push(Buffer.from(chunk));
        return Promise.resolve();
      },
      async commit() {
        digester.verify();
        await pushManifest(
          exchange,
          address,
          descriptor.digest,
          { descriptor, bytes: Buffer.concat(parts) },
          signal,
        );
      },
      abort: () => Promise.resolve(),
    };
  }

  async function tags(options?: Options): Promise<readonly string[]> {
    const asked = { host, repository: name, what: 'the list of tags' };
    const found: string[] = [];
    const pages = pagesOf(
      exchange,
      {
        host,
        method: 'GET',
        target: `/v2/${name}/tags/list?n=${TAGS_PER_PAGE}`,
        scopes: address.pull,
        signal: signalOf(options),
        asked,
      },
      async (answer) => {
        if (answer.status !== 404) throw await exchange.failure(answer, asked);
        await discard(answer.body);
        return undefined;
      },
    );
    for await (const page of pages) {
      const parsed = TagsPage.safeParse(page);
      if (!parsed.success) throw new AirlockError('PROTOCOL', `${host}: ${asked.what} is none.`);
      for (const tag of parsed.data.tags ?? []) found.push(tag);
      if (found.length > LIMIT.blobs)
        throw new AirlockError('LIMIT_EXCEEDED', `${address.label} has over ${LIMIT.blobs} tags.`, {
          side: 'source',
        });
    }
    return found;
  }

  async function tagsAtOnce(options?: Options): Promise<ReadonlySet<string> | undefined> {
    // ECR's pull-through repositories list what was pulled through before, and answer for much more (AWS: pull-through cache).
    if (/\.dkr\.ecr[.-]/.test(host)) return undefined;
    const request = {
      host,
      method: 'GET',
      target: `/v2/${name}/tags/list?n=${TAGS_PER_PAGE}`,
      scopes: address.pull,
      signal: signalOf(options),
      asked: { host, repository: name, what: 'the list of tags' },
    } as const;
    const list = exchange.ask(request, async (answer) => {
      const whole = answer.status === 200 && headerOf(answer.headers, 'link') === undefined;
      if (!whole) {
        await discard(answer.body);
        return undefined;
      }
      const bytes = await readBody(answer.body, LIMIT.manifestBytes, `${host}: ${request.asked.what}`);
      const listed = TagsPage.safeParse(jsonOf(bytes)).data?.tags ?? [];
      return listed.length < TAGS_PER_PAGE ? new Set(listed) : undefined;
    });
    // Who may pull may not always list. What else is wrong, the next request says.
    return list.catch((error: unknown) => {
      if (isAirlockError(error)) return undefined;
      throw error;
    });
  }

  return {
    label: address.label,
    host,
    name,
    tags,
    tagsAtOnce,
    async stat(descriptor, options) {
      const signal = signalOf(options);
      if (!isManifestOrIndexType(descriptor.mediaType)) return uploads.stat(address, descriptor, signal);
      const found = await resolveManifest(exchange, address, descriptor.digest, signal);
      return found === undefined
        ? { state: 'absent', reason: 'unknown' }
        : { state: 'held', size: found.size };
    },
    open(descriptor, options = {}): ByteSource {
      if (isManifestOrIndexType(descriptor.mediaType)) return openManifest(descriptor, options);
      const signal = signalOf(options);
      return throttledBytes(
        downloadBlob(exchange, address, descriptor, { ...options, signal }),
        throttle,
        signal,
      );
    },
    async ingest(descriptor, options) {
      const signal = signalOf(options);
      if (!isManifestOrIndexType(descriptor.mediaType)) {
        const writer = await uploads.ingest(address, descriptor, signal);
        return writer === null ? null : throttledWriter(writer, throttle, signal);
      }
      if (descriptor.size > LIMIT.manifestBytes)
        throw new AirlockError(
          'LIMIT_EXCEEDED',
          `Manifest ${shortDigest(descriptor.digest)} has ${descriptor.size} bytes; a manifest may have 4 MiB.`,
        );
      return manifestWriter(descriptor, signal);
    },
    async roots() {
      const found: Root[] = [];
      for (const tag of await tags()) {
        const descriptor = await resolveManifest(exchange, address, tag, never);
        if (descriptor !== undefined) found.push({ name: tag, descriptor });
      }
      return found;
    },
    resolve: (tagOrDigest, options) => resolveManifest(exchange, address, tagOrDigest, signalOf(options)),
    fetchManifest: (tagOrDigest, options) =>
      fetchManifest(exchange, address, tagOrDigest, signalOf(options), onNotice),
    async pushManifest(tagOrDigest, manifest, options) {
      try {
        return await pushManifest(exchange, address, tagOrDigest, manifest, signalOf(options));
      } catch (error) {
        if (error instanceof AirlockError && error.code === 'BLOB_UNKNOWN') {
          const named = error.details['digests'];
          uploads.doubt(
            address,
            Array.isArray(named) && named.length > 0 ? (named as readonly string[]) : contentOf(manifest),
          );
        }
        throw error;
      }
    },
    referrers: (digest, options) => referrers.list(address, digest, signalOf(options)),
    get hasReferrersApi() {
      return referrers.hasApi(host);
    },
    addToReferrersTag: (subject, descriptors, options) =>
      referrers.add(address, subject, descriptors, signalOf(options)),
    offerMount(digest, from) {
      uploads.offerMount(address, digest, from);
    },
  };
}
