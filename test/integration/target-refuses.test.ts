// Targets that take less than the specification allows: what they refuse is named, nothing is converted, the rest arrives.
// And no registry but the target hears of an import.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import type { Digest } from '../../shared/domain/digest.ts';
import { Receipt } from '../../shared/format/receipt.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import type { BuiltInRegistry, Fault, SeenRequest } from '../support/built-in-registry.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeImage, makeIndex, makeReferrer } from '../support/make-content.ts';
import { pullContent, pushContent } from '../support/plain-client.ts';
import { startCraneRegistry } from '../support/programs.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';
import { makeFile, makeLock, writeBundle } from '../unit/bundle/locks.ts';

const image = makeImage({ seed: 'image' });
const docker = makeImage({ seed: 'docker', docker: true });
const withAttestations = makeIndex([makeImage({ seed: 'built' })], { attestations: true });
const sbom = makeReferrer(image.root, { artifactType: 'application/spdx+json', text: 'sbom' });
const made = makeLock('test', [
  {
    reference: 'registry.example/org/image:1',
    content: image,
    attached: [{ kind: 'referrer', subject: image.root.digest, content: sbom }],
  },
  { reference: 'registry.example/org/docker:1', content: docker },
  { reference: 'registry.example/org/built:1', content: withAttestations },
  makeFile('tool.bin', Buffer.from('tool')),
]);

let folder: string;
let environment: Record<string, string>;
let faults: (request: SeenRequest) => Fault | undefined;
let target: BuiltInRegistry;
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-refuses-'));
  environment = { AIRLOCK_HOME: at('state'), HOME: folder };
  faults = () => undefined;
  target = await startRegistry({ faults: (request) => faults(request) });
});
afterEach(async () => {
  await target.close();
  await rm(folder, { recursive: true, force: true });
});

async function importIt(): Promise<{ readonly code: number; readonly receipt: Receipt }> {
  const place = await writeBundle({ place: at('test.airlock'), made });
  const ran = await runAirlock(['import', place, '--to', `${target.host}/team`, '--json'], { environment });
  return { code: ran.code, receipt: Receipt.parse(documentOf(ran)['receipt']) };
}

const failed = ({ receipt }: { readonly receipt: Receipt }) =>
  receipt.items.filter(({ outcome }) => outcome === 'failed');
const isPutOf = ({ method, url, headers }: SeenRequest, type: string) =>
  method === 'PUT' && url.includes('/manifests/') && headers['content-type'] === type;

describe('a target', () => {
  it('that takes no Docker manifests fails that item alone, says that converting would change the digest, and converts nothing (I21)', async () => {
    // zot without compatibility: 415 MANIFEST_INVALID (zot#2234).
    faults = (request) =>
      isPutOf(request, MEDIA.dockerManifest)
        ? { kind: 'answer', status: 415, body: '{"errors":[{"code":"MANIFEST_INVALID"}]}' }
        : undefined;
    const ran = await importIt();
    expect(ran.code).toBe(1);
    expect(failed(ran)).toMatchObject([
      {
        item: 'registry.example/org/docker:1',
        error: {
          code: 'CONTENT_REFUSED',
          side: 'target',
          message: expect.stringContaining('refuses Docker manifests') as string,
          remedy: expect.stringContaining('would change its digest') as string,
        },
      },
    ]);
    const offered = target.requests.filter(
      ({ method, url }) => method === 'PUT' && url.includes('/team/org/docker/manifests/'),
    );
    expect(new Set(offered.map(({ headers }) => headers['content-type']))).toEqual(
      new Set([MEDIA.dockerManifest]),
    );
    expect((await pullContent(target.url, 'team/org/image', '1')).root).toEqual(image.root);
  });

  it('that takes no artifacts fails those alone and names their type; images arrive (I23)', async () => {
    // Quay's list of allowed types: 400 MANIFEST_INVALID (oras#738). Files and SBOMs have such a config.
    const refused = new Set([sbom.root.digest, made.lock.items.at(-1)?.root?.digest ?? '']);
    const isArtifact = ({ url }: SeenRequest) =>
      [...refused].some((digest) => url.includes(digest) || url.includes(digest.slice(7, 19)));
    faults = (request) =>
      request.method === 'PUT' && request.url.includes('/manifests/') && isArtifact(request)
        ? { kind: 'answer', status: 400, body: '{"errors":[{"code":"MANIFEST_INVALID"}]}' }
        : undefined;
    const ran = await importIt();
    expect(ran.code).toBe(1);
    expect(failed(ran).map(({ item, error }) => [item, error?.code])).toEqual([
      ['tool.bin', 'CONTENT_REFUSED'],
      ['registry.example/org/image:1', 'CONTENT_REFUSED'],
    ]);
    for (const { error } of failed(ran)) expect(error?.message).toContain(MEDIA.ociManifest);
    expect(failed(ran)[1]?.attachedTo).toBe(image.root.digest);
    for (const [name, content] of [
      ['image', image],
      ['docker', docker],
      ['built', withAttestations],
    ] as const)
      expect((await pullContent(target.url, `team/org/${name}`, '1')).root).toEqual(content.root);
  });

  it('gets the attestations that a build left in an index as children, byte for byte (I22)', async () => {
    expect((await importIt()).code).toBe(0);
    const arrived = await pullContent(target.url, 'team/org/built', '1');
    expect(arrived.root).toEqual(withAttestations.root);
    const children = (
      JSON.parse(Buffer.from(arrived.blobs.get(arrived.root.digest) ?? '').toString()) as {
        manifests: { digest: Digest; annotations?: Record<string, string> }[];
      }
    ).manifests.filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] !== undefined);
    expect(children).toHaveLength(1);
    for (const { digest } of children)
      expect(arrived.blobs.get(digest)).toEqual(
        new Uint8Array(withAttestations.blobs.get(digest) ?? Buffer.alloc(0)),
      );
  });
});

/** Names and addresses that this process connects to meanwhile, whatever code does it. */
async function connectionsDuring(work: () => Promise<void>): Promise<Set<string>> {
  const seen = new Set<string>();
  const watch = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('lookup', (_error, address, _family, host) => seen.add(`${host} ${address}`));
    socket.on('connectionAttempt', (address, port) => seen.add(`${address}:${port}`));
  };
  subscribe('net.client.socket', watch);
  try {
    await work();
  } finally {
    unsubscribe('net.client.socket', watch);
  }
  return seen;
}

describeWith('crane')('an import', () => {
  it('connects to the target and to nobody else; where the bundle came from is gone by then (I35)', async () => {
    // Registries with processes of their own: what they connect to is not seen here.
    const [from, to] = await Promise.all([startCraneRegistry(), startCraneRegistry()]);
    onTestFinished(() => to.close());
    await pushContent(from.url, 'org/image', image, '1');
    await pushContent(from.url, 'org/image', sbom, undefined);
    await mkdir(at('medium'));
    await writeFile(
      at('list.yaml'),
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: gone }\nimages:\n  - ${from.host}/org/image:1\n`,
    );
    const airlock = (...args: readonly string[]) => runAirlock(args, { environment });
    const packing = await connectionsDuring(async () => {
      expect(await airlock('pack', at('list.yaml'), '-o', at('medium'))).toMatchObject({ code: 0 });
    });
    expect(packing).toEqual(new Set([from.host]));
    await from.close();
    const importing = await connectionsDuring(async () => {
      const ran = await airlock('import', at('medium', 'gone.airlock'), '--to', `${to.host}/team`);
      expect(ran).toMatchObject({ code: 0 });
    });
    expect(importing).toEqual(new Set([to.host]));
    expect((await pullContent(to.url, 'team/org/image', '1')).root).toEqual(image.root);
  });
});
