// The reading half: the distribution API over bundles and a writable folder, the chart repository, files and pages.
import { MEDIA } from '../../../shared/domain/descriptor.ts';
import { isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { sendBlob } from './blob-answer.ts';
import type { BundleGraph } from './bundle-graph.ts';
import type { BundleLibrary } from './bundle-library.ts';
import type { ChartShelf, ShelvedFile } from './chart-shelf.ts';
import { etagOf, isUnchanged } from './conditional.ts';
import type { Exchange } from './exchange.ts';
import type { FileShelf } from './file-shelf.ts';
import { filesPage, homePage, PAGE_HEADERS } from './pages.ts';
import { compareNames, pageOf } from './paging.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { blobOfBundle } from './served.ts';
import type { ServedBlob, ServedRepository } from './served.ts';
import type { VerifiedBlobs } from './verified-blobs.ts';
import type { WritableStore } from './writable-store.ts';

/** All that one server serves. */
export interface Served {
  readonly graph: BundleGraph;
  readonly library: BundleLibrary;
  readonly charts: ChartShelf;
  readonly files: FileShelf;
  readonly store: WritableStore | undefined;
  readonly verified: VerifiedBlobs;
  readonly secure: boolean;
}

/** On everything that is content: a browser takes none of it for a page, whatever type a bundle gives it. */
const CONTENT_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
};
const REGISTRY_HEADERS = { ...CONTENT_HEADERS, 'Docker-Distribution-Api-Version': 'registry/2.0' };
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/i;
const REFERRERS_PER_PAGE = 1000;

/** Answers GET and HEAD of everything but upload sessions. */
export async function answerRead(exchange: Exchange, route: Route, served: Served): Promise<void> {
  switch (route.kind) {
    case 'home':
      exchange.send(200, PAGE_HEADERS, await home(exchange, served));
      return;
    case 'ping':
      sendJson(exchange, {});
      return;
    case 'catalog': {
      const names = new Set([...served.library.names(), ...(served.store?.names() ?? [])]);
      const { entries, link } = pageOf(names, exchange.target.query, exchange.target.path);
      sendJson(exchange, { repositories: entries }, link);
      return;
    }
    case 'tags': {
      const tags = knownRepository(exchange, route.name, served).tags();
      const { entries, link } = pageOf(tags, exchange.target.query, exchange.target.path);
      sendJson(exchange, { name: route.name, tags: entries }, link);
      return;
    }
    case 'manifest':
      await sendManifest(exchange, route.name, route.reference, served);
      return;
    case 'blob': {
      const blob = await knownBlob(exchange, route.name, route.digest, served);
      await sendBlob(exchange, blob, served.verified, {
        ...REGISTRY_HEADERS,
        'Content-Type': contentType(blob.descriptor.mediaType),
      });
      return;
    }
    case 'referrers':
      sendReferrers(exchange, route.name, route.digest, served);
      return;
    case 'chartIndex':
      exchange.send(
        200,
        { ...CONTENT_HEADERS, 'Content-Type': 'application/yaml' },
        await served.charts.index(),
      );
      return;
    case 'chart':
      await sendFile(exchange, await served.charts.file(route.file), route.file, served);
      return;
    case 'files':
      exchange.send(200, PAGE_HEADERS, filesPage(served.files.list()));
      return;
    case 'file':
      await sendFile(exchange, served.files.file(route.path), route.path, served);
      return;
    case 'uploads':
    case 'upload':
      throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'There is no such upload.');
    default:
      route satisfies never;
  }
}

async function home(exchange: Exchange, served: Served): Promise<string> {
  return homePage({
    host: exchange.headers.host ?? 'localhost',
    secure: served.secure,
    bundles: served.graph.bundles,
    repositories: [...new Set([...served.library.names(), ...(served.store?.names() ?? [])])],
    charts: await served.charts.fileNames(),
    files: served.files.list().length,
    writable: served.store !== undefined,
  });
}

function sendJson(exchange: Exchange, value: unknown, link?: string): void {
  exchange.send(
    200,
    {
      ...REGISTRY_HEADERS,
      'Content-Type': 'application/json',
      ...(link === undefined ? {} : { Link: link }),
    },
    JSON.stringify(value),
  );
}

async function sendManifest(
  exchange: Exchange,
  name: string,
  reference: string,
  served: Served,
): Promise<void> {
  const found = await knownRepository(exchange, name, served).manifest(reference);
  if (found === undefined)
    throw new Refusal(
      404,
      'MANIFEST_UNKNOWN',
      `${name} holds no manifest ${reference}${absence(reference, served)}.`,
    );
  const { digest, size, mediaType } = found.descriptor;
  const headers = {
    ...REGISTRY_HEADERS,
    'Content-Type': contentType(mediaType),
    'Content-Length': String(size),
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
  };
  if (isUnchanged(exchange.headers, etagOf(digest))) exchange.send(304, headers);
  else if (exchange.method === 'HEAD') exchange.send(200, headers);
  else exchange.send(200, headers, await found.read());
}

async function knownBlob(
  exchange: Exchange,
  name: string,
  digest: Digest,
  served: Served,
): Promise<ServedBlob> {
  const blob = await knownRepository(exchange, name, served).blob(digest);
  if (blob !== undefined) return blob;
  throw new Refusal(404, 'BLOB_UNKNOWN', `${name} holds no blob ${digest}${absence(digest, served)}.`);
}

/** A client that is told why a platform is not here need not look for it. */
function absence(reference: string, served: Served): string {
  const reason = isDigest(reference) ? served.graph.absence(reference) : undefined;
  return reason === undefined ? '' : `; it was left out when the bundle was packed (${reason})`;
}

/** distribution-spec, Listing Referrers: an empty index where there is nothing, also in a repository nobody knows. */
function sendReferrers(exchange: Exchange, name: string, subject: Digest, served: Served): void {
  const { query, path } = exchange.target;
  const type = query.get('artifactType');
  const last = query.get('last') ?? '';
  const all = (findRepository(exchange, name, served)?.referrers(subject) ?? [])
    .filter((referrer) => type === null || referrer.artifactType === type)
    .filter((referrer) => referrer.digest > last)
    .toSorted((a, b) => compareNames(a.digest, b.digest));
  const manifests = all.slice(0, REFERRERS_PER_PAGE);
  const next = new URLSearchParams({
    ...(type === null ? {} : { artifactType: type }),
    last: manifests.at(-1)?.digest ?? '',
  });
  exchange.send(
    200,
    {
      ...REGISTRY_HEADERS,
      'Content-Type': MEDIA.ociIndex,
      ...(type === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
      ...(all.length > manifests.length ? { Link: `<${path}?${next.toString()}>; rel="next"` } : {}),
    },
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests }),
  );
}

function knownRepository(exchange: Exchange, name: string, served: Served): ServedRepository {
  const found = findRepository(exchange, name, served);
  if (found !== undefined) return found;
  const [candidate] = served.library.candidates(name);
  const hint =
    candidate === undefined ? '' : `; beside a writable folder bundles answer to full names: ${candidate}`;
  throw new Refusal(404, 'NAME_UNKNOWN', `There is no repository ${name}${hint}.`);
}

function findRepository(exchange: Exchange, name: string, served: Served): ServedRepository | undefined {
  const found = served.library.find(name, exchange.target.query.get('ns') ?? undefined);
  if (found?.kind === 'ambiguous')
    throw new Refusal(
      404,
      'NAME_UNKNOWN',
      `${name} may be each of ${found.candidates.join(', ')}; ask for one of them.`,
      {
        detail: { candidates: found.candidates },
      },
    );
  return found?.repository ?? served.store?.repository(name);
}

async function sendFile(
  exchange: Exchange,
  file: ShelvedFile | undefined,
  path: string,
  served: Served,
): Promise<void> {
  const blob = file === undefined ? undefined : await blobOfBundle(file.bundle, file.entry);
  if (blob === undefined) throw new Refusal(404, 'UNKNOWN', `There is no ${path} here.`);
  await sendBlob(exchange, blob, served.verified, {
    ...CONTENT_HEADERS,
    'Content-Type': MEDIA.octets,
    'Content-Disposition': disposition(path),
  });
}

/** RFC 6266: the plain form for names that need no more, the extended form for all. */
function disposition(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = /^[A-Za-z0-9._+ -]+$/.test(name) ? `; filename="${name}"` : '';
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment${plain}; filename*=UTF-8''${encoded}`;
}

/** A type out of a bundle that is none would break the header. */
function contentType(mediaType: string): string {
  return MEDIA_TYPE.test(mediaType) ? mediaType : MEDIA.octets;
}
