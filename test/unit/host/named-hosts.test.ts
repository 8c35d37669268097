// Whom a piece of work names, and nobody else.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DraftItem } from '../../../shared/station/contents.ts';
import { hostsNamedBy, hostsOfDraft, targetHost } from '../../../electron/host/settings/named-hosts.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const item = (entry: DraftItem['entry']): DraftItem => ({
  kind: 'image',
  reference: 'x',
  entry,
  why: '',
  problem: null,
});
const nothing = () => Promise.reject(new Error('not asked'));

it('finds the hosts of every kind of entry', () => {
  const hosts = hostsOfDraft({
    items: [
      item({ ref: 'nginx:1' }),
      item({ ref: 'team/app' }),
      item({ ref: 'Quay.io/org/app:1', from: 'mirror.example:5000/org' }),
      item({ ref: 'localhost/x', from: 'cache.example' }),
      item({ repo: 'https://charts.example/stable', name: 'x' }),
      item({ repo: 'oci://oci.example:8443/charts', name: 'x' }),
      item({ url: 'https://files.example/a?x=1', checksum: 'https://sums.example/a' }),
      item({ path: '/etc/passwd' }),
      item({ archive: 'images.example/a.tar' }),
    ],
    rest: { sources: [{ prefix: 'docker.io', from: 'hub.example/proxy' }, 'nonsense'] },
  });
  expect([...hosts].toSorted()).toEqual(
    [
      'docker.io',
      'quay.io',
      'mirror.example:5000',
      'localhost',
      'cache.example',
      'charts.example',
      'oci.example:8443',
      'files.example',
      'sums.example',
      'hub.example',
    ].toSorted(),
  );
});

it('finds the host of a target as people write it', () => {
  expect(targetHost(' https://Registry.example:5000/team/x ')).toBe('registry.example:5000');
  expect(targetHost('index.docker.io/x')).toBe('docker.io');
});

it('names nobody for a lock that cannot be read, or a bundle that is only looked at', async () => {
  const lockPath = join(await tempFolder(), 'a.lock.json');
  const pack = { desk: 'pack', lockPath, output: '/x.airlock', sealIncomplete: false } as const;
  expect(await hostsNamedBy(pack, nothing)).toEqual(new Set());
  await writeFile(lockPath, 'x');
  expect(await hostsNamedBy(pack, nothing)).toEqual(new Set());
  expect(await hostsNamedBy({ desk: 'check', bundle: '/x.airlock' }, nothing)).toEqual(new Set());
});
