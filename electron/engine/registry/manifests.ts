// Reads and writes manifests by tag and by digest (distribution-spec, Pulling and Pushing manifests).
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { isManifestOrIndexType, LIMIT, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, isDigest, shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { digestOf } from '../oci/digester.ts';
import { manifestTarget } from './address.ts';
import type { Address } from './address.ts';
import type { Answer, Exchange, ExchangeRequest } from './exchange.ts';
import type { Asked } from './failures.ts';
import type { FetchedManifest, PushOutcome } from './index.ts';
import { discard, headerOf, lengthOf, readBody } from './wire.ts';
import type { Method } from './wire.ts';

/** A type left out makes some registries convert the manifest or say it is not there; schema 1 is named to be refused by name. */
const ACCEPT = [
  MEDIA.ociIndex,
  MEDIA.ociManifest,
  MEDIA.dockerList,
  MEDIA.dockerManifest,
  MEDIA.dockerSchema1Signed,
  MEDIA.dockerSchema1,
].join(', ');

/** 201 is the specification's; go-containerregistry met 200 and 202, containers/image any other success. */
const TAKEN: ReadonlySet<number> = new Set([200, 201, 202, 204]);

const SelfDescription = z.object({ mediaType: z.string().optional(), manifests: z.unknown().optional() });

function requestFor(
  address: Address,
  method: Method,
  tagOrDigest: string,
  signal: AbortSignal,
): ExchangeRequest & { readonly asked: Asked } {
  return {
    host: address.host,
    method,
    target: manifestTarget(address, tagOrDigest),
    headers: { accept: ACCEPT },
    scopes: address.pull,
    signal,
    asked: {
      host: address.host,
      repository: address.name,
      what: `manifest ${isDigest(tagOrDigest) ? shortDigest(tagOrDigest) : tagOrDigest}`,
    },
  };
}

/** By HEAD, which a rate-limited registry does not count, and by GET where HEAD does not say type, length and digest. */
export async function resolveManifest(
  exchange: Exchange,
  address: Address,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  const request = requestFor(address, 'HEAD', tagOrDigest, signal);
  const answer = await exchange.ask<Descriptor | 'absent' | 'unclear'>(request, async (head) => {
    if (head.status === 429 || head.status >= 500) throw await exchange.failure(head, request.asked);
    head.body.drop();
    if (head.status === 404) return 'absent';
    return (head.status === 200 ? describe(head, tagOrDigest) : undefined) ?? 'unclear';
  });
  if (answer === 'absent') return undefined;
  // A HEAD has no body, so only a GET says why it was refused.
  if (answer === 'unclear')
    return (await fetchManifest(exchange, address, tagOrDigest, signal, () => undefined))?.descriptor;
  return answer;
}

function describe(head: Answer, tagOrDigest: string): Descriptor | undefined {
  const mediaType = typeOf(head);
  const size = lengthOf(head.headers);
  const header = headerOf(head.headers, 'docker-content-digest') ?? '';
  const digest = isDigest(tagOrDigest) ? tagOrDigest : isDigest(header) ? header : undefined;
  if (mediaType === undefined || !isManifestOrIndexType(mediaType)) return undefined;
  // A length of what was compressed on the way is not the manifest's.
  if (digest === undefined || size === undefined || size === 0) return undefined;
  if (headerOf(head.headers, 'content-encoding') !== undefined) return undefined;
  return { mediaType, digest, size };
}

export async function fetchManifest(
  exchange: Exchange,
  address: Address,
  tagOrDigest: string,
  signal: AbortSignal,
  onNotice: (text: string) => void,
): Promise<FetchedManifest | undefined> {
  const request = requestFor(address, 'GET', tagOrDigest, signal);
  const what = `${address.label} ${request.asked.what}`;
  return exchange.ask(request, async (answer) => {
    if (answer.status === 404) {
      await discard(answer.body);
      return undefined;
    }
    if (answer.status !== 200) throw await exchange.failure(answer, request.asked);
    const length = lengthOf(answer.headers);
    if (length !== undefined && length > LIMIT.manifestBytes) {
      answer.body.drop();
      throw new AirlockError('LIMIT_EXCEEDED', `${what} has ${length} bytes; a manifest may have 4 MiB.`, {
        side: 'source',
      });
    }
    const sent = await readBody(answer.body, LIMIT.manifestBytes, what);
    if (length !== undefined && sent.byteLength !== length)
      throw new AirlockError('CONNECTION_LOST', `${what} came in part.`, { details: { host: address.host } });
    const said = typeOf(answer);
    if (said === MEDIA.dockerSchema1 || said === MEDIA.dockerSchema1Signed)
      // Its digest is of a part of its bytes, so it could not be checked as others are.
      throw new AirlockError(
        'SOURCE_UNSUPPORTED',
        `${what} is a Docker schema 1 manifest, which has no digests for its content.`,
        {
          remedy:
            'Ask the image’s maker to push it with a current Docker, or pull and push it again yourself.',
        },
      );
    const { bytes, digest } = check(answer, sent, tagOrDigest, what);
    const mediaType = mediaTypeOf(said, bytes, what, onNotice);
    return { bytes, descriptor: { mediaType, digest, size: bytes.byteLength } };
  });
}

/**
 * The bytes that the digest is of. By tag the registry's own word is compared with what came. Some servers compress
 * although asked not to: then the digest is of what is inside.
 */
function check(
  answer: Answer,
  sent: Uint8Array,
  tagOrDigest: string,
  what: string,
): { readonly bytes: Uint8Array; readonly digest: Digest } {
  const header = headerOf(answer.headers, 'docker-content-digest') ?? '';
  const expected = isDigest(tagOrDigest) ? tagOrDigest : isDigest(header) ? header : undefined;
  const compressed = /\bgzip\b/i.test(headerOf(answer.headers, 'content-encoding') ?? '');
  const bytes = compressed && !isOf(sent, expected) ? (unzip(sent) ?? sent) : sent;
  const digest = digestOf(bytes, expected === undefined ? 'sha256' : algorithmOf(expected));
  if (expected !== undefined && digest !== expected)
    throw new AirlockError('DIGEST_MISMATCH', `${what} has other bytes than its digest says.`, {
      details: { expected, found: digest },
    });
  return { bytes, digest };
}

function isOf(bytes: Uint8Array, expected: Digest | undefined): boolean {
  return expected !== undefined && digestOf(bytes, algorithmOf(expected)) === expected;
}

function unzip(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: LIMIT.manifestBytes });
  } catch {
    return undefined;
  }
}

/** The body's own word goes before the header's: static servers and old registries send application/json or text/plain. */
function mediaTypeOf(
  header: string | undefined,
  bytes: Uint8Array,
  what: string,
  onNotice: (text: string) => void,
): string {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new AirlockError('PROTOCOL', `${what} is no JSON.`, {
      remedy: 'Check that the host is a registry, and that no proxy answers in its place.',
    });
  }
  const parsed = SelfDescription.safeParse(value);
  const own = parsed.success ? parsed.data.mediaType : undefined;
  const known = header !== undefined && isManifestOrIndexType(header) ? header : undefined;
  if (own !== undefined) {
    if (known !== undefined && known !== own)
      onNotice(`${what} is sent as ${known} and calls itself ${own}; the latter counts.`);
    return own;
  }
  return (
    known ?? (parsed.success && parsed.data.manifests !== undefined ? MEDIA.ociIndex : MEDIA.ociManifest)
  );
}

/** Content-Type without its parameters. */
function typeOf(answer: Answer): string | undefined {
  return headerOf(answer.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
}

/**
 * PUT, then the registry's digest is compared with ours. Throws BLOB_UNKNOWN with `details.digests` where the registry
 * keeps saying that content is missing, TARGET_DIGEST where it stored something else.
 */
export async function pushManifest(
  exchange: Exchange,
  address: Address,
  tagOrDigest: string,
  manifest: FetchedManifest,
  signal: AbortSignal,
): Promise<PushOutcome> {
  const { digest, mediaType } = manifest.descriptor;
  const request = requestFor(address, 'PUT', tagOrDigest, signal);
  const asked: Asked = { ...request.asked, writing: true, mediaType };
  try {
    const { stored, subjectAccepted } = await exchange.ask(
      {
        ...request,
        headers: { 'content-type': mediaType },
        body: manifest.bytes,
        scopes: address.push,
        asked,
      },
      async (answer) => {
        if (!TAKEN.has(answer.status)) throw await exchange.failure(answer, asked);
        await discard(answer.body);
        return {
          stored: headerOf(answer.headers, 'docker-content-digest'),
          subjectAccepted: headerOf(answer.headers, 'oci-subject') !== undefined,
        };
      },
    );
    const found =
      stored !== undefined && stored !== ''
        ? stored
        : (await resolveManifest(exchange, address, tagOrDigest, signal))?.digest;
    if (found !== digest) throw wrongDigest(address, asked, digest, found);
    return { subjectAccepted };
  } catch (error) {
    // A tag that may not be moved and stands where it should is what was wanted.
    if (isAirlockError(error, 'TAG_IMMUTABLE')) {
      const there = await resolveManifest(exchange, address, tagOrDigest, signal);
      if (there?.digest === digest) return { subjectAccepted: false };
    }
    throw error;
  }
}

function wrongDigest(
  address: Address,
  asked: Asked,
  expected: Digest,
  found: string | undefined,
): AirlockError {
  return new AirlockError(
    'TARGET_DIGEST',
    found === undefined
      ? `${address.label} took ${asked.what} and does not have it.`
      : `${address.label} stored ${asked.what} under another digest than ours.`,
    { details: { expected, ...(found === undefined ? {} : { found }) } },
  );
}
