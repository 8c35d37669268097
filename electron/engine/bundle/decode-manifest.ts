// Reads airlock.json by the rules of versions: what is newer is refused by name, what is merely more is warned of (FORMAT §4).
import { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { isDigest } from '../../../shared/domain/digest.ts';
import { BundleManifest, FORMAT_MAJOR, FORMAT_MINOR } from '../../../shared/format/bundle.ts';
import { deceivingSign } from '../../../shared/messages/visible.ts';

/** Names in `features` that this version knows. */
const FEATURES: ReadonlySet<string> = new Set();

const Version = z.object({
  format: z.object({ major: z.number().int(), minor: z.number().int() }),
  features: z.array(z.string()).default([]),
});

export interface DecodedManifest {
  readonly manifest: BundleManifest;
  readonly warnings: readonly string[];
}

/** Throws FORMAT_UNSUPPORTED for a newer format or an unknown feature, BUNDLE_DAMAGED for all else. */
export function decodeManifest(bytes: Uint8Array, label: string): DecodedManifest {
  const value = parseJson(bytes, 'airlock.json', label);
  const version = Version.safeParse(value);
  if (!version.success) throw damaged(label, firstIssue(version.error));
  const { format, features } = version.data;
  if (format.major !== FORMAT_MAJOR)
    throw new AirlockError(
      'FORMAT_UNSUPPORTED',
      `${label} has the bundle format ${format.major}; this Airlock reads format ${FORMAT_MAJOR}.`,
    );
  const unknown = features.filter((feature) => !FEATURES.has(feature));
  if (unknown.length > 0)
    throw new AirlockError(
      'FORMAT_UNSUPPORTED',
      `${label} needs the feature ${unknown.join(', ')}, which this Airlock does not know.`,
      { details: { features: unknown } },
    );
  const decoded = decodeKnown(value, format.minor > FORMAT_MINOR, label);
  const { set } = decoded.manifest;
  if (set !== undefined && set.volumes.length > 1)
    throw new AirlockError(
      'FORMAT_UNSUPPORTED',
      `${label} is one of ${set.volumes.length} volumes; this Airlock reads bundles of one.`,
    );
  return decoded;
}

/** JSON of a file beside the blobs. Whether it has one meaning is asked when the bundle is surveyed. Throws BUNDLE_DAMAGED. */
export function parseJson(bytes: Uint8Array, path: string, label: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: ${path} is not JSON.`, {
      cause: error,
      details: { files: [path] },
    });
  }
}

/** A newer minor version may have more fields: each is named and passed over. */
function decodeKnown(value: unknown, isNewer: boolean, label: string): DecodedManifest {
  const warnings: string[] = [];
  for (;;) {
    const parsed = WithoutCopy.safeParse(value);
    if (parsed.success) {
      const sign = signIn({ ...parsed.data, blobs: [] });
      if (sign === undefined) return { manifest: parsed.data, warnings };
      throw damaged(label, `a text in it has the sign ${sign}, which makes it look like another one`);
    }
    const extra = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (!isNewer || extra.length < parsed.error.issues.length) throw damaged(label, firstIssue(parsed.error));
    for (const { path, keys } of extra)
      for (const key of keys) {
        removeKey(value, path, key);
        warnings.push(`airlock.json has the field ${[...path, key].map(String).join('.')} of a newer format`);
      }
  }
}

/** Names and descriptions are read by people, who judge by them; pack takes none that would deceive. */
function signIn(value: unknown): string | undefined {
  if (typeof value === 'string') return deceivingSign(value);
  if (!isObject(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const sign = deceivingSign(key) ?? signIn(member);
    if (sign !== undefined) return sign;
  }
  return undefined;
}

function removeKey(value: unknown, path: readonly PropertyKey[], key: string): void {
  let at = value;
  for (const step of path) at = isObject(at) ? Reflect.get(at, step) : undefined;
  if (isObject(at)) Reflect.deleteProperty(at, key);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * The schema's `blobs`, checked where they are: a copy of 150,000 entries would cost a bundle of 10,000 items a quarter of
 * the memory and half of the time in which it has to open. They have to be in order, each once.
 */
const WithoutCopy = BundleManifest.extend({
  blobs: z.custom<BundleManifest['blobs']>(Array.isArray, 'no list').superRefine((blobs, context) => {
    let before = '';
    blobs.forEach((blob: unknown, number) => {
      const issue = (message: string) =>
        context.addIssue({ code: 'custom', path: [number], message, input: blob });
      if (!isObject(blob) || !('digest' in blob) || !('size' in blob)) {
        issue('no digest and size');
        return;
      }
      const { digest, size, ...others } = blob;
      if (typeof digest !== 'string' || !isDigest(digest)) issue('no digest');
      else if (digest <= before) issue('out of order');
      else before = digest;
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) issue('no size');
      const keys = Object.keys(others).filter((key) => key !== 'volumes');
      if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', path: [number], keys, input: blob });
    });
  }),
});

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `${where}${issue?.message ?? 'unreadable'}`;
}

function damaged(label: string, why: string): AirlockError {
  return new AirlockError(
    'BUNDLE_DAMAGED',
    `${label} is damaged: airlock.json can not be understood: ${why}.`,
    { details: { files: ['airlock.json'] } },
  );
}
