// Decides which part of an image is carried: all of it, one platform's manifest, or an index of some (FORMAT §1, `index:`).
import { ANNOTATION, isIndexType, isManifestType } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor, Platform } from '../../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../../shared/domain/digest.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Dropped } from '../../../../shared/format/lock.ts';
import type { z } from 'zod';
import { canonicalJson } from '../../oci/canonical-json.ts';
import { formatPlatform, parsePlatform, platformMatches } from '../../oci/platform.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';
import type { IndexMode } from '../index.ts';
import { makeNode } from './source-graph.ts';
import type { GraphNode, SourceGraph } from './source-graph.ts';

export interface Choice {
  readonly root: GraphNode;
  readonly mode: IndexMode;
  /** What the one manifest that is the root is for, where that was learnt. */
  readonly platform: Platform | undefined;
  /** The source's own index, where the root is another one or a child of it. */
  readonly original: GraphNode | undefined;
  readonly dropped: readonly z.infer<typeof Dropped>[];
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

/** One entry of the root index, and which platforms it brings. */
interface Offer {
  readonly descriptor: Descriptor;
  /** Manifests of images in it: itself, or what a nested index holds. */
  readonly images: readonly { readonly descriptor: Descriptor; readonly platform: Platform }[];
  readonly attests: Digest | undefined;
}

/**
 * Without `platforms` everything is kept. Throws PLATFORM_NOT_FOUND where the image has none of them, and LIST_INVALID
 * where `child` finds several manifests.
 */
export async function chooseContent(
  graph: SourceGraph,
  source: GraphNode,
  wanted: { readonly platforms: readonly string[] | undefined; readonly mode: IndexMode },
  name: string,
): Promise<Choice> {
  const { platforms, mode } = wanted;
  if (mode === 'keep' || platforms === undefined) return keepWhole(source, [], []);
  if (source.parsed.kind === 'manifest') return takeSingle(graph, source, platforms, name);
  const offers = await Promise.all(
    source.parsed.index.manifests.map((descriptor) => offerOf(graph, descriptor)),
  );
  const found = offers.flatMap(({ images }) => images);
  const wantedPlatforms = platforms.map((text) => ({ text, platform: parsePlatform(text) }));
  const chosen = new Set(
    found
      .filter((image) => wantedPlatforms.some(({ platform }) => platformMatches(platform, image.platform)))
      .map(({ descriptor }) => descriptor.digest),
  );
  if (chosen.size === 0)
    throw notFound(
      name,
      platforms,
      found.map(({ platform }) => platform),
    );
  const missing = wantedPlatforms
    .filter(({ platform }) => !found.some((image) => platformMatches(platform, image.platform)))
    .map(({ text }) => text);
  return mode === 'child'
    ? takeChild(graph, source, offers, chosen, missing, name)
    : rewrite(source, offers, chosen, missing);
}

function keepWhole(
  source: GraphNode,
  missing: readonly string[],
  notes: readonly string[],
  platform?: Platform,
): Choice {
  return { root: source, mode: 'keep', platform, original: undefined, dropped: [], missing, notes };
}

async function takeSingle(
  graph: SourceGraph,
  source: GraphNode,
  platforms: readonly string[],
  name: string,
): Promise<Choice> {
  const platform = await graph.platformOf(source);
  if (platform === undefined)
    return keepWhole(source, [], ['it names no platform of its own and is taken as it is']);
  const missing = platforms.filter((text) => !platformMatches(parsePlatform(text), platform));
  if (missing.length === platforms.length) throw notFound(name, platforms, [platform]);
  return keepWhole(source, missing, [], platform);
}

async function takeChild(
  graph: SourceGraph,
  source: GraphNode,
  offers: readonly Offer[],
  chosen: ReadonlySet<Digest>,
  missing: readonly string[],
  name: string,
): Promise<Choice> {
  const images = offers.flatMap((offer) => offer.images);
  const [first, second] = [...chosen].flatMap(
    (digest) => images.find((image) => image.descriptor.digest === digest) ?? [],
  );
  if (first === undefined || second !== undefined)
    throw new AirlockError(
      'LIST_INVALID',
      `index: child takes one manifest of ${name}, and its platforms match ${chosen.size}: ${listed(images.filter(({ descriptor }) => chosen.has(descriptor.digest)).map(({ platform }) => platform))}.`,
      { remedy: 'Name one platform (on Windows with its version), or use `index: rewrite`.' },
    );
  const dropped = offers.flatMap((offer) => droppedOf(offer, chosen, 'attestation'));
  const attestations = dropped.filter(({ reason }) => reason === 'attestation').length;
  return {
    root: await graph.read(first.descriptor),
    mode: 'child',
    platform: first.platform,
    original: source,
    dropped,
    missing,
    notes:
      attestations === 0
        ? []
        : [
            `${count(attestations, 'attestation manifest')} of its index ${attestations === 1 ? 'is' : 'are'} left out`,
          ],
  };
}

function rewrite(
  source: GraphNode,
  offers: readonly Offer[],
  chosen: ReadonlySet<Digest>,
  missing: readonly string[],
): Choice {
  const kept = new Set(
    offers
      .filter(({ images }) => images.some(({ descriptor }) => chosen.has(descriptor.digest)))
      .map(({ descriptor }) => descriptor.digest),
  );
  const stays = (offer: Offer) =>
    kept.has(offer.descriptor.digest) ||
    (offer.attests !== undefined && (kept.has(offer.attests) || chosen.has(offer.attests)));
  const dropped = offers
    .filter((offer) => !stays(offer))
    .flatMap((offer) => droppedOf(offer, new Set(), 'platform'));
  if (dropped.length === 0)
    return {
      root: source,
      mode: 'rewrite',
      platform: undefined,
      original: undefined,
      dropped,
      missing,
      notes: [],
    };
  const body = parseStrictJson(source.bytes, 'The index') as { readonly manifests: readonly unknown[] };
  const manifests = body.manifests.filter((_, place) => {
    const offer = offers[place];
    return offer !== undefined && stays(offer);
  });
  const root = makeNode(source.descriptor.mediaType, canonicalJson({ ...body, manifests }));
  return { root, mode: 'rewrite', platform: undefined, original: source, dropped, missing, notes: [] };
}

async function offerOf(graph: SourceGraph, descriptor: Descriptor): Promise<Offer> {
  const attests = descriptor.annotations?.[ANNOTATION.attestedDigest];
  if (attests !== undefined) return { descriptor, images: [], attests: attests as Digest };
  if (isIndexType(descriptor.mediaType)) {
    const nodes = await graph.readAll(await graph.read(descriptor));
    const nested = nodes.flatMap(({ parsed }) => (parsed.kind === 'index' ? parsed.index.manifests : []));
    const images = await Promise.all(nested.map((child) => imagesOf(graph, child)));
    return { descriptor, images: images.flat(), attests: undefined };
  }
  return { descriptor, images: await imagesOf(graph, descriptor), attests: undefined };
}

async function imagesOf(graph: SourceGraph, descriptor: Descriptor): Promise<Offer['images']> {
  if (
    !isManifestType(descriptor.mediaType) ||
    descriptor.annotations?.[ANNOTATION.attestedDigest] !== undefined
  )
    return [];
  const platform = descriptor.platform ?? (await graph.platformOf(await graph.read(descriptor)));
  if (platform === undefined || platform.os === 'unknown') return [];
  return [{ descriptor, platform }];
}

function droppedOf(
  offer: Offer,
  chosen: ReadonlySet<Digest>,
  ofChosen: 'platform' | 'attestation',
): z.infer<typeof Dropped>[] {
  const { descriptor, attests, images } = offer;
  if (chosen.has(descriptor.digest)) return [];
  const own = descriptor.platform ?? (images.length === 1 ? images[0]?.platform : undefined);
  return [
    {
      digest: descriptor.digest,
      platform: own === undefined ? 'unknown' : formatPlatform(own),
      reason: attests !== undefined && chosen.has(attests) ? ofChosen : 'platform',
    },
  ];
}

function notFound(name: string, wanted: readonly string[], offered: readonly Platform[]): AirlockError {
  const has = offered.length === 0 ? 'no platform at all' : listed(offered);
  return new AirlockError('PLATFORM_NOT_FOUND', `${name} has none of ${wanted.join(', ')}; it has ${has}.`, {
    details: { reference: name, wanted: [...wanted], offered: offered.map(formatPlatform) },
  });
}

function listed(platforms: readonly Platform[]): string {
  return [...new Set(platforms.map(formatPlatform))].join(', ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
