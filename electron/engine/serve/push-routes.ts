// The writing half of the distribution-spec: uploads, mounts, manifests, tags and deletes, on a writable folder.
import type { IncomingMessage } from 'node:http';
import { childrenOf, parseManifest, subjectOf } from '../oci/manifest.ts';
import type { ParsedManifest } from '../oci/manifest.ts';
import { isManifestOrIndexType, LIMIT } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, isDigest } from '../../../shared/domain/digest.ts';
import type { Digest, DigestAlgorithm } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { digestOf } from '../oci/digester.ts';
import { isTag } from '../oci/reference.ts';
import { Refusal } from './refusal.ts';
import { checkedDigest } from './route.ts';
import type { UploadSession } from './upload-sessions.ts';
import type { WritableStore } from './writable-store.ts';

/** An answer without a body: all that a push ever gets when it succeeds. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The body of a request, counted by the server as it comes. Leaving it early does not end the connection. */
export type RequestBody = AsyncIterable<Uint8Array>;

type Headers = IncomingMessage['headers'];

/** POST /v2/<name>/blobs/uploads/: a mount, a whole blob in one request, or a new session. */
export async function startUpload(
  store: WritableStore,
  name: string,
  query: URLSearchParams,
  body: RequestBody,
): Promise<BareAnswer> {
  const mount = query.get('mount');
  if (mount !== null) {
    const digest = checkedDigest(mount);
    const from = query.get('from') ?? store.anyHolder(digest);
    if (from !== undefined && (await store.mountBlob(from, name, digest))) return created(name, digest);
    return sessionAnswer(202, store.uploads.start(name, algorithmOf(digest)));
  }
  const whole = query.get('digest');
  if (whole === null) return sessionAnswer(202, store.uploads.start(name, algorithmIn(query)));
  const digest = checkedDigest(whole);
  const session = store.uploads.start(name, algorithmOf(digest));
  return store.uploads.exclusively(session, async () => {
    try {
      await store.uploads.append(session, body);
      return await finish(store, session, digest);
    } catch (error) {
      // The client was told of no session that it could go on with.
      await store.uploads.end(session);
      throw error;
    }
  });
}

/** PATCH: the next bytes, in one stream or as a chunk with its Content-Range. */
export async function appendUpload(
  store: WritableStore,
  name: string,
  id: string,
  headers: Headers,
  body: RequestBody,
): Promise<BareAnswer> {
  return onSession(store, name, id, async (session) => {
    await appendChunk(store, session, headers, body);
    return sessionAnswer(202, session);
  });
}

/** PUT ?digest=: the last bytes, if any, and the digest of all. */
export async function finishUpload(
  store: WritableStore,
  name: string,
  id: string,
  query: URLSearchParams,
  headers: Headers,
  body: RequestBody,
): Promise<BareAnswer> {
  const digest = checkedDigest(query.get('digest') ?? '');
  return onSession(store, name, id, async (session) => {
    await appendChunk(store, session, headers, body);
    return finish(store, session, digest);
  });
}

export async function uploadStatus(store: WritableStore, name: string, id: string): Promise<BareAnswer> {
  return sessionAnswer(204, await knownSession(store, name, id));
}

export async function cancelUpload(store: WritableStore, name: string, id: string): Promise<BareAnswer> {
  return onSession(store, name, id, async (session) => {
    await store.uploads.end(session);
    return { status: 204, headers: {} };
  });
}

/** PUT /v2/<name>/manifests/<tag or digest>, with `?tag=` as often as wanted beside a digest. */
export async function putManifest(
  store: WritableStore,
  name: string,
  reference: string,
  query: URLSearchParams,
  headers: Headers,
  body: RequestBody,
): Promise<BareAnswer> {
  const tags = isDigest(reference) ? query.getAll('tag') : [reference];
  if (reference.includes(':')) checkedDigest(reference);
  for (const tag of tags)
    if (!isTag(tag)) throw new Refusal(400, 'TAG_INVALID', 'A tag has letters, digits, "_", "." and "-".');
  const bytes = await readManifestBody(headers, body);
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const parsed = parsePushed(bytes, mediaType === '' ? undefined : mediaType);
  const digest = digestOf(bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256');
  if (isDigest(reference) && reference !== digest)
    throw new Refusal(
      400,
      'DIGEST_INVALID',
      `The manifest has the digest ${digest}, not the one it is put under.`,
    );
  refuseUnknownChildren(store, name, parsed);
  const descriptor = { mediaType: parsed.mediaType, digest, size: bytes.byteLength };
  await store.putManifest(name, { descriptor, parsed, bytes }, tags);
  const subject = subjectOf(parsed);
  return {
    status: 201,
    headers: {
      Location: `/v2/${name}/manifests/${digest}`,
      'Docker-Content-Digest': digest,
      ...(subject === undefined ? {} : { 'OCI-Subject': subject.digest }),
      ...(isDigest(reference) && tags.length > 0 ? { 'OCI-Tag': tags.join(', ') } : {}),
    },
  };
}

export async function deleteManifest(
  store: WritableStore,
  name: string,
  reference: string,
): Promise<BareAnswer> {
  if (await store.deleteManifest(name, reference)) return { status: 202, headers: {} };
  throw store.repository(name) === undefined
    ? new Refusal(404, 'NAME_UNKNOWN', `There is no repository ${name}.`)
    : new Refusal(404, 'MANIFEST_UNKNOWN', `${name} holds no manifest ${reference}.`);
}

export async function deleteBlob(store: WritableStore, name: string, digest: Digest): Promise<BareAnswer> {
  if (await store.deleteBlob(name, digest)) return { status: 202, headers: {} };
  throw new Refusal(404, 'BLOB_UNKNOWN', `${name} holds no blob ${digest}.`);
}

async function appendChunk(
  store: WritableStore,
  session: UploadSession,
  headers: Headers,
  body: RequestBody,
): Promise<void> {
  const range = contentRange(headers['content-range']);
  const start = session.offset;
  if (range !== undefined) {
    if (range.first !== start)
      throw new Refusal(416, 'BLOB_UPLOAD_INVALID', `The next byte wanted is ${start}.`, {
        headers: sessionAnswer(416, session).headers,
      });
    const length = headers['content-length'];
    if (length !== undefined && Number(length) !== range.last - range.first + 1)
      throw new Refusal(400, 'SIZE_INVALID', 'Content-Range and Content-Length speak of different sizes.');
  }
  await store.uploads.append(session, body);
  if (range !== undefined && session.offset !== range.last + 1) {
    await store.uploads.truncate(session, start);
    throw new Refusal(400, 'SIZE_INVALID', 'The chunk has another size than its Content-Range.');
  }
}

async function finish(store: WritableStore, session: UploadSession, digest: Digest): Promise<BareAnswer> {
  const found = await store.uploads.digest(session, digest);
  if (found !== digest) {
    await store.uploads.end(session);
    throw new Refusal(400, 'DIGEST_INVALID', `The bytes have the digest ${found}.`);
  }
  await store.commitUpload(session, digest);
  return created(session.repository, digest);
}

async function onSession(
  store: WritableStore,
  name: string,
  id: string,
  work: (session: UploadSession) => Promise<BareAnswer>,
): Promise<BareAnswer> {
  const session = await knownSession(store, name, id);
  return store.uploads.exclusively(session, async () =>
    // Whoever waited here while another request finished the session finds it gone.
    work(await knownSession(store, name, id)),
  );
}

async function knownSession(store: WritableStore, name: string, id: string): Promise<UploadSession> {
  const session = await store.uploads.find(name, id);
  if (session === undefined)
    throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'There is no such upload, or it has ended.');
  return session;
}

function sessionAnswer(status: number, session: UploadSession): BareAnswer {
  return {
    status,
    headers: {
      Location: `/v2/${session.repository}/blobs/uploads/${session.id}`,
      // No byte at all is `0-0` too: the form cannot say it, and clients read it as docker/distribution writes it.
      Range: `0-${Math.max(0, session.offset - 1)}`,
      'Docker-Upload-UUID': session.id,
    },
  };
}

function created(name: string, digest: Digest): BareAnswer {
  return {
    status: 201,
    headers: { Location: `/v2/${name}/blobs/${digest}`, 'Docker-Content-Digest': digest },
  };
}

function algorithmIn(query: URLSearchParams): DigestAlgorithm {
  const algorithm = query.get('digest-algorithm') ?? 'sha256';
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw new Refusal(400, 'DIGEST_INVALID', 'Only sha256 and sha512 are known here.');
}

function contentRange(
  text: string | undefined,
): { readonly first: number; readonly last: number } | undefined {
  if (text === undefined) return undefined;
  const found = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  const [first, last] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || last < first)
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'Content-Range is <first>-<last>, both included.');
  return { first, last };
}

async function readManifestBody(headers: Headers, body: RequestBody): Promise<Uint8Array> {
  const tooLarge = () => new Refusal(413, 'MANIFEST_INVALID', 'A manifest may have 4 MiB here.');
  if (Number(headers['content-length'] ?? 0) > LIMIT.manifestBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > LIMIT.manifestBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function parsePushed(bytes: Uint8Array, mediaType: string | undefined): ParsedManifest {
  try {
    return parseManifest(bytes, mediaType, 'The manifest');
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    throw new Refusal(400, 'MANIFEST_INVALID', error.message);
  }
}

/** A subject may come later (distribution-spec, Push); everything else a manifest points to has to be here already. */
function refuseUnknownChildren(store: WritableStore, name: string, parsed: ParsedManifest): void {
  const missing = childrenOf(parsed).filter((child) => !isHere(store, name, parsed, child));
  if (missing.length === 0) return;
  throw new Refusal(404, 'MANIFEST_BLOB_UNKNOWN', `${name} does not hold ${missing[0]?.digest ?? ''}.`, {
    detail: missing.map(({ digest, mediaType }) => ({ digest, mediaType })),
  });
}

function isHere(store: WritableStore, name: string, parsed: ParsedManifest, child: Descriptor): boolean {
  if (parsed.kind === 'index' && isManifestOrIndexType(child.mediaType))
    return store.holdsManifest(name, child.digest);
  // Foreign layers stay with their maker (image-spec, layer.md, Non-Distributable Layers).
  return store.holdsBlob(name, child.digest) || (child.urls?.length ?? 0) > 0;
}
