// Turns what a network, a proxy or a registry did into the one error that people read: code, sentence, remedy.
import { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { AirlockErrorOptions } from '../../../shared/errors/airlock-error.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { proxyLoginRequired } from './proxy.ts';
import type { ProxyChoice } from './proxy.ts';
import { headerOf, readUpTo } from './wire.ts';
import type { WireHeaders, WireResponse } from './wire.ts';

/** What a request was about, for the message. */
export interface Asked {
  /** As people write it. */
  readonly host: string;
  readonly repository?: string;
  /** "manifest 1.2", "blob 0123456789ab". */
  readonly what: string;
  readonly writing?: boolean;
  /** Of the manifest being written. */
  readonly mediaType?: string;
}

/** Bytes of an error answer that are looked at; the rest is never read. */
const ERROR_BODY_BYTES = 64 * 1024;

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 499, 500, 502, 503, 504, 522]);

const TLS_TRUST: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REVOKED',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
]);

/** distribution-spec, Error Codes. Proxies answer in HTML instead, so nothing of it is required. */
const ErrorBody = z.object({
  errors: z.array(
    z.object({
      code: z.string().catch(''),
      message: z.string().catch(''),
      detail: z.unknown().optional(),
    }),
  ),
});

/** The network's error code behind whatever was thrown, walking causes and the attempts of one connect. */
export function networkCodeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return undefined;
}

/** True where the other side answered a TLS greeting with something that is not TLS. */
export function isPlainAnswer(error: unknown): boolean {
  const code = networkCodeOf(error);
  return (
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'ERR_SSL_HTTP_REQUEST'
  );
}

/** True where the certificate is the trouble, so that its issuer is worth naming. */
export function isTrustFailure(error: unknown): boolean {
  const code = networkCodeOf(error) ?? '';
  return TLS_TRUST.has(code) || code.startsWith('CERT_') || code === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** What is known of the way to a host beyond the error. */
export interface Way {
  /** Who signed the certificate that was refused: a company's inspecting proxy is recognised by its name. */
  readonly issuer?: string | undefined;
  readonly proxy?: ProxyChoice | undefined;
}

/** A failure below HTTP as an AirlockError. */
export function networkFailure(error: unknown, host: string, way: Way = {}): AirlockError {
  if (error instanceof AirlockError) return error;
  const code = networkCodeOf(error);
  const proxy = way.proxy === undefined ? undefined : new URL(way.proxy.url).host;
  const through = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  const make = (which: ErrorCode, message: string, remedy?: string) =>
    new AirlockError(which, message, {
      cause: error,
      details: { host, ...(code === undefined ? {} : { network: code }) },
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (isPlainAnswer(error))
    return make('PROTOCOL', `${host} answers in plain http where https was asked for.`, plainRemedy(host));
  if (isTrustFailure(error)) return trustFailure(code ?? '', host, way.issuer, make);
  const refusal = proxyRefusalOf(error);
  if (refusal === '407' && way.proxy !== undefined)
    return proxyLoginRequired(way.proxy.url, {
      loginSent: way.proxy.authorization !== undefined,
      cause: error,
    });
  if (refusal !== undefined)
    return make('HOST_UNREACHABLE', `No connection to ${host}${through}, which answers ${refusal}.`);
  if (code?.startsWith('ERR_SSL_') === true)
    return make(
      'TLS_UNTRUSTED',
      `${host} broke the TLS greeting off (${code}).`,
      'If it asks for a client certificate, lay client.cert and client.key into certs.d for this host.',
    );
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return make(
        'HOST_UNKNOWN',
        `The ${proxy === undefined ? `host ${host}` : `proxy ${proxy}`} is not known to this machine's DNS.`,
      );
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'EADDRNOTAVAIL':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return make('HOST_UNREACHABLE', `No connection to ${host}${through} (${code}).`);
    default:
      return make(
        'CONNECTION_LOST',
        `The connection to ${host}${through} broke (${code ?? 'closed early'}).`,
      );
  }
}

/** The status of a proxy that lets nothing through: undici tells it by its message alone (proxy-agent.js, 8.12). */
function proxyRefusalOf(error: unknown): string | undefined {
  const text = error instanceof Error ? error.message : '';
  return /\b(?:Proxy response|Proxy Authentication Required) \((\d{3})\)/.exec(text)?.[1];
}

function trustFailure(
  code: string,
  host: string,
  issuer: string | undefined,
  make: (which: ErrorCode, message: string, remedy?: string) => AirlockError,
): AirlockError {
  const signed = issuer === undefined ? '' : `, signed by "${issuer}"`;
  if (code === 'CERT_HAS_EXPIRED')
    return make(
      'TLS_UNTRUSTED',
      `The certificate of ${host}${signed}, has expired.`,
      'Have the certificate renewed, and check the clock of this machine.',
    );
  if (code === 'CERT_NOT_YET_VALID')
    return make(
      'TLS_UNTRUSTED',
      `The certificate of ${host}${signed}, is not valid yet.`,
      'Check the clock of this machine.',
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return make(
      'TLS_UNTRUSTED',
      `The certificate${issuer === undefined ? '' : ` signed by "${issuer}"`} that answers for ${host} is made out to another name.`,
      'Use the name that the certificate has, or have a certificate made for this one.',
    );
  return make(
    'TLS_UNTRUSTED',
    `The certificate of ${host}${signed}, is not trusted by this machine.`,
    issuer === undefined
      ? `Give the registry's certificate authority with \`--ca ${host}=FILE\`.`
      : `Give the certificate of "${issuer}" with \`--ca ${host}=FILE\`; where it is a company proxy that inspects traffic, its own authority is the one.`,
  );
}

function plainRemedy(host: string): string {
  return `If this registry has no TLS, say so with \`--plain-http ${host}\`.`;
}

/** What an error answer says, from its body. */
export interface Complaint {
  readonly codes: readonly string[];
  /** The registry's own words, cut short, without queries and tokens. */
  readonly words: string;
  /** Digests named anywhere in the errors. */
  readonly digests: readonly string[];
}

/** Reads at most 64 KiB of an error answer and lets the rest go. Never throws for what the body holds. */
export async function readComplaint(response: Pick<WireResponse, 'headers' | 'body'>): Promise<Complaint> {
  let text = '';
  try {
    text = Buffer.from((await readUpTo(response.body, ERROR_BODY_BYTES)).bytes).toString('utf8');
  } catch {
    // The status has been read and says enough.
  }
  return parseComplaint(text);
}

function parseComplaint(text: string): Complaint {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1];
    return { codes: [], words: clean(title ?? (text.trimStart().startsWith('<') ? '' : text)), digests: [] };
  }
  const parsed = ErrorBody.safeParse(json);
  if (!parsed.success) return { codes: [], words: '', digests: [] };
  const { errors } = parsed.data;
  const [first] = errors;
  const detail = typeof first?.detail === 'string' ? first.detail : '';
  return {
    codes: errors.map((error) => error.code.toUpperCase()),
    words: clean([first?.message ?? '', detail].filter((part) => part !== '').join(': ')),
    digests: [
      ...new Set(JSON.stringify(errors).match(/sha256:[0-9a-f]{64}(?![0-9a-f])|sha512:[0-9a-f]{128}/g) ?? []),
    ],
  };
}

function clean(words: string): string {
  return words
    .replaceAll(/(https?:\/\/[^\s"'?]+)\?[^\s"']*/g, '$1')
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** Seconds or an HTTP-date (RFC 9110 §10.2.3), as seconds from now; obeyed in full, so never capped. */
export function retryAfterSeconds(headers: WireHeaders, now: number): number | undefined {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The error that an unwanted answer means. Reads and drops its body. */
export async function answerFailure(
  response: WireResponse,
  asked: Asked,
  now: number,
): Promise<AirlockError> {
  return complaintFailure(response.status, response.headers, await readComplaint(response), asked, now);
}

/** As `answerFailure`, where the body has been read already. */
export function complaintFailure(
  status: number,
  headers: WireHeaders,
  complaint: Complaint,
  asked: Asked,
  now: number,
): AirlockError {
  const { codes, words, digests } = complaint;
  const place = asked.repository === undefined ? asked.host : `${asked.host}/${asked.repository}`;
  const said = [codes[0] ?? '', words].filter((part) => part !== '').join(', ');
  const because = said === '' ? `(${status})` : `(${status}: ${said})`;
  const wait = retryAfterSeconds(headers, now);
  const fail = (code: ErrorCode, message: string, more: AirlockErrorOptions = {}) =>
    new AirlockError(code, message, {
      ...more,
      details: {
        host: asked.host,
        status,
        ...(codes.length === 0 ? {} : { codes }),
        ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
        ...more.details,
      },
    });
  const has = (...wanted: readonly string[]) => codes.some((code) => wanted.includes(code));
  const verb = asked.writing === true ? 'take' : 'give';

  if (status === 429 || has('TOOMANYREQUESTS'))
    return fail('RATE_LIMITED', `${asked.host} answers that it was asked too often ${because}.`);
  if (asked.writing === true && (status === 507 || (status < 500 && isAboutQuota(words))))
    return fail('QUOTA_EXCEEDED', `${place} has no room left for ${asked.what} ${because}.`);
  if (status === 401) return unauthorized(place, asked, words, because, fail);
  if (asked.writing === true && has('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'))
    return fail('BLOB_UNKNOWN', `${place} misses content that ${asked.what} names ${because}.`, {
      details: { digests },
    });
  if (status < 500 && isAboutImmutability(words, codes))
    return fail('TAG_IMMUTABLE', `${place} lets ${asked.what} not be moved ${because}.`);
  if (status === 412)
    return has('PROJECTPOLICYVIOLATION')
      ? fail('DENIED', `A policy of ${place} refuses ${asked.what} ${because}.`)
      : fail('TAG_IMMUTABLE', `${place} lets ${asked.what} not be moved ${because}.`);
  if (status === 403 || has('DENIED'))
    return fail('DENIED', `${place} does not ${verb} ${asked.what}: permission denied ${because}.`);
  if (status === 413) return fail('TOO_LARGE', `${asked.what} is too large for ${place} ${because}.`);
  if (has('BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID') || (asked.writing === true && has('DIGEST_INVALID')))
    return fail('UPLOAD_LOST', `${place} lost the upload of ${asked.what} ${because}.`);
  if (asked.writing === true && status === 416)
    return fail('UPLOAD_LOST', `${place} has other bytes of ${asked.what} than were sent ${because}.`);
  if (RETRYABLE_STATUS.has(status) || (status >= 500 && has('UNKNOWN')) || has('UNAVAILABLE'))
    return fail('SERVER_FAULT', `${asked.host} failed to ${verb} ${asked.what} ${because}.`);
  if (/HTTP request to an HTTPS server/i.test(words) || /plain HTTP request was sent to HTTPS/i.test(words))
    return fail('PROTOCOL', `${asked.host} speaks https where plain http was asked for.`, {
      remedy: `Leave out \`--plain-http ${asked.host}\`.`,
    });
  if (asked.writing === true && status === 404)
    return fail('DENIED', `${place} is not there to take ${asked.what} ${because}.`, {
      remedy: 'Ask the registry’s administrator to create this repository or project, then try again.',
    });
  if (asked.writing === true && status === 405)
    return fail('DENIED', `${place} takes no pushes ${because}.`, {
      remedy: 'Choose a registry that takes pushes: a pull-through cache or a read-only one does not.',
    });
  if (asked.mediaType !== undefined && (status === 415 || status === 400 || status === 422))
    return contentRefused(place, asked, asked.mediaType, because, fail);
  return fail('PROTOCOL', `${asked.host} gave an answer for ${asked.what} that makes no sense ${because}.`);
}

type Fail = (code: ErrorCode, message: string, more?: AirlockErrorOptions) => AirlockError;

/** Harbor answers 401 "project X not found" for a project that is missing (src/server/middleware/v2auth/auth.go). */
function unauthorized(place: string, asked: Asked, words: string, because: string, fail: Fail): AirlockError {
  const project = /project (\S+) not found/i.exec(words)?.[1];
  if (project !== undefined)
    return fail('UNAUTHORIZED', `${asked.host} has no project ${project}, or hides it from this login.`, {
      remedy: `Ask the registry's administrator to create the project ${project} and to let this login use it.`,
    });
  return fail('UNAUTHORIZED', `${place} asks for a login to get at ${asked.what} ${because}.`, {
    remedy: `Log in with \`airlock login ${asked.host}\`, then run the same command again.`,
  });
}

/** zot and Quay take only the media types they know (zot#2234, oras#738). */
function contentRefused(
  place: string,
  asked: Asked,
  mediaType: string,
  because: string,
  fail: Fail,
): AirlockError {
  const details = { mediaType };
  if (mediaType.startsWith('application/vnd.docker.'))
    return fail(
      'CONTENT_REFUSED',
      `${place} refuses Docker manifests, and ${asked.what} is one ${because}.`,
      {
        details,
        remedy:
          'Have Docker media types allowed at the target (zot: http.compat docker2s2). Converting the image would change its digest.',
      },
    );
  return fail('CONTENT_REFUSED', `${place} refuses ${asked.what} of type ${mediaType} ${because}.`, {
    details,
  });
}

function isAboutQuota(words: string): boolean {
  return /\bquota\b|exceed the configured upper limit|insufficient storage|storage limit/i.test(words);
}

function isAboutImmutability(words: string, codes: readonly string[]): boolean {
  return (
    codes.includes('TAG_INVALID') || /immutable|ImageTagAlreadyExists|cannot be overwritten/i.test(words)
  );
}
