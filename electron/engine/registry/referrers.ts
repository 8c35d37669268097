// What is attached to a manifest: the referrers API, or the fallback tag where a registry lacks it (distribution-spec, Listing Referrers).
import { z } from 'zod';
import { DescriptorSchema, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, hexOf } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { digestOf } from '../oci/digester.ts';
import { parseStrictJson } from '../oci/strict-json.ts';
import type { Address } from './address.ts';
import type { Exchange } from './exchange.ts';
import { fetchManifest, pushManifest } from './manifests.ts';
import { pagesOf } from './pages.ts';
import { readUpTo } from './wire.ts';

const MOST_REFERRERS = 100_000;

const ReferrersPage = z.object({ manifests: z.array(DescriptorSchema).nullable().optional() });
/** Entries stay as they are: fields that this program does not know are someone's. */
const RawIndex = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })) });

export interface Referrers {
  list(address: Address, subject: Digest, signal: AbortSignal): Promise<readonly Descriptor[]>;
  /** Files descriptors under the fallback tag, unless the registry lists them all by itself. */
  add(
    address: Address,
    subject: Digest,
    descriptors: readonly Descriptor[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Undefined until the host was asked and its answer said so. */
  hasApi(host: string): boolean | undefined;
}

/** `<alg[0:32]>-<encoded[0:64]>`. */
export function referrersTag(subject: Digest): string {
  return `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}`;
}

export function createReferrers(exchange: Exchange, onNotice: (text: string) => void): Referrers {
  const api = new Map<string, boolean>();
  /** The fallback index is read, changed and written: one at a time for each subject. */
  const turns = new Map<string, Promise<void>>();

  /** Undefined where the registry has no such API. */
  async function byApi(
    address: Address,
    subject: Digest,
    signal: AbortSignal,
  ): Promise<readonly Descriptor[] | undefined> {
    if (api.get(address.host) === false) return undefined;
    const found: Descriptor[] = [];
    let supported = true;
    const pages = pagesOf(
      exchange,
      {
        host: address.host,
        method: 'GET',
        target: `/v2/${address.name}/referrers/${subject}`,
        headers: { accept: MEDIA.ociIndex },
        scopes: address.pull,
        signal,
        asked: { host: address.host, repository: address.name, what: 'the list of referrers' },
      },
      async (answer) => {
        const { status } = answer;
        if (status === 429 || status >= 500 || status === 401 || status === 403)
          throw await exchange.failure(answer, {
            host: address.host,
            repository: address.name,
            what: 'the list of referrers',
          });
        supported = false;
        const text = Buffer.from((await readUpTo(answer.body, 4096)).bytes).toString('utf8');
        // A registry that has the API and misses the repository answers 404 as well (oras-go: pingReferrers).
        if (!/NAME_UNKNOWN|MANIFEST_UNKNOWN/.test(text)) api.set(address.host, false);
        return undefined;
      },
    );
    for await (const page of pages) {
      const parsed = ReferrersPage.safeParse(page);
      if (!parsed.success || !isIndex(page)) return undefined;
      found.push(...(parsed.data.manifests ?? []));
      if (found.length > MOST_REFERRERS)
        throw new AirlockError('LIMIT_EXCEEDED', `${address.label} lists over ${MOST_REFERRERS} referrers.`, {
          side: 'source',
        });
    }
    if (!supported) return undefined;
    api.set(address.host, true);
    return found;
  }

  async function fallbackIndex(address: Address, subject: Digest, signal: AbortSignal) {
    const tag = referrersTag(subject);
    const fetched = await fetchManifest(exchange, address, tag, signal, onNotice);
    if (fetched === undefined) return undefined;
    const what = `${address.label}:${tag}`;
    const parsed = RawIndex.safeParse(parseStrictJson(fetched.bytes, what));
    return parsed.success ? parsed.data : 'other';
  }

  async function list(address: Address, subject: Digest, signal: AbortSignal) {
    const listed = await byApi(address, subject, signal);
    if (listed !== undefined) return listed;
    const index = await fallbackIndex(address, subject, signal);
    if (index === undefined || index === 'other') return [];
    return index.manifests.flatMap((entry) => {
      const parsed = DescriptorSchema.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  async function addNow(
    address: Address,
    subject: Digest,
    descriptors: readonly Descriptor[],
    signal: AbortSignal,
  ): Promise<void> {
    const listed = await byApi(address, subject, signal);
    if (listed !== undefined && isWithin(descriptors, listed)) return;
    const index = await fallbackIndex(address, subject, signal);
    if (index === 'other')
      throw new AirlockError(
        'TAG_CONFLICT',
        `${address.label}:${referrersTag(subject)} should list referrers and holds something else.`,
        {
          remedy:
            'Move that tag away at the target; it has the name that registries without a referrers API use.',
        },
      );
    const there = index?.manifests ?? [];
    const known = new Set(there.map((entry) => entry.digest));
    const added = descriptors.filter((entry) => !known.has(entry.digest) && known.add(entry.digest));
    if (added.length === 0) return;
    const bytes = canonicalJson({
      schemaVersion: 2,
      mediaType: MEDIA.ociIndex,
      ...index,
      manifests: [...there, ...added],
    });
    const digest = digestOf(bytes);
    await pushManifest(
      exchange,
      address,
      referrersTag(subject),
      { bytes, descriptor: { mediaType: MEDIA.ociIndex, digest, size: bytes.byteLength } },
      signal,
    );
  }

  return {
    list,
    hasApi: (host) => api.get(host),
    async add(address, subject, descriptors, signal) {
      const key = `${address.label}@${subject}`;
      const before = turns.get(key);
      const mine = (async () => {
        await before?.catch(() => undefined);
        signal.throwIfAborted();
        await addNow(address, subject, descriptors, signal);
      })();
      turns.set(key, mine);
      try {
        await mine;
      } finally {
        if (turns.get(key) === mine) turns.delete(key);
      }
    },
  };
}

function isWithin(descriptors: readonly Descriptor[], listed: readonly Descriptor[]): boolean {
  const there = new Set(listed.map((entry) => entry.digest));
  return descriptors.every((entry) => there.has(entry.digest));
}

/** A server that answers everything with 200 and JSON of its own has no referrers API. */
function isIndex(page: unknown): boolean {
  return typeof page === 'object' && page !== null && 'schemaVersion' in page && 'manifests' in page;
}
