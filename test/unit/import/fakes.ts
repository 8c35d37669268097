// A bundle and a registry in memory, for tests of the import desk. The registry validates as a real one does.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Absent, Attached, LockItem } from '../../../shared/format/lock.ts';
import type { Bundle } from '../../../electron/engine/bundle/index.ts';
import { createDigester, digestOf } from '../../../electron/engine/oci/digester.ts';
import { childrenOf, parseManifest, subjectOf } from '../../../electron/engine/oci/manifest.ts';
import type { FetchedManifest, RegistryClient, Repository } from '../../../electron/engine/registry/index.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { contentNodes } from '../../support/content-nodes.ts';
import { descriptorOf } from '../../support/make-content.ts';
import type { MadeContent } from '../../support/make-content.ts';

export interface FakeItem {
  readonly kind?: LockItem['kind'];
  readonly reference: string;
  readonly content: MadeContent;
  readonly attached?: readonly { readonly entry: Attached; readonly content: MadeContent }[];
  readonly extra?: Partial<LockItem>;
}

export interface FakeBundle extends Bundle {
  /** What the bundle gives for a digest from now on. */
  readonly blobs: Map<Digest, Uint8Array>;
  /** Digests of blobs opened, in order. */
  readonly opened: Digest[];
}

function lockItem(item: FakeItem): LockItem {
  const [host = '', ...path] = item.reference.split('/');
  return {
    kind: item.kind ?? 'image',
    reference: item.reference,
    source: { type: 'registry', host, repository: path.join('/') },
    root: item.content.root,
    ...(item.attached === undefined ? {} : { attached: item.attached.map(({ entry }) => entry) }),
    ...item.extra,
  };
}

export function fakeBundle(items: readonly FakeItem[], absent: readonly Absent[] = []): FakeBundle {
  const blobs = new Map(
    items.flatMap((item) => [
      ...item.content.blobs,
      ...(item.attached ?? []).flatMap(({ content }) => [...content.blobs]),
    ]),
  );
  for (const { digest } of absent) blobs.delete(digest);
  const sizes = new Map([...blobs].map(([digest, bytes]) => [digest, bytes.byteLength]));
  const opened: Digest[] = [];
  const id = digestOf('lock');
  const created = '2026-11-21T09:00:00Z';
  const read = (descriptor: Descriptor): Uint8Array => {
    const bytes = blobs.get(descriptor.digest);
    if (bytes === undefined) throw new AirlockError('BLOB_MISSING', `${descriptor.digest} is missing.`);
    return bytes;
  };
  return {
    blobs,
    opened,
    label: 'bundle test',
    path: '/media/usb/test.airlock',
    form: 'directory',
    manifest: {
      format: { major: 1, minor: 0 },
      features: [],
      id,
      name: 'test',
      created,
      tool: { name: 'airlock', version: '0' },
      lock: {
        apiVersion: 'airlock/v1',
        kind: 'Lock',
        metadata: { name: 'test' },
        created,
        tool: { name: 'airlock', version: '0' },
        listDigest: id,
        items: items.map(lockItem),
        absent: [...absent],
      },
      items: items.map((item, number) => ({
        kind: item.kind ?? 'image',
        reference: item.reference,
        refName: `item-${number}`,
        digest: item.content.root.digest,
      })),
      blobs: [...sizes].map(([digest, size]) => ({ digest, size })),
      absent: [...absent],
    },
    index: { schemaVersion: 2, manifests: [] },
    fingerprint: { hex: 'ab', words: 'a b' },
    warnings: [],
    stat: (descriptor) =>
      Promise.resolve(
        blobs.has(descriptor.digest)
          ? { state: 'held', size: descriptor.size }
          : { state: 'absent', reason: 'unknown' },
      ),
    async *open(descriptor) {
      opened.push(descriptor.digest);
      const bytes = read(descriptor);
      for (let at = 0; at < bytes.byteLength; at += 1024) {
        yield bytes.subarray(at, at + 1024);
        await Promise.resolve();
      }
    },
    ingest: () => Promise.reject(new Error('a sealed bundle takes nothing')),
    roots: () => Promise.resolve([]),
    readManifest: (descriptor) => Promise.resolve(read(descriptor)),
    checkBeforeFirstByte: () =>
      Promise.resolve(
        contentNodes(
          items.flatMap(({ content, attached }) => [
            content.root,
            ...(attached ?? []).map(({ entry }) => entry.root),
          ]),
          blobs,
        ),
      ),
    close: () => Promise.resolve(),
  };
}

interface FakeRepositoryState {
  readonly blobs: Map<Digest, number>;
  readonly manifests: Map<Digest, FetchedManifest>;
  readonly tags: Map<string, Digest>;
}

export interface FakeRegistry extends RegistryClient {
  readonly state: Map<string, FakeRepositoryState>;
  /** One line a request: `PUT team/app:1.0`, `HEAD blob team/app 0123…`. */
  readonly requests: string[];
  readonly behaviour: {
    referrersApi: boolean;
    mounts: boolean;
    /** Digests that HEAD says are there although they are not, until uploaded. */
    readonly stale: Set<Digest>;
    /** Asked before every request; throws what the registry answers. */
    fail: (request: string) => void;
  };
}

/** What a registry files under `name`, as `team/app:1.0 sha256:…` lines for its tags. */
export function tagsOf(registry: FakeRegistry): Record<string, Digest> {
  return Object.fromEntries(
    [...registry.state].flatMap(([name, { tags }]) =>
      [...tags].map(([tag, digest]) => [`${name}:${tag}`, digest]),
    ),
  );
}

export function fakeRegistry(host = 'registry.example'): FakeRegistry {
  const state: FakeRegistry['state'] = new Map();
  const requests: string[] = [];
  const behaviour: FakeRegistry['behaviour'] = {
    referrersApi: true,
    mounts: true,
    stale: new Set(),
    fail: () => undefined,
  };
  const request = async (line: string): Promise<void> => {
    requests.push(line);
    await Promise.resolve();
    behaviour.fail(line);
  };
  const repository = (name: string): Repository => {
    const mine = (): FakeRepositoryState => {
      const known = state.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
      state.set(name, known);
      return known;
    };
    const offers = new Map<Digest, string>();
    const find = (reference: string): FetchedManifest | undefined => {
      const there = state.get(name);
      return there?.manifests.get(there.tags.get(reference) ?? (reference as Digest));
    };
    const fallback = (subject: Digest): string => subject.replace(':', '-').slice(0, 71);
    const put = (reference: string, manifest: FetchedManifest): void => {
      const there = mine();
      there.manifests.set(manifest.descriptor.digest, manifest);
      if (!reference.includes(':')) there.tags.set(reference, manifest.descriptor.digest);
    };
    const self: Repository = {
      host,
      name,
      label: `${host}/${name}`,
      async resolve(reference) {
        await request(`HEAD ${name} ${reference}`);
        return find(reference)?.descriptor;
      },
      async fetchManifest(reference) {
        await request(`GET ${name} ${reference}`);
        return find(reference);
      },
      async pushManifest(reference, manifest) {
        await request(`PUT ${name} ${reference}`);
        const parsed = parseManifest(manifest.bytes, manifest.descriptor.mediaType, reference);
        const there = mine();
        const missing = childrenOf(parsed).filter(
          (child) =>
            child.urls === undefined && !there.blobs.has(child.digest) && !there.manifests.has(child.digest),
        );
        if (missing.length > 0)
          throw new AirlockError('BLOB_UNKNOWN', `${name} misses content.`, {
            details: { digests: missing.map((child) => child.digest) },
          });
        put(reference, manifest);
        return { subjectAccepted: subjectOf(parsed) !== undefined && behaviour.referrersApi };
      },
      async referrers(subject) {
        await request(`GET referrers ${name} ${subject}`);
        if (!behaviour.referrersApi) {
          const index = find(fallback(subject));
          if (index === undefined) return [];
          const parsed = parseManifest(index.bytes, MEDIA.ociIndex, 'fallback');
          return childrenOf(parsed);
        }
        return [...(state.get(name)?.manifests.values() ?? [])]
          .filter(
            ({ bytes, descriptor }) =>
              subjectOf(parseManifest(bytes, descriptor.mediaType, 'x'))?.digest === subject,
          )
          .map(({ descriptor }) => descriptor);
      },
      async addToReferrersTag(subject, descriptors) {
        await request(`MERGE ${name} ${fallback(subject)}`);
        const old = find(fallback(subject));
        const known =
          old === undefined ? [] : childrenOf(parseManifest(old.bytes, MEDIA.ociIndex, 'fallback'));
        const added = descriptors.filter((each) => !known.some((there) => there.digest === each.digest));
        const bytes = canonicalJson({
          schemaVersion: 2,
          mediaType: MEDIA.ociIndex,
          manifests: [...known, ...added],
        });
        put(fallback(subject), { descriptor: descriptorOf(MEDIA.ociIndex, bytes), bytes });
      },
      tags: () => Promise.resolve([...(state.get(name)?.tags.keys() ?? [])]),
      offerMount: (digest, from) => void offers.set(digest, from),
      async stat(descriptor) {
        await request(`HEAD blob ${name} ${descriptor.digest}`);
        return state.get(name)?.blobs.has(descriptor.digest) === true ||
          behaviour.stale.has(descriptor.digest)
          ? { state: 'held', size: descriptor.size }
          : { state: 'absent', reason: 'unknown' };
      },
      open: () => {
        throw new Error('an import reads nothing from its target');
      },
      async ingest(descriptor) {
        const from = offers.get(descriptor.digest);
        if (
          behaviour.mounts &&
          from !== undefined &&
          state.get(from)?.blobs.has(descriptor.digest) === true
        ) {
          await request(`MOUNT ${name} ${descriptor.digest} ${from}`);
          mine().blobs.set(descriptor.digest, descriptor.size);
          return null;
        }
        await request(`UPLOAD ${name} ${descriptor.digest}`);
        const digester = createDigester(descriptor, self.label);
        return {
          write: async (chunk) => {
            await Promise.resolve();
            digester.update(chunk);
          },
          commit: async () => {
            digester.verify();
            await request(`COMMIT ${name} ${descriptor.digest}`);
            behaviour.stale.delete(descriptor.digest);
            mine().blobs.set(descriptor.digest, descriptor.size);
          },
          abort: () => Promise.resolve(),
        };
      },
      roots: () => Promise.resolve([]),
    };
    return self;
  };
  return {
    state,
    requests,
    behaviour,
    repository: (_host, name) => repository(name),
    ping: () => request('GET /v2/'),
    download: () => Promise.reject(new Error('an import downloads nothing')),
    head: () => Promise.reject(new Error('an import downloads nothing')),
    bytesResent: 0,
    rateLimits: new Map(),
    requestCounts: new Map(),
    close: () => Promise.resolve(),
  };
}
