// Resolves one chart of a transfer list: out of an OCI registry, a chart repository, a file or a URL (FORMAT §1–§3).
import { stat } from 'node:fs/promises';
import { AirlockError, isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import type { LockSource, Stated } from '../../../../shared/format/lock.ts';
import type { ByteSource } from '../../oci/content-store.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { atEntry } from '../files/entry-error.ts';
import { collectBytes } from '../files/collect-bytes.ts';
import { entryPath, toLockPath } from '../files/local-path.ts';
import { hashFile, readFileBytes } from '../files/read-file.ts';
import { downloadSource, publicUrl, readDocument } from '../files/web-source.ts';
import type { WebSource } from '../files/web-source.ts';
import { withoutSecrets } from '../web-address.ts';
import type { ChartEntry, ResolveContext, Resolved, Resolver } from '../index.ts';
import type { RegistryClient } from '../../registry/index.ts';
import { chartArtifact } from './chart-artifact.ts';
import {
  CHART_INDEX_LIMIT_BYTES,
  chooseVersion,
  noVersion,
  parseChartIndex,
  versionsOf,
} from './chart-index.ts';
import type { ChartIndex } from './chart-index.ts';
import { readChartYaml } from './chart-yaml.ts';
import { resolveOciChart, resolveOciVersion } from './resolve-oci-chart.ts';

/** A clearsigned message with Chart.yaml and one hash in it; nothing longer is one. */
const PROVENANCE_LIMIT_BYTES = 1024 * 1024;
const PROVENANCE_START = '-----BEGIN PGP SIGNED MESSAGE-----';

interface Sums {
  readonly digest: Digest;
  readonly size: number;
}

/** A classic chart whose bytes are at hand. */
interface ClassicChart {
  /** Before `/<name>:<version>`. */
  readonly prefix: string;
  readonly what: string;
  readonly tgz: Sums;
  readonly read: () => ByteSource;
  readonly provenance: Sums | undefined;
  readonly source: LockSource;
  readonly stated: Stated;
  readonly notes?: readonly string[];
}

/**
 * OCI charts are carried as they are, with their referrers. Classic charts are read into the fetch store, or hashed where
 * they lie, and become an OCI artifact by `chartArtifact`; --no-fetch does not spare them, since their manifest needs
 * their Chart.yaml. Throws REFERENCE_NOT_FOUND, CHART_INVALID, DIGEST_MISMATCH, LIMIT_EXCEEDED.
 */
export const resolveChart: Resolver<ChartEntry> = async (entry, context) => {
  try {
    return [await resolve(entry, context)];
  } catch (error) {
    throw atEntry(entry.at, error);
  }
};

function resolve(entry: ChartEntry, context: ResolveContext): Promise<Resolved> {
  if (entry.from === 'registry') return resolveOciChart(entry.ref, entry.mirror, context);
  if (entry.from === 'repository') return resolveFromRepository(entry, context);
  return entry.from === 'path' ? resolveLocal(entry, context) : resolveFromUrl(entry, context);
}

async function resolveFromRepository(
  entry: ChartEntry & { readonly from: 'repository' },
  context: ResolveContext,
): Promise<Resolved> {
  if (entry.repo.startsWith('oci://'))
    return resolveOciVersion(`${entry.repo.replace(/\/+$/, '')}/${entry.name}`, entry.version, context);
  const indexUrl = besideUrl(entry.repo, 'index.yaml');
  const index = await readIndex(indexUrl, context);
  const versions = versionsOf(index, entry.name, entry.repo);
  const chosen = chooseVersion(versions, entry.version);
  if (chosen === undefined) throw noVersion(versions, entry.version, `${entry.repo}: ${entry.name}`);
  if (chosen.url.startsWith('oci://')) {
    const tagged = /:[^/]+$/.test(chosen.url.slice('oci://'.length))
      ? chosen.url
      : `${chosen.url}:${chosen.version}`;
    return resolveOciChart(tagged, undefined, context);
  }
  const url = besideUrl(entry.repo, chosen.url);
  // Some repositories sign the addresses in their index anew for every reader.
  const publicForm = withoutSecrets(url);
  const fetched = await fetchChart({ url, secretQuery: undefined }, chosen.sha256, indexUrl, context);
  const { host, pathname } = new URL(entry.repo);
  return resolveClassic({
    prefix: `${host}${pathname}`.replace(/\/+$/, ''),
    what: publicForm,
    ...fetched,
    source: {
      type: 'chartRepository',
      repo: entry.repo,
      url: publicForm,
      provenance: fetched.provenance?.digest ?? null,
    },
    stated:
      chosen.sha256 === undefined
        ? { by: 'firstSeen' }
        : { by: 'index', url: indexUrl, sha256: chosen.sha256 },
  });
}

async function resolveFromUrl(
  entry: ChartEntry & { readonly from: 'url' },
  context: ResolveContext,
): Promise<Resolved> {
  const url = publicUrl(entry.url, entry.secretQuery);
  const fetched = await fetchChart(entry, entry.sha256?.toLowerCase(), 'the list', context);
  return resolveClassic({
    prefix: 'charts',
    what: url,
    ...fetched,
    source: {
      type: 'url',
      url,
      ...(entry.secretQuery === undefined ? {} : { secretQuery: entry.secretQuery }),
      ...(fetched.etag === undefined ? {} : { etag: fetched.etag }),
      provenance: fetched.provenance?.digest ?? null,
    },
    stated: statedByList(entry.sha256),
  });
}

async function resolveLocal(
  entry: ChartEntry & { readonly from: 'path' },
  context: ResolveContext,
): Promise<Resolved> {
  const path = entryPath(entry.base, entry.path);
  if ((await isThere(path)) === 'folder')
    throw new AirlockError('CHART_INVALID', `${path} is a folder.`, {
      remedy: 'Package the chart with `helm package` and name the .tgz.',
    });
  const { signal } = context.job;
  const tgz = await hashFile(path, context.job);
  refuseOther(tgz.digest, entry.sha256?.toLowerCase(), path, 'the list');
  const besideIt = `${path}.prov`;
  const provenance = (await isThere(besideIt)) === 'file' ? await hashFile(besideIt, context.job) : undefined;
  return resolveClassic({
    prefix: 'charts',
    what: path,
    tgz,
    read: () => readFileBytes(path, { signal }),
    provenance,
    source: {
      type: 'path',
      path: toLockPath(context.lockBase, entry.base, entry.path),
      provenance: provenance?.digest ?? null,
    },
    stated: statedByList(entry.sha256),
  });
}

async function resolveClassic(chart: ClassicChart): Promise<Resolved> {
  const { name, version, root, manifests } = chartArtifact({
    chartYaml: await readChartYaml(chart.read(), chart.what),
    tgz: chart.tgz,
    prov: chart.provenance,
    what: chart.what,
  });
  const blobs = chart.provenance === undefined ? [chart.tgz] : [chart.tgz, chart.provenance];
  return {
    item: {
      kind: 'chart',
      reference: `${chart.prefix}/${name}:${version}`,
      source: chart.source,
      root,
      madeByAirlock: true,
      stated: chart.stated,
    },
    manifests,
    blobs: blobs.map(({ digest, size }) => ({ digest, size })),
    absent: [],
    notes: chart.notes ?? [],
  };
}

interface FetchedChart {
  readonly tgz: Sums;
  readonly read: () => ByteSource;
  readonly provenance: Sums | undefined;
  readonly etag: string | undefined;
  readonly notes: readonly string[];
}

async function fetchChart(
  source: WebSource,
  sha256: string | undefined,
  statedBy: string,
  context: ResolveContext,
): Promise<FetchedChart> {
  const { client, job, store } = context;
  const url = withoutSecrets(publicUrl(source.url, source.secretQuery));
  const download = await downloadSource(client, source, job);
  const tgz = await store.keep(download.body, {
    signal: job.signal,
    ...(download.size === undefined ? {} : { expectedSize: download.size }),
    check: (found) => refuseOther(found.digest, sha256, url, statedBy),
  });
  const { provenance, notes } = await fetchProvenance(source, context);
  return {
    tgz,
    read: () => readFileBytes(tgz.path, { signal: job.signal }),
    provenance,
    etag: download.etag,
    notes,
  };
}

/** `<url>.prov`, the query after it. Object stores that may not be listed (S3) answer 403 for what is not there. */
async function fetchProvenance(
  source: WebSource,
  { client, job, store }: ResolveContext,
): Promise<{ readonly provenance: Sums | undefined; readonly notes: readonly string[] }> {
  const url = new URL(source.url);
  url.pathname += '.prov';
  const named = withoutSecrets(publicUrl(url.href, source.secretQuery));
  try {
    const { body } = await downloadSource(client, { ...source, url: url.href }, job);
    const document = await collectBytes(body, PROVENANCE_LIMIT_BYTES);
    // Some servers send a page in place of a 404.
    if (document?.toString('latin1').startsWith(PROVENANCE_START) !== true)
      return { provenance: undefined, notes: [`${named} is no provenance file`] };
    return { provenance: await store.keep(one(document), { signal: job.signal }), notes: [] };
  } catch (error) {
    if (isAirlockError(error, 'REFERENCE_NOT_FOUND')) return { provenance: undefined, notes: [] };
    if (isAirlockError(error, 'DENIED', 'UNAUTHORIZED'))
      return { provenance: undefined, notes: [`${named} is refused, and taken not to be there`] };
    throw error;
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** One index serves all charts of a repository; it goes when the job's client does. */
const indexes = new WeakMap<RegistryClient, Map<string, Promise<ChartIndex>>>();

function readIndex(url: string, { client, job }: ResolveContext): Promise<ChartIndex> {
  const known = indexes.get(client) ?? new Map<string, Promise<ChartIndex>>();
  indexes.set(client, known);
  let reading = known.get(url);
  if (reading === undefined) {
    reading = readDocument(client, url, { limit: CHART_INDEX_LIMIT_BYTES, signal: job.signal }).then(
      (bytes) => parseChartIndex(bytes, url),
    );
    known.set(url, reading);
    reading.catch(() => known.delete(url));
  }
  return reading;
}

/** A URL relative to a repository keeps the repository's query, as Helm does; an absolute one is taken as it is. */
function besideUrl(repo: string, relative: string): string {
  const base = new URL(repo);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const url = new URL(relative, base);
  if (url.search === '' && !URL.canParse(relative)) url.search = base.search;
  return url.href;
}

async function isThere(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const told = fileFailure(error, path);
    if (isAirlockError(told, 'FILE_NOT_FOUND')) return undefined;
    throw told;
  }
}

function statedByList(sha256: string | undefined): Stated {
  return sha256 === undefined ? { by: 'firstSeen' } : { by: 'list', sha256: sha256.toLowerCase() };
}

function refuseOther(found: Digest, sha256: string | undefined, what: string, statedBy: string): void {
  if (sha256 === undefined || found === `sha256:${sha256}`) return;
  throw new AirlockError(
    'DIGEST_MISMATCH',
    `${what} has the digest ${found}, but ${statedBy} states sha256:${sha256}.`,
    {
      details: { expected: `sha256:${sha256}`, found },
      remedy: 'Find out which of the two is right before you use this chart.',
    },
  );
}
