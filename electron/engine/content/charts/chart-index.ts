// Reads the index.yaml of a chart repository and picks the version that Helm would pick.
import { closest } from 'fastest-levenshtein';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { compareBuild, prerelease, satisfies, validRange } from 'semver';
import { z } from 'zod';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { readableVersion } from './chart-yaml.ts';

/** Index files of large repositories pass 20 MB (protocols §5.1). */
export const CHART_INDEX_LIMIT_BYTES = 64 * 1024 * 1024;

const MOST_ALIASES = 100;

export interface ChartVersion {
  /** As the index writes it. */
  readonly version: string;
  /** Absolute, relative to the repository, or oci://. */
  readonly url: string;
  /** Hex of the archive's sha256, where the index states one. */
  readonly sha256: string | undefined;
}

/** Chart names to their versions, in the index's order. */
export type ChartIndex = ReadonlyMap<string, readonly ChartVersion[]>;

const Index = z.looseObject({ entries: z.record(z.string(), z.unknown()) });
const Entry = z.object({
  version: z.string(),
  /** The first is taken; however many there are, none is copied. */
  urls: z.custom<readonly unknown[]>(Array.isArray),
  digest: z.string().optional(),
  removed: z.string().optional(),
});

/** Parses index.yaml, or index.json under its name. Entries that Helm would skip are skipped. Throws CHART_INVALID. */
export function parseChartIndex(bytes: Uint8Array, url: string): ChartIndex {
  let value: unknown;
  try {
    // Every scalar is its source text: version 1.10 is not 1.1. Duplicate keys are left to the last, as Helm does.
    // Helm writes no aliases. Somebody's own may have some; many would have one list of versions read without end.
    value = load(Buffer.from(bytes).toString('utf8'), {
      schema: FAILSAFE_SCHEMA,
      json: true,
      maxAliases: MOST_ALIASES,
    });
  } catch (error) {
    throw new AirlockError('CHART_INVALID', `${url} is no chart index: it is not YAML.`, { cause: error });
  }
  const parsed = Index.safeParse(value);
  if (!parsed.success)
    throw new AirlockError('CHART_INVALID', `${url} is no chart index: it has no entries.`, {
      details: { url },
    });
  return new Map(
    Object.entries(parsed.data.entries).map(([name, entries]) => [
      name,
      (Array.isArray(entries) ? entries : []).flatMap(readEntry),
    ]),
  );
}

function readEntry(value: unknown): ChartVersion[] {
  const parsed = Entry.safeParse(value);
  if (!parsed.success || parsed.data.removed === 'true') return [];
  const { version, urls, digest } = parsed.data;
  const [url] = urls;
  if (typeof url !== 'string' || readableVersion(version) === undefined) return [];
  const sha256 = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(digest ?? '')?.[1]?.toLowerCase();
  return [{ version, url, sha256 }];
}

/** The versions of one chart. Throws REFERENCE_NOT_FOUND, naming the nearest chart there is. */
export function versionsOf(index: ChartIndex, name: string, repo: string): readonly ChartVersion[] {
  const found = index.get(name);
  if (found !== undefined && found.length > 0) return found;
  const near = index.size === 0 ? '' : `; the nearest name there is "${closest(name, [...index.keys()])}"`;
  throw new AirlockError('REFERENCE_NOT_FOUND', `${repo} has no chart "${name}"${near}.`, {
    remedy: 'Check the name of the chart.',
    details: { repo, name },
  });
}

/**
 * The version that stands in the list as it is, else the highest one in its range (`~1.44`, `>=1.2, <2`); a prerelease only
 * where the range names one, and without a range the highest release. Undefined where none fits.
 * Throws LIST_INVALID for what is no range.
 */
export function chooseVersion<V extends { readonly version: string }>(
  versions: readonly V[],
  wanted: string | undefined,
): V | undefined {
  const exact = versions.find(({ version }) => version === wanted);
  if (exact !== undefined) return exact;
  const range = toRange(wanted ?? '*');
  const includePrerelease = /\d-[0-9A-Za-z]/.test(range) && !/\d\s+-\s+\d/.test(range);
  return versions
    .map((candidate) => ({ candidate, read: readableVersion(candidate.version) ?? '' }))
    .filter(({ read }) => includePrerelease || prerelease(read) === null)
    .filter(({ read }) => satisfies(read, range, { includePrerelease }))
    .toSorted((left, right) => compareBuild(right.read, left.read))[0]?.candidate;
}

/** Helm's ranges (Masterminds/semver) in npm's spelling: a comma is a blank. */
function toRange(wanted: string): string {
  const range = wanted.replaceAll(',', ' ').trim();
  if (range.includes('!=') || validRange(range) === null)
    throw new AirlockError('LIST_INVALID', `"${wanted}" is no version or range of versions.`, {
      remedy: 'Write a version, or a range as ~1.44 or ">=1.2, <2".',
    });
  return range;
}

/** The message where no version fits, with those there are. */
export function noVersion(
  versions: readonly { readonly version: string }[],
  wanted: string | undefined,
  what: string,
): AirlockError {
  const newest = versions
    .toSorted((left, right) =>
      compareBuild(readableVersion(right.version) ?? '0.0.0', readableVersion(left.version) ?? '0.0.0'),
    )
    .slice(0, 5)
    .map(({ version }) => version);
  const there = newest.length === 0 ? '' : `; the newest are ${newest.join(', ')}`;
  return new AirlockError(
    'REFERENCE_NOT_FOUND',
    `${what} has no ${wanted === undefined ? 'version that is a release' : `version ${wanted}`}${there}.`,
    { remedy: 'Name a version that is there.' },
  );
}
