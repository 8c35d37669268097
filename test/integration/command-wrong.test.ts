// Wrong things typed: one clear message each with the remedy, the right exit code, nothing left half-written, no stack.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson } from '../../electron/engine/oci/canonical-json.ts';
import { digestOf } from '../../electron/engine/oci/digester.ts';
import { MEDIA } from '../../shared/domain/descriptor.ts';
import { CommandResult } from '../../shared/format/command-result.ts';
import type { Lock } from '../../shared/format/lock.ts';
import { describeWith } from '../support/describe-with.ts';
import { descriptorOf, makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { run, startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { documentOf, runAirlock } from '../support/run-airlock.ts';
import type { Ran } from '../support/run-airlock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const BASIC = { authorization: `Basic ${Buffer.from('desk:open sesame').toString('base64')}` };

const image = makeImage({ seed: 'wrong' });

/** One message, its remedy, and nothing that only a programmer reads. */
function expectToldWell(ran: Ran, code: number, words: RegExp): void {
  expect(ran.stderr).toMatch(words);
  expect(ran.code).toBe(code);
  expect(ran.stderr.match(/^airlock: /gm)).toHaveLength(1);
  expect(ran.stderr).toMatch(/^ {2}next: \S.*\.$/m);
  expect(ran.stderr).not.toMatch(/^\s+at |Error:|node:internal/m);
}

/** A lock of one image whose only layer has so many bytes. */
function lockOfSize(size: number): Lock {
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA.ociManifest,
    config: descriptorOf(MEDIA.ociConfig, Buffer.from('{}')),
    layers: [{ mediaType: MEDIA.ociLayer, digest: digestOf('huge'), size }],
  });
  return {
    apiVersion: 'airlock/v1',
    kind: 'Lock',
    metadata: { name: 'huge' },
    created: '2026-11-21T00:00:00Z',
    tool: { name: 'airlock', version: '0.1.0' },
    listDigest: digestOf(''),
    items: [
      {
        kind: 'image',
        reference: 'registry.example/huge:1',
        source: { type: 'registry', host: 'registry.example', repository: 'huge' },
        root: descriptorOf(MEDIA.ociManifest, manifest),
      },
    ],
    blobs: [
      { digest: digestOf('{}'), size: 2 },
      { digest: digestOf('huge'), size },
    ],
    absent: [],
    manifests: { [digestOf(manifest)]: Buffer.from(manifest).toString('base64') },
  };
}

describeWith('docker-registry')('wrong things typed', () => {
  let open: RunningRegistry;
  let locked: RunningRegistry;
  let closed: RunningRegistry;
  let folder: string;
  let environment: Record<string, string>;
  const at = (...parts: readonly string[]) => join(folder, ...parts);
  const airlock = (...args: readonly string[]) => runAirlock(args, { environment });

  async function list(name: string, images: readonly string[], more = ''): Promise<string> {
    const path = at(`${name}.yaml`);
    const lines = images.map((image_) => `  - ${image_}`).join('\n');
    await writeFile(
      path,
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: ${name} }\nimages:\n${lines}\n${more}`,
    );
    return path;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airlock-wrong-'));
    environment = { AIRLOCK_HOME: at('state'), HOME: folder };
    await mkdir(at('medium'));
    [open, locked, closed] = await Promise.all([
      startDockerRegistry(),
      startDockerRegistry({ htpasswd: { desk: 'open sesame' } }),
      startDockerRegistry({ readonly: true }),
    ]);
    await pushContent(open.url, 'team/app', image, '1.0');
    await pushContent(locked.url, 'team/app', image, '1.0', BASIC);
    const good = await list('good', [`${open.host}/team/app:1.0`]);
    expect(await airlock('lock', good)).toMatchObject({ code: 0 });
    expect(await airlock('pack', good, '-o', folder)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await Promise.all([open, locked, closed].map((registry) => registry.close()));
    await rm(folder, { recursive: true, force: true });
  });

  it('a host that nobody knows', async () => {
    // The label is longer than DNS takes, so no question about it leaves this machine.
    const host = `${'a'.repeat(64)}.example`;
    const ran = await airlock('pack', await list('unknown-host', [`${host}/app:1`]), '-o', at('medium'));
    expectToldWell(ran, 4, new RegExp(host));
    expect(await readdir(at('medium'))).toEqual([]);
  });

  it('a host that does not answer', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const ran = await airlock('import', at('good.airlock'), '--to', `127.0.0.1:${port}/mirror`);
    expectToldWell(ran, 4, new RegExp(`127\\.0\\.0\\.1:${port}`));
    expect(ran.stderr).toContain('side: target');
  });

  it('a wrong password, which is not kept', async () => {
    const ran = await runAirlock(['login', locked.host, '-u', 'desk', '--password-stdin'], {
      environment,
      stdin: 'shut sesame\n',
    });
    expectToldWell(ran, 3, new RegExp(locked.host));
    expect(ran.stderr + ran.stdout).not.toContain('shut sesame');
    await expect(readdir(at('state'))).resolves.not.toContain('auth.json');
  });

  it('no login at all: the message says which command gives one; with it the same command goes on', async () => {
    const wanted = await list('private', [`${locked.host}/team/app:1.0`]);
    const ran = await airlock('pack', wanted, '-o', at('medium'));
    expectToldWell(ran, 3, new RegExp(locked.host));
    expect(ran.stderr).toContain('side: source');
    expect(ran.stderr).toContain('airlock login');
    expect(await readdir(at('medium'))).toEqual([]);

    const login = await runAirlock(['login', locked.host, '-u', 'desk', '--password-stdin'], {
      environment,
      stdin: 'open sesame\n',
    });
    expect(login).toMatchObject({ code: 0 });
    expect(login.stdout).toContain('plain text');
    expect(await airlock('pack', wanted, '-o', at('medium'))).toMatchObject({ code: 0 });
    expect(await airlock('logout', locked.host)).toMatchObject({ code: 0 });
    await rm(at('medium', 'private.airlock'), { recursive: true });
  });

  it('a tag that is not there, beside one that is: both are tried, one is named, nothing is written', async () => {
    const path = await list('missing', [`${open.host}/team/app:1.0`, `${open.host}/team/app:9.9`]);
    for (const ran of [await airlock('lock', path), await airlock('pack', path, '-o', at('medium'))]) {
      expectToldWell(ran, 2, /missing\.yaml:6:5/);
      expect(ran.stderr).toContain('9.9');
    }
    expect(await readdir(at('medium'))).toEqual([]);
    expect(await readdir(folder)).not.toContain('missing.lock.json');
  });

  it('a misspelled key in the list', async () => {
    const path = await list('misspelled', [`${open.host}/team/app:1.0`], 'flies: []\n');
    const ran = await airlock('lock', path);
    expectToldWell(ran, 2, /misspelled\.yaml:6:1.*flies.*files/);
  });

  it('a misspelled option, verb or value', async () => {
    expectToldWell(await airlock('verify', at('good.airlock'), '--depp'), 2, /--depp.*--deep/);
    expectToldWell(await airlock('imprt', 'x'), 2, /imprt.*import/);
    expectToldWell(await airlock('import', at('good.airlock')), 2, /--to/);
    expectToldWell(
      await airlock('import', at('good.airlock'), '--to', open.host, '--tags', 'replace'),
      2,
      /replace.*overwrite/,
    );
    expectToldWell(
      await airlock('import', at('good.airlock'), '--to', `http://${open.host}`),
      2,
      /plain http/,
    );
    expectToldWell(await airlock('pack', at('good.yaml'), '--ca', 'nothing'), 2, /HOST=FILE/);
    expectToldWell(await airlock('serve', '--addr', 'nonsense', at('good.airlock')), 2, /nonsense/);
    expectToldWell(await airlock('export', at('good.airlock')), 2, /one of --images/);
  });

  it.skipIf(process.platform === 'win32')('a pipe in place of a list: refused, not waited for', async () => {
    await promisify(execFile)('mkfifo', [at('pipe.yaml')]);
    for (const verb of ['lock', 'pack', 'verify'])
      expectToldWell(await airlock(verb, at('pipe.yaml')), 2, /pipe/);
  });

  it('a lock where a list is needed, and a folder where a file is', async () => {
    expectToldWell(await airlock('lock', at('good.lock.json')), 2, /a lock already.*\n.*airlock pack/);
    await mkdir(at('folder.yaml'));
    expectToldWell(await airlock('lock', at('folder.yaml')), 2, /folder where a file/);
  });

  it('--quiet says nothing of what went well, and everything of what did not', async () => {
    const silent = { code: 0, stdout: '', stderr: '' };
    expect(await airlock('verify', at('good.airlock'), '--quiet')).toEqual(silent);
    expect(await airlock('pack', at('good.lock.json'), '-o', folder, '--quiet')).toEqual(silent);
    await cp(at('good.airlock'), at('bad.airlock'), { recursive: true });
    await writeFile(at('bad.airlock', 'extra.txt'), 'x');
    const ran = await airlock('verify', at('bad.airlock'), '--quiet');
    expect(ran).toMatchObject({ code: 5, stdout: '' });
    expect(ran.stderr).toMatch(/UNEXPECTED: extra\.txt[^]*DO NOT USE/);
  });

  it('no verb shows the help, and ends as wrong usage does', async () => {
    const ran = await airlock();
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain('Usage: airlock');
  });

  it('a path that is no bundle', async () => {
    for (const verb of ['verify', 'inspect', 'serve'])
      expectToldWell(await airlock(verb, at('medium')), 2, /medium/);
    expectToldWell(await airlock('import', at('good.yaml'), '--to', open.host), 2, /good\.yaml/);
    expectToldWell(await airlock('inspect', at('nowhere.airlock')), 2, /nowhere\.airlock/);
  });

  it('a target that lets nobody write: named, and nothing of the bundle arrives', async () => {
    const ran = await airlock('import', at('good.airlock'), '--to', `${closed.host}/mirror`);
    expectToldWell(ran, 3, /team\/app/);
    expect(ran.stderr).toContain('side: target');
    const catalog = await fetch(`${closed.url}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: [] });
  });

  it('a port that another program has', async () => {
    const { host } = open;
    expectToldWell(await airlock('serve', at('good.airlock'), '--addr', host), 6, new RegExp(host));
  });

  it('a place that is taken by another bundle, and a folder that is not there', async () => {
    await mkdir(at('taken', 'good.airlock'), { recursive: true });
    await writeFile(at('taken', 'good.airlock', 'mine.txt'), 'mine');
    expectToldWell(await airlock('pack', at('good.lock.json'), '-o', at('taken')), 2, /good\.airlock/);
    expect(await readdir(at('taken', 'good.airlock'))).toEqual(['mine.txt']);
    expect(await readdir(at('taken'))).toEqual(['good.airlock']);
    const ran = await airlock('pack', at('good.lock.json'), '-o', at('not-mounted'));
    expectToldWell(ran, 2, /not-mounted/);
    expect(await readdir(folder)).not.toContain('not-mounted');
  });

  it('a medium without room for it, found before the first byte', async () => {
    const path = at('huge.lock.json');
    await writeFile(path, JSON.stringify(lockOfSize(2 ** 50)));
    const ran = await airlock('pack', path, '-o', at('medium'));
    expectToldWell(ran, 6, /needs .* has .* free/);
    expect(await readdir(at('medium'))).toEqual([]);
  });

  it.each([
    ['a write-protected medium', 'EROFS', /write-protected/],
    ['a medium that fills up', 'ENOSPC', /no room/],
    ['a medium that this user may not write to', 'EACCES', /may not/],
  ])('%s', async (_what, code, words) => {
    const medium = at(`medium-${code}`);
    await mkdir(medium);
    const preload = join(ROOT, 'test', 'support', 'faulty-disk.mjs');
    const main = join(ROOT, 'electron', 'cli', 'main.ts');
    const ran = await run(NODE, ['--import', preload, main, 'pack', at('good.lock.json'), '-o', medium], {
      env: { ...environment, PATH: process.env['PATH'], FAULTY_DISK: medium, FAULTY_CODE: code },
    });
    expectToldWell(ran, 6, words);
    expect(await readdir(medium)).toEqual([]);
  });

  it('with --json the failure is the one document, code and exit in it', async () => {
    const ran = await airlock('inspect', at('nowhere.airlock'), '--json');
    expect(CommandResult.parse(documentOf(ran))).toMatchObject({
      verb: 'inspect',
      exit: 2,
      error: { code: 'FILE_NOT_FOUND', side: 'machine' },
    });
  });

  it('only AIRLOCK_DEBUG brings a stack', async () => {
    const ran = await runAirlock(['inspect', at('nowhere.airlock')], {
      environment: { ...environment, AIRLOCK_DEBUG: '1' },
    });
    expect(ran.stderr).toMatch(/^\s+at /m);
  });
});
