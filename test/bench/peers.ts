// How each peer does the same work: the shortest command lines its manual offers, in a loop where it takes one image.
import { join } from 'node:path';
import type { ProgramName } from '../support/programs.ts';
import type { Command } from './measure.ts';

export interface Work {
  readonly host: string;
  readonly images: readonly string[];
  /** Folder of this run alone. */
  readonly folder: string;
  /** PEM file of the registry's authority where it speaks TLS. */
  readonly caFile: string | undefined;
  /** What a pack by the same tool left, for an import. */
  readonly packed: string;
}

export interface Peer {
  readonly name: ProgramName;
  readonly pack: (path: string, work: Work) => readonly Command[];
  readonly push: (path: string, work: Work) => readonly Command[];
}

function trust(work: Work): Readonly<Record<string, string>> {
  return work.caFile === undefined ? {} : { SSL_CERT_FILE: work.caFile };
}

/** An image as a file and tag name. */
export function slug(image: string): string {
  return image.replaceAll(/[/:]/g, '_');
}

/** regctl asks for a host's transport in its own configuration, not on the command line. */
export function regctlConfig(work: Work): string {
  return JSON.stringify({
    hosts: { [work.host]: { tls: work.caFile === undefined ? 'disabled' : 'enabled' } },
  });
}

export const PEERS: readonly Peer[] = [
  {
    name: 'skopeo',
    pack: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'copy',
          '--quiet',
          '--all',
          ...(work.caFile === undefined ? ['--src-tls-verify=false'] : []),
          `docker://${work.host}/${image}`,
          `oci:${join(work.folder, 'layout')}:${slug(image)}`,
        ],
        env: trust(work),
      })),
    push: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'copy',
          '--quiet',
          '--all',
          '--dest-tls-verify=false',
          `oci:${join(work.packed, 'layout')}:${slug(image)}`,
          `docker://${work.host}/${image}`,
        ],
      })),
  },
  {
    name: 'crane',
    pack: (path, work) => [
      {
        path,
        args: [
          'pull',
          '--format=oci',
          ...work.images.map((image) => `${work.host}/${image}`),
          join(work.folder, 'layout'),
        ],
        env: trust(work),
      },
    ],
    push: (path, work) =>
      work.images.map((image) => ({
        path,
        args: ['push', join(work.packed, 'each', slug(image)), `${work.host}/${image}`],
      })),
  },
  {
    name: 'regctl',
    pack: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'image',
          'copy',
          `${work.host}/${image}`,
          `ocidir://${join(work.folder, 'layout')}:${slug(image)}`,
        ],
        env: { ...trust(work), REGCTL_CONFIG: join(work.folder, '..', 'regctl.json') },
      })),
    push: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'image',
          'copy',
          `ocidir://${join(work.packed, 'layout')}:${slug(image)}`,
          `${work.host}/${image}`,
        ],
        env: { REGCTL_CONFIG: join(work.folder, '..', 'regctl.json') },
      })),
  },
  {
    name: 'oras',
    pack: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'cp',
          ...(work.caFile === undefined ? ['--from-plain-http'] : ['--from-ca-file', work.caFile]),
          `${work.host}/${image}`,
          '--to-oci-layout',
          `${join(work.folder, 'layout')}:${slug(image)}`,
        ],
      })),
    push: (path, work) =>
      work.images.map((image) => ({
        path,
        args: [
          'cp',
          '--from-oci-layout',
          `${join(work.packed, 'layout')}:${slug(image)}`,
          '--to-plain-http',
          `${work.host}/${image}`,
        ],
      })),
  },
  {
    name: 'hauler',
    pack: (path, work) =>
      work.images.map((image) => ({
        path,
        args: ['store', 'add', 'image', `${work.host}/${image}`, '--store', join(work.folder, 'layout')],
        env: trust(work),
      })),
    push: (path, work) => [
      {
        path,
        args: [
          'store',
          'copy',
          '--store',
          join(work.packed, 'layout'),
          `registry://${work.host}`,
          '--plain-http',
        ],
      },
    ],
  },
];
