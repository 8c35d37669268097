// Finds out where the bytes of a foreign layer can be had: at the registry, at one of its urls, or nowhere (FORMAT §2).
import { isIP } from 'node:net';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { RegistryClient } from '../../registry/index.ts';
import { looksSigned } from '../web-address.ts';
import type { SourceRepository } from './source-graph.ts';

export type ForeignLayer =
  | { readonly state: 'registry' }
  | { readonly state: 'url'; readonly url: string }
  | { readonly state: 'absent' };

/** Layers that a registry need not hold: Docker's foreign type, OCI's nondistributable, and whatever names urls. */
export function isForeign(layer: Descriptor): boolean {
  return (
    (layer.urls !== undefined && layer.urls.length > 0) ||
    layer.mediaType.includes('.foreign.') ||
    layer.mediaType.includes('.nondistributable.')
  );
}

/** Asks by HEAD only. An address that is not https, holds a secret, or names a machine by number rather than by its maker's name is not asked. */
export async function locateForeign(
  layer: Descriptor,
  repository: SourceRepository,
  client: RegistryClient,
  signal: AbortSignal,
): Promise<ForeignLayer> {
  if ((await repository.stat(layer, { signal })).state === 'held') return { state: 'registry' };
  for (const text of layer.urls ?? []) {
    const url = usableUrl(text);
    if (url === undefined) continue;
    try {
      const head = await client.head(url.href, { signal });
      if (head !== undefined && (head.size === undefined || head.size === layer.size))
        return { state: 'url', url: url.href };
    } catch (error) {
      // An address that fails is one the layer cannot be had from; the next one may do, and else it is told as absent.
      if (!isAirlockError(error) || isAirlockError(error, 'CANCELLED')) throw error;
    }
  }
  return { state: 'absent' };
}

function usableUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || looksSigned(url))
    return undefined;
  if (host === 'localhost' || isIP(host) !== 0) return undefined;
  return url;
}
