// One repository's place: its host and name, the scopes that its login needs, the paths of the API below it.
import type { Digest } from '../../../shared/domain/digest.ts';
import { shortDigest } from '../../../shared/domain/digest.ts';
import type { Asked } from './failures.ts';

export interface Address {
  readonly host: string;
  readonly name: string;
  readonly label: string;
  readonly pull: readonly string[];
  readonly push: readonly string[];
}

export function addressOf(host: string, name: string): Address {
  return {
    host,
    name,
    label: `${host}/${name}`,
    pull: [`repository:${name}:pull`],
    push: [`repository:${name}:pull,push`],
  };
}

/** What a message calls a request for one blob. */
export function askedForBlob(address: Address, digest: Digest, writing = false): Asked {
  return { host: address.host, repository: address.name, what: `blob ${shortDigest(digest)}`, writing };
}

export function blobTarget(address: Address, digest: Digest): string {
  return `/v2/${address.name}/blobs/${digest}`;
}

export function uploadsTarget(address: Address): string {
  return `/v2/${address.name}/blobs/uploads/`;
}

export function manifestTarget(address: Address, tagOrDigest: string): string {
  return `/v2/${address.name}/manifests/${tagOrDigest}`;
}
