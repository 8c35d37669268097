// Resolves charts that lie in OCI registries, where `+` may not stand in a tag and `_` takes its place.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { parseReference } from '../../oci/reference.ts';
import { resolveFromRegistry } from '../images/index.ts';
import type { ResolveContext, Resolved } from '../index.ts';
import { chooseVersion, noVersion } from './chart-index.ts';
import { readableVersion } from './chart-yaml.ts';

/**
 * A chart by its full reference, `oci://` before it or not, carried as it is with its referrers. The item's reference keeps
 * the `+` of a version, since people pull by it.
 */
export async function resolveOciChart(
  ref: string,
  mirror: string | undefined,
  context: ResolveContext,
): Promise<Resolved> {
  const named = splitTag(ref);
  const resolved = await resolveFromRegistry(
    {
      kind: 'chart',
      ref: named.reference,
      mirror: mirror === undefined ? undefined : mirrorOf(mirror, named),
      platforms: undefined,
      mode: 'keep',
    },
    context,
  );
  const { item } = resolved;
  const { typed, tag } = named;
  if (typed === tag || typed === undefined || tag === undefined) return resolved;
  return { ...resolved, item: { ...item, reference: item.reference.replace(`:${tag}`, () => `:${typed}`) } };
}

/** The chart `repository` (with `oci://`) in the version that Helm would pick among its tags. */
export async function resolveOciVersion(
  repository: string,
  version: string | undefined,
  context: ResolveContext,
): Promise<Resolved> {
  // A full version needs no list of tags, which some registries do not give.
  if (version !== undefined && /^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/.test(version))
    return resolveOciChart(`${repository}:${version}`, undefined, context);
  const { host, repository: name } = parseReference(withoutScheme(repository));
  const tags = await context.client.repository(host, name).tags({ signal: context.job.signal });
  const versions = tags
    .map((tag) => ({ version: tag.replaceAll('_', '+') }))
    .filter((tag) => readableVersion(tag.version) !== undefined);
  const chosen = chooseVersion(versions, version);
  if (chosen === undefined) throw noVersion(versions, version, repository);
  return resolveOciChart(`${repository}:${chosen.version}`, undefined, context);
}

interface SplitReference {
  /** With a tag that a registry takes. */
  readonly reference: string;
  readonly typed: string | undefined;
  readonly tag: string | undefined;
}

function splitTag(ref: string): SplitReference {
  const text = withoutScheme(ref);
  const match = /^(.*\/[^:@]*):([^:@/]+)(@.*)?$/.exec(text);
  const [, name, typed, digest = ''] = match ?? [];
  if (name === undefined || typed === undefined) {
    if (!text.includes('@'))
      throw new AirlockError('REFERENCE_INVALID', `${ref} names no version.`, {
        remedy: 'Write the chart’s version after it, as oci://host/charts/app:1.2.3.',
      });
    return { reference: text, typed: undefined, tag: undefined };
  }
  const tag = typed.replaceAll('+', '_');
  return { reference: `${name}:${tag}${digest}`, typed, tag };
}

/** A mirror without tag and digest of its own holds the chart under the same. */
function mirrorOf(mirror: string, named: SplitReference): string {
  const text = withoutScheme(mirror);
  if (/[@]|:[^/]+$/.test(text)) return splitTag(text).reference;
  return named.tag === undefined ? text : `${text}:${named.tag}`;
}

function withoutScheme(ref: string): string {
  return ref.replace(/^oci:\/\//, '');
}
