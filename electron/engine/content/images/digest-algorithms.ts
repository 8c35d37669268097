// Names the digest algorithm of content that Airlock does not carry, where a manifest would only be called unreadable.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';

const CARRIED = new Set(['sha256', 'sha512']);

/** Throws SOURCE_UNSUPPORTED with the name of an algorithm other than sha256 and sha512 (FORMAT §3). */
export function refuseOtherAlgorithms(bytes: Uint8Array, what: string): void {
  const body = record(parseStrictJson(bytes, what));
  const descriptors = [body['config'], body['subject'], body['layers'], body['manifests']].flat();
  for (const descriptor of descriptors) {
    const digest = record(descriptor)['digest'];
    const algorithm = typeof digest === 'string' ? /^([a-z0-9+._-]+):./.exec(digest)?.[1] : undefined;
    if (algorithm !== undefined && !CARRIED.has(algorithm))
      throw new AirlockError(
        'SOURCE_UNSUPPORTED',
        `${what} names content by ${algorithm}, and Airlock carries sha256 and sha512 only.`,
        { details: { algorithm }, remedy: 'Ask the maker of this content for digests of sha256.' },
      );
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
