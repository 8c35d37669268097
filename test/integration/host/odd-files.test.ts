// Whatever lies at a path that a page names: it is told within moments, nothing is waited for, and the engine goes on.
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { DraftItem } from '../../../shared/station/contents.ts';
import type { JobRequest } from '../../../shared/station/job.ts';
import { hasEnded, startEngine } from '../../support/start-engine.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const entries = (path: string): DraftItem[] =>
  [
    { kind: 'file', entry: { path, as: 'a' } } as const,
    { kind: 'chart', entry: { path } } as const,
    { kind: 'image', entry: { archive: path } } as const,
  ].map((item) => ({ ...item, reference: item.kind, why: 'typed', problem: null }));

const requests = (path: string): JobRequest[] => [
  ...entries(path).map((item): JobRequest => ({
    desk: 'lock',
    listPath: null,
    draft: { name: `odd-${item.kind}`, platforms: ['linux/amd64'], index: 'keep', items: [item], rest: {} },
  })),
  {
    desk: 'lock',
    listPath: path,
    draft: { name: '', platforms: [], index: 'keep', items: [], rest: {} },
  },
  { desk: 'pack', lockPath: path, output: join(path, '../out.airlock'), sealIncomplete: false },
  { desk: 'verify', bundle: path, deep: true, strict: false },
  { desk: 'check', bundle: path },
  { desk: 'plan', bundle: path, to: '127.0.0.1:1/x', names: 'default', renamed: {}, left: [] },
];

describe.skipIf(process.platform === 'win32')('a path that a page names', () => {
  it.each([
    'a pipe',
    'a pipe that ends as a bundle',
    'a link to itself',
    'a device',
    'a folder of the system',
  ])('leads to %s', { timeout: 60_000 }, async (kind) => {
    const folder = await tempFolder();
    const path =
      kind === 'a device'
        ? '/dev/zero'
        : kind === 'a folder of the system'
          ? '/proc/self/fd'
          : join(folder, kind.endsWith('bundle') ? 'odd.airlock.tar' : 'odd');
    if (kind.startsWith('a pipe')) await promisify(execFile)('mkfifo', [path]);
    if (kind === 'a link to itself') await symlink(path, path);
    const { calls, job } = await startEngine();
    const found = await calls.contents.read({ text: null, paths: [path] });
    expect(found.items).toEqual([]);
    for (const request of requests(path)) {
      const ended = await job(await calls.jobs.start(request), hasEnded);
      expect(ended, JSON.stringify(request)).toMatchObject({ state: 'failed' });
    }
    for (const side of ['tlsCert', 'tlsKey', 'bundles'] as const) {
      const server = {
        bundles: [],
        address: '127.0.0.1',
        port: 0,
        writable: null,
        tlsCert: null,
        tlsKey: null,
      };
      const odd = side === 'bundles' ? { bundles: [path] } : { tlsCert: path, tlsKey: path };
      await expect(calls.serve.start({ ...server, ...odd })).rejects.toThrow();
    }
    await expect(calls.bundles.inspect({ bundle: path })).rejects.toThrow();
    await expect(calls.bundles.diff({ older: path, newer: path })).rejects.toThrow();
  });

  it('is a medium on which such things lie, and the list of media is there all the same', async () => {
    const medium = await tempFolder();
    for (const name of ['a.airlock.tar', 'b.airlock.tar', 'c.airlock.tar', 'd.airlock.tar', 'e.airlock.tar'])
      await promisify(execFile)('mkfifo', [join(medium, name)]);
    for (const name of ['f.airlock', 'g.airlock', 'h.airlock', 'i.airlock', 'j.airlock']) {
      await mkdir(join(medium, name));
      await promisify(execFile)('mkfifo', [join(medium, name, 'airlock.json')]);
    }
    const { calls } = await startEngine({ environment: { AIRLOCK_MEDIA: medium } });
    expect(await calls.media.list(undefined)).toMatchObject([{ path: medium, bundles: [] }]);
    expect((await calls.files.list({ folder: medium })).entries).toHaveLength(5);
  });
});
