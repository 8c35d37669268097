// What others read of a bundle: sha256sum and tar, Python, skopeo, regctl and crane, on both forms, with nothing of ours.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANNOTATION, MEDIA } from '../../shared/domain/descriptor.ts';
import { openBundle } from '../../electron/engine/bundle/index.ts';
import type { OpenedBundle } from '../../electron/engine/bundle/index.ts';
import { tarBodyBytes, tarHead } from '../../electron/engine/disk/ustar.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { describeWith } from '../support/describe-with.ts';
import { makeImage, makeIndex, makeReferrer, seededBytes } from '../support/make-content.ts';
import { requireProgram, run, startCraneRegistry } from '../support/programs.ts';
import { makeFile, makeLock, writeBundle } from '../unit/bundle/locks.ts';

const image = makeImage({ seed: 'image' });
const index = makeIndex([
  image,
  makeImage({ seed: 'arm', platform: { os: 'linux', architecture: 'arm64' } }),
]);
const made = makeLock('readers', [
  {
    reference: 'docker.io/library/app:1.0',
    content: index,
    attached: [
      {
        kind: 'referrer',
        subject: index.root.digest,
        content: makeReferrer(index.root, { artifactType: 'application/x.sbom', text: 'sbom' }),
      },
    ],
  },
  { reference: 'registry.example/team/single:2', content: image },
  { reference: 'registry.example/team/docker:2', content: makeImage({ seed: 'docker', docker: true }) },
  makeFile('tools/a tool.bin', seededBytes('tool', 70_000)),
]);

let folder: string;
let directory: string;
let tar: string;
let bundle: OpenedBundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-readers-'));
  directory = await writeBundle({ place: join(folder, 'readers.airlock'), made });
  tar = await writeBundle({ place: join(folder, 'readers.airlock.tar'), made });
  bundle = await openBundle(directory);
});
afterAll(async () => {
  await bundle.close();
  await rm(folder, { recursive: true, force: true });
});

const filesOf = (sums: string) =>
  sums
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(66));
const expectOk = (result: { readonly code: number; readonly stderr: string; readonly stdout: string }) =>
  expect(result).toMatchObject({ code: 0 });

describeWith('sha256sum', 'tar')('standard programs', () => {
  it('check a directory with the lines that README.txt gives', async () => {
    const readme = await readFile(join(directory, 'README.txt'), 'utf8');
    const [check = '', strangers = ''] = readme
      .split('\n')
      .filter((line) => /^ {4}(?:sha256sum|find) /.test(line));
    const shell = (line: string, cwd: string) => run('/bin/sh', ['-c', line], { cwd });
    expect(await shell(check, directory)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await shell(strangers, directory)).stdout.trim()).toBe('./SHA256SUMS');

    const copy = join(folder, 'copy');
    await mkdir(copy);
    execFileSync('/bin/cp', ['-r', `${directory}/.`, copy]);
    await writeFile(join(copy, 'install.sh'), 'x');
    await symlink('/etc/passwd', join(copy, 'blobs', 'link'));
    expect((await shell(strangers, copy)).stdout.trim().split('\n').sort()).toEqual([
      './SHA256SUMS',
      './blobs/link',
      './install.sh',
    ]);
  });

  it('list and unpack a tar, in the order of the format, and its sum agrees', async () => {
    const sums = await readFile(join(directory, 'SHA256SUMS'), 'utf8');
    const blobs = filesOf(sums).filter((path) => path.startsWith('blobs/'));
    const listed = await run(requireProgram('tar').path, ['-tf', tar]);
    expectOk(listed);
    expect(listed.stdout.trimEnd().split('\n')).toEqual([
      'oci-layout',
      'index.json',
      'airlock.json',
      'README.txt',
      'SHA256SUMS',
      ...blobs,
    ]);
    const out = join(folder, 'unpacked');
    await mkdir(out);
    expectOk(await run(requireProgram('tar').path, ['-xf', tar, '-C', out]));
    expect(await readFile(join(out, 'SHA256SUMS'), 'utf8')).toBe(sums);
    const sha256sum = requireProgram('sha256sum').path;
    expectOk(await run(sha256sum, ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: out }));
    expectOk(await run(sha256sum, ['--check', '--strict', 'readers.airlock.tar.sha256'], { cwd: folder }));
  });

  it('read a member beyond 8 GiB, and a name beyond 100 bytes', async () => {
    const path = join(folder, 'huge.tar');
    const size = 9 * 1024 ** 3 + 5;
    const long = `blobs/sha512/${'ab'.repeat(64)}`;
    const file = await open(path, 'w');
    // Sparse: nine GiB of nothing take no room.
    const head = tarHead('blobs/sha256/huge', size);
    await file.write(head, 0, head.byteLength, 0);
    const next = head.byteLength + tarBodyBytes(size);
    const longHead = tarHead(long, 3);
    await file.write(longHead, 0, longHead.byteLength, next);
    await file.write(Buffer.from('abc'), 0, 3, next + longHead.byteLength);
    await file.truncate(next + longHead.byteLength + 512 + 1024);
    await file.close();
    const listed = await run(requireProgram('tar').path, ['-tvf', path]);
    expectOk(listed);
    expect(listed.stdout).toContain(` ${size} `);
    expect(listed.stdout).toContain(long);
    const python = await run(requireProgram('python3').path, [
      '-c',
      'import sys,tarfile; t=tarfile.open(sys.argv[1]); print([(m.name,m.size) for m in t]); print(t.extractfile(t.getmembers()[1]).read())',
      path,
    ]);
    expectOk(python);
    expect(python.stdout).toBe(`[('blobs/sha256/huge', ${size}), ('${long}', 3)]\nb'abc'\n`);
  });
});

describeWith('python3')('Python', () => {
  it('reads every member of a tar with its name, size and bytes', async () => {
    const script = [
      'import sys,tarfile,hashlib,json',
      't=tarfile.open(sys.argv[1])',
      'print(json.dumps([[m.name,m.mode,m.uid,m.mtime,m.isfile(),hashlib.sha256(t.extractfile(m).read()).hexdigest()] for m in t]))',
    ].join('\n');
    const result = await run(requireProgram('python3').path, ['-c', script, tar]);
    expectOk(result);
    const members = JSON.parse(result.stdout) as [string, number, number, number, boolean, string][];
    const sums = (await readFile(join(directory, 'SHA256SUMS'), 'utf8')).trimEnd().split('\n');
    for (const line of sums)
      expect(members).toContainEqual([line.slice(66), 0o644, 0, 0, true, line.slice(0, 64)]);
    expect(members).toHaveLength(sums.length + 1);
  });
});

describeWith('skopeo')('skopeo', () => {
  it.each(['directory', 'tar'])(
    'reads every OCI-typed item of a %s by name, with its digest',
    async (form) => {
      const skopeo = requireProgram('skopeo').path;
      for (const { refName, digest } of bundle.manifest.items) {
        const entry = bundle.index.manifests.find(
          ({ annotations }) => annotations?.[ANNOTATION.refName] === refName,
        );
        if (entry?.mediaType === MEDIA.dockerManifest) continue;
        const from = form === 'tar' ? `oci-archive:${tar}:${refName}` : `oci:${directory}:${refName}`;
        const raw = await run(skopeo, ['inspect', '--raw', from], { addEnv: { TMPDIR: folder } });
        expectOk(raw);
        expect(digestOf(raw.stdout)).toBe(digest);
        const copy = join(folder, `copy-${form}-${refName}`);
        expectOk(
          await run(
            skopeo,
            ['--insecure-policy', 'copy', '--all', '--preserve-digests', from, `dir:${copy}`],
            {
              addEnv: { TMPDIR: folder },
            },
          ),
        );
        expect(digestOf(await readFile(join(copy, 'manifest.json')))).toBe(digest);
      }
    },
  );
});

describeWith('regctl')('regctl', () => {
  it('reads every item of a directory by name, and finds referrers', async () => {
    const regctl = requireProgram('regctl').path;
    const call = (...args: readonly string[]) => run(regctl, args, { addEnv: { HOME: folder } });
    for (const { refName, digest } of bundle.manifest.items) {
      const raw = await call('manifest', 'get', '--format', 'raw-body', `ocidir://${directory}:${refName}`);
      expectOk(raw);
      expect(digestOf(raw.stdout)).toBe(digest);
    }
    const [first] = bundle.manifest.items;
    const listed = await call('artifact', 'list', `ocidir://${directory}:${first?.refName ?? ''}`);
    expectOk(listed);
    expect(listed.stdout).toContain('application/x.sbom');
    const file = bundle.manifest.items.find(({ kind }) => kind === 'file');
    const got = await call('artifact', 'get', `ocidir://${directory}:${file?.refName ?? ''}`);
    expectOk(got);
    const body = await run('/bin/sh', [
      '-c',
      `"$0" artifact get "ocidir://$1:$2" | sha256sum`,
      regctl,
      directory,
      file?.refName ?? '',
    ]);
    expect(body.stdout.slice(0, 64)).toBe(digestOf(seededBytes('tool', 70_000)).slice(7));
  });
});

describeWith('crane')('crane', () => {
  it('pushes the whole as one index', async () => {
    const registry = await startCraneRegistry();
    try {
      const target = `${registry.host}/whole:1`;
      expectOk(await run(requireProgram('crane').path, ['push', '--insecure', '--index', directory, target]));
      const digest = await run(requireProgram('crane').path, ['digest', '--insecure', target]);
      expect(digest.stdout.trim()).toBe(digestOf(await readFile(join(directory, 'index.json'))));
    } finally {
      await registry.close();
    }
  });
});
