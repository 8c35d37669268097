// Reads airlock.json by the rules of versions: what is newer is refused by name, what is merely more is warned of (FORMAT §4).
import { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { BundleManifest, FORMAT_MAJOR, FORMAT_MINOR } from '../../../shared/format/bundle.ts';
import { canonicalJson } from '../oci/canonical-json.ts';

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
  const value = parseCanonical(bytes, 'airlock.json', label);
  const version = Version.safeParse(value);
  if (!version.success) throw damaged(label, `airlock.json ${firstIssue(version.error)}`);
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
  if (decoded.manifest.set !== undefined && decoded.manifest.set.volumes.length > 1)
    throw new AirlockError(
      'FORMAT_UNSUPPORTED',
      `${label} is one of ${decoded.manifest.set.volumes.length} volumes; this Airlock reads bundles of one.`,
    );
  return decoded;
}

/** A newer minor version may have more fields: each is named and passed over. */
function decodeKnown(value: unknown, isNewer: boolean, label: string): DecodedManifest {
  const warnings: string[] = [];
  for (;;) {
    const parsed = BundleManifest.safeParse(value);
    if (parsed.success) return { manifest: parsed.data, warnings };
    const extra = parsed.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (!isNewer || extra.length < parsed.error.issues.length)
      throw damaged(label, `airlock.json ${firstIssue(parsed.error)}`);
    for (const { path, keys } of extra)
      for (const key of keys) {
        removeKey(value, path, key);
        warnings.push(`airlock.json has the field ${[...path, key].map(String).join('.')} of a newer format`);
      }
  }
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
 * JSON that Airlock wrote: RFC 8785, so that no two readers can differ about it. Comparing with what it parses to is many times
 * faster than a strict parser; the canonical form itself is made only where an object has keys that JavaScript reorders.
 */
export function parseCanonical(bytes: Uint8Array, path: string, label: string): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(label, `${path} is not JSON`, error);
  }
  if (JSON.stringify(value) === text && hasSortedKeys(value)) return value;
  if (!Buffer.from(canonicalJson(value)).equals(bytes))
    throw damaged(label, `${path} is not in the one form that JSON has in a bundle`);
  return value;
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  let before = '';
  for (const [key, inner] of Object.entries(value)) {
    if (key < before || !hasSortedKeys(inner)) return false;
    before = key;
  }
  return true;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `can not be understood: ${where}${issue?.message ?? 'unreadable'}`;
}

function damaged(label: string, what: string, cause?: unknown): AirlockError {
  return new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: ${what}.`, {
    cause,
    details: { files: [what.split(' ')[0] ?? what] },
  });
}
