// Where one item goes at the target: repository and tag (FORMAT §5). Pure.
import { createHash } from 'node:crypto';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { LockItem } from '../../../shared/format/lock.ts';
import { isRepositoryName, isTag, parseReference } from '../oci/reference.ts';
import { itemKey, parseGivenName } from './by-hand.ts';
import { applyMapRules } from './map-rules.ts';
import type { MapMode } from './map-rules.ts';
import type { Target } from './target.ts';

export interface TargetName {
  readonly repository: string;
  /** Undefined where the item goes by digest alone. */
  readonly tag: string | undefined;
}

export interface NamingOptions {
  readonly map: MapMode;
  /** `--no-tag`: an item known by digest alone gets none. */
  readonly noTag: boolean;
  /** Names given by hand, by `<kind> <reference>`. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
}

/** Host and repository together, as distribution counts them. */
const NAME_LENGTH = 255;

/** Throws REFERENCE_INVALID where no registry would take the name. */
export function targetName(
  item: Pick<LockItem, 'kind' | 'reference' | 'source'>,
  digest: Digest,
  target: Target,
  options: NamingOptions,
): TargetName {
  const named = nameByHand(item, digest, options) ?? nameUnderPrefix(item, digest, options);
  const repository = target.prefix === '' ? named.repository : `${target.prefix}/${named.repository}`;
  const refuse = (why: string): AirlockError =>
    new AirlockError('REFERENCE_INVALID', `${item.reference} has no place at the target: ${why}.`, {
      remedy: 'Give it another name with `--map RULES`, or import under a shorter prefix.',
    });
  if (!isRepositoryName(repository)) throw refuse(`"${repository}" is no repository name`);
  if (named.tag !== undefined && !isTag(named.tag)) throw refuse(`"${named.tag}" is no tag`);
  if (target.host.length + 1 + repository.length > NAME_LENGTH)
    throw refuse(`${target.host}/${repository} has over ${NAME_LENGTH} characters`);
  return { repository, tag: named.tag };
}

function nameByHand(
  item: Pick<LockItem, 'kind' | 'reference' | 'source'>,
  digest: Digest,
  options: NamingOptions,
): TargetName | undefined {
  const key = itemKey(item);
  const given = options.renamed?.[key];
  if (given === undefined) return undefined;
  const { repository, tag } = parseGivenName(key, given);
  return { repository, tag: tag ?? nameUnderPrefix(item, digest, options).tag };
}

/** True for a chart that came from a chart repository, a url or a path, and was made an OCI artifact by Airlock. */
function isClassicChart(item: Pick<LockItem, 'kind' | 'source'>): boolean {
  return item.kind === 'chart' && item.source.type !== 'registry';
}

function nameUnderPrefix(
  item: Pick<LockItem, 'kind' | 'reference' | 'source'>,
  digest: Digest,
  options: NamingOptions,
): TargetName {
  if (item.kind === 'file') return { repository: fileRepository(item.reference), tag: shortDigest(digest) };
  const name = isClassicChart(item) ? classicChartName(item.reference) : ociName(item.reference);
  const tag = name.tag ?? (options.noTag ? undefined : `airlock-${shortDigest(digest)}`);
  if (options.map === 'keep-host') return { repository: name.withHost, tag };
  if (options.map === 'default') return { repository: name.byDefault, tag };
  return { repository: applyMapRules(options.map, name.full) ?? name.byDefault, tag };
}

interface SourceName {
  /** Host and path, as rules match it. */
  readonly full: string;
  readonly byDefault: string;
  readonly withHost: string;
  readonly tag: string | undefined;
}

function ociName(reference: string): SourceName {
  const { host, repository, tag } = parseReference(asTag(reference));
  return {
    full: `${host}/${repository}`,
    byDefault: repository,
    withHost: `${hostComponent(host)}/${repository}`,
    tag,
  };
}

/** `<repository host and path>/<name>:<version>`. */
function classicChartName(reference: string): SourceName {
  const colon = reference.lastIndexOf(':');
  const full = reference.slice(0, colon);
  const [host = '', ...path] = full.split('/');
  const name = path.at(-1) ?? host;
  return {
    full,
    byDefault: `charts/${component(name)}`,
    withHost: [hostComponent(host), ...path.map(component)].join('/'),
    tag: asTag(reference.slice(colon + 1)),
  };
}

/** A chart's version may hold `+`, which a tag may not: Helm writes `_`. Nothing else in a reference holds one. */
function asTag(text: string): string {
  return text.replaceAll('+', '_');
}

/** FORMAT §5: readable, and told apart by the hash of the whole path. */
function fileRepository(as: string): string {
  const hash = createHash('sha256').update(as).digest('hex').slice(0, 8);
  const readable = dashed(as).slice(0, 100);
  return `files/${readable === '' ? hash : `${readable}-${hash}`}`;
}

/** `registry.example:5000` as one path component: `registry.example_5000`. */
function hostComponent(host: string): string {
  return component(host.replaceAll(':', '_'));
}

/** A path component that registries take: as it is where they do, else with runs of other characters turned to a dash. */
function component(text: string): string {
  const lower = text.toLowerCase();
  return isRepositoryName(lower) && !lower.includes('/') ? lower : dashed(text);
}

function dashed(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
