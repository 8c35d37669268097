// Pushes made content to a registry and reads it back, with nothing but fetch: what Airlock's own client is held against.
import { isManifestOrIndexType } from '../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../shared/domain/descriptor.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import type { MadeContent } from './make-content.ts';

type Headers = Readonly<Record<string, string>>;

/** Pushes everything below a root, children first, the root under its tag last (or by digest alone). */
export async function pushContent(
  url: string,
  repository: string,
  content: MadeContent,
  tag: string | undefined,
  headers: Headers = {},
): Promise<void> {
  const pushed = new Set<Digest>();
  const push = async (descriptor: Descriptor, name: string): Promise<void> => {
    if (pushed.has(descriptor.digest)) return;
    pushed.add(descriptor.digest);
    const bytes = content.blobs.get(descriptor.digest);
    // A referrer's subject lies at the registry already.
    if (bytes === undefined) return;
    if (!isManifestOrIndexType(descriptor.mediaType)) {
      await pushBlob(url, repository, descriptor.digest, bytes, headers);
      return;
    }
    for (const child of childrenIn(bytes)) await push(child, child.digest);
    await expectStatus(
      await fetch(`${url}/v2/${repository}/manifests/${name}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': descriptor.mediaType },
        body: Buffer.from(bytes),
      }),
      201,
    );
  };
  await push(content.root, tag ?? content.root.digest);
}

/** Everything below a tag or digest as the registry answers it, each body checked against its digest. */
export async function pullContent(
  url: string,
  repository: string,
  name: string,
  headers: Headers = {},
): Promise<MadeContent> {
  const blobs = new Map<Digest, Uint8Array>();
  const get = async (path: string, accept: string): Promise<Response> =>
    expectStatus(await fetch(`${url}/v2/${repository}/${path}`, { headers: { ...headers, accept } }), 200);
  const keep = (bytes: Uint8Array, expected: string): Digest => {
    const digest = digestOf(bytes, expected.startsWith('sha512:') ? 'sha512' : 'sha256');
    if (digest !== expected) throw new Error(`${repository}: ${expected} came as ${digest}`);
    blobs.set(digest, bytes);
    return digest;
  };
  const pull = async (descriptor: Descriptor): Promise<void> => {
    if (blobs.has(descriptor.digest)) return;
    const isManifest = isManifestOrIndexType(descriptor.mediaType);
    const answer = await get(
      `${isManifest ? 'manifests' : 'blobs'}/${descriptor.digest}`,
      isManifest ? descriptor.mediaType : '*/*',
    );
    const bytes = new Uint8Array(await answer.arrayBuffer());
    keep(bytes, descriptor.digest);
    if (isManifest) for (const child of childrenIn(bytes)) await pull(child);
  };
  const answer = await get(`manifests/${name}`, MANIFEST_TYPES);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const digest = keep(bytes, answer.headers.get('docker-content-digest') ?? digestOf(bytes));
  const mediaType = answer.headers.get('content-type') ?? '';
  for (const child of childrenIn(bytes)) await pull(child);
  return { root: { mediaType, digest, size: bytes.byteLength }, blobs };
}

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

function childrenIn(manifest: Uint8Array): readonly Descriptor[] {
  const body = JSON.parse(Buffer.from(manifest).toString('utf8')) as {
    readonly manifests?: readonly Descriptor[];
    readonly config?: Descriptor;
    readonly layers?: readonly Descriptor[];
  };
  return [
    ...(body.manifests ?? []),
    ...(body.config === undefined ? [] : [body.config]),
    ...(body.layers ?? []),
  ];
}

async function pushBlob(
  url: string,
  repository: string,
  digest: Digest,
  bytes: Uint8Array,
  headers: Headers,
): Promise<void> {
  const begun = await expectStatus(
    await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers }),
    202,
  );
  const place = new URL(begun.headers.get('location') ?? '', url);
  place.searchParams.set('digest', digest);
  await expectStatus(
    await fetch(place, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
    }),
    201,
  );
}

async function expectStatus(response: Response, status: number): Promise<Response> {
  if (response.status === status) return response;
  throw new Error(`${response.url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
}
