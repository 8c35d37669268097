// Locks made by hand from made content, and the bundles that tests write from them.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { isManifestOrIndexType, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Absent, Attached, Lock, LockItem } from '../../../shared/format/lock.ts';
import { createBundleWriter, planBundle } from '../../../electron/engine/bundle/index.ts';
import type { BundleForm, BundlePlan, BundleWriter } from '../../../electron/engine/bundle/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import type { JobContext } from '../../../electron/engine/jobs/job-context.ts';
import { canonicalJson } from '../../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import type { MadeContent } from '../../support/make-content.ts';

export const VERSION = '0.1.0';

export interface LockedContent {
  readonly kind?: LockItem['kind'];
  readonly reference: string;
  readonly content: MadeContent;
  readonly attached?: readonly (Omit<Attached, 'root'> & { readonly content: MadeContent })[];
  readonly extra?: Partial<LockItem>;
}

/** A lock and the bytes that its blobs have at their sources. */
export interface MadeLock {
  readonly lock: Lock;
  readonly bytes: ReadonlyMap<Digest, Uint8Array>;
}

/** `leaveOut` are digests that no source has: they must be absent for the lock to be a good one. */
export function makeLock(
  name: string,
  items: readonly LockedContent[],
  options: { readonly absent?: readonly Absent[]; readonly leaveOut?: readonly Digest[] } = {},
): MadeLock {
  const bytes = new Map<Digest, Uint8Array>();
  const manifests: Record<string, string> = {};
  const types = new Map<Digest, string>();
  const take = ({ root, blobs }: MadeContent) => {
    const walk = (descriptor: Descriptor): void => {
      types.set(descriptor.digest, descriptor.mediaType);
      const body = blobs.get(descriptor.digest);
      if (body === undefined || !isManifestOrIndexType(descriptor.mediaType)) return;
      const parsed = JSON.parse(Buffer.from(body).toString()) as { manifests?: Descriptor[] };
      parsed.manifests?.forEach(walk);
    };
    walk(root);
    for (const [digest, body] of blobs)
      if (isManifestOrIndexType(types.get(digest) ?? ''))
        manifests[digest] = Buffer.from(body).toString('base64');
      else bytes.set(digest, body);
  };
  for (const item of items) {
    take(item.content);
    item.attached?.forEach(({ content }) => take(content));
  }
  options.leaveOut?.forEach((digest) => bytes.delete(digest));
  const lock: Lock = {
    apiVersion: 'airlock/v1',
    kind: 'Lock',
    metadata: { name },
    created: '2026-11-21T09:00:00Z',
    tool: { name: 'airlock', version: VERSION },
    listDigest: digestOf(name),
    items: items.map(({ kind = 'image', reference, content, attached, extra }) => ({
      kind,
      reference,
      source: { type: 'registry', host: 'registry.example', repository: 'app' },
      root: content.root,
      ...(attached === undefined
        ? {}
        : { attached: attached.map(({ content: { root }, ...entry }) => ({ ...entry, root })) }),
      ...extra,
    })),
    blobs: [...bytes].map(([digest, body]) => ({ digest, size: body.byteLength })),
    absent: [...(options.absent ?? [])],
    manifests,
  };
  return { lock, bytes };
}

/** A file item as FORMAT §3 has it. */
export function makeFile(path: string, bytes: Uint8Array): LockedContent {
  const layer = {
    mediaType: MEDIA.octets,
    digest: digestOf(bytes),
    size: bytes.byteLength,
    annotations: { 'org.opencontainers.image.title': path },
  };
  const config = Buffer.from('{}');
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    artifactType: MEDIA.airlockFile,
    config: { mediaType: MEDIA.ociEmpty, digest: digestOf(config), size: 2 },
    layers: [layer],
  });
  const root = { mediaType: MEDIA.ociManifest, digest: digestOf(manifest), size: manifest.byteLength };
  return {
    kind: 'file',
    reference: path,
    content: {
      root,
      blobs: new Map([
        [root.digest, manifest],
        [digestOf(config), config],
        [layer.digest, bytes],
      ]),
    },
    extra: { source: { type: 'path', path: `/home/somebody/${path}` } },
  };
}

export interface WriteOptions {
  readonly place: string;
  readonly made: MadeLock;
  /** Blobs on their way at once. */
  readonly concurrency?: number;
  readonly context?: Partial<JobContext>;
  readonly version?: string;
}

export function formOf(place: string): BundleForm {
  return place.endsWith('.tar') ? 'tar' : 'directory';
}

export function planOf(made: MadeLock): BundlePlan {
  return planBundle(made.lock, VERSION);
}

export function startWriter({ place, made, context, version }: WriteOptions): Promise<BundleWriter> {
  return createBundleWriter({
    place,
    form: formOf(place),
    plan: planBundle(made.lock, version ?? VERSION),
    lock: made.lock,
    context: quietContext(context),
  });
}

/** Puts one blob in, in pieces, as a source gives it. */
export async function putBlob(writer: BundleWriter, digest: Digest, bytes: Uint8Array): Promise<void> {
  const into = await writer.ingest({ mediaType: MEDIA.octets, digest, size: bytes.byteLength });
  if (into === null) return;
  const step = bytes.byteLength > 1_000_000 ? 65_536 : 1000;
  for (let at = 0; at < bytes.byteLength; at += step) await into.write(bytes.subarray(at, at + step));
  await into.commit();
}

/** Writes and seals a bundle. */
export async function writeBundle(options: WriteOptions): Promise<string> {
  const writer = await startWriter(options);
  try {
    const waiting = [...options.made.bytes];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
        await putBlob(writer, next[0], next[1]);
    };
    await Promise.all(Array.from({ length: options.concurrency ?? 4 }, work));
    await writer.seal();
  } finally {
    await writer.close();
  }
  return options.place;
}
