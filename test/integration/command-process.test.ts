// The command as a process: from source on whatever Node the system has, built and away from the tree, and its signals.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes } from '../support/make-content.ts';
import { run } from '../support/programs.ts';
import { runAirlock } from '../support/run-airlock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const LAUNCHER = join(ROOT, 'bin', 'airlock.mjs');

let folder: string;
let environment: Record<string, string | undefined>;
const at = (...parts: readonly string[]) => join(folder, ...parts);

async function fileList(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(at(`${name}.bin`), bytes);
  await writeFile(
    at(`${name}.yaml`),
    `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: ${name} }\nfiles:\n  - path: ./${name}.bin\n`,
  );
  return at(`${name}.yaml`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-process-'));
  environment = { AIRLOCK_HOME: at('state'), HOME: folder, PATH: process.env['PATH'] };
  const list = await fileList('large', seededBytes('large', 40_000_000));
  expect(await runAirlock(['pack', list, '-o', folder], { environment })).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('from source', () => {
  it('starts under every Node of this system, with the one that the repository brings', async () => {
    const nodes = (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter(isAbsolute)
      .map((path) => join(path, 'node'))
      .filter((path) => existsSync(path));
    for (const node of new Set([NODE, ...nodes])) {
      const ran = await run(node, [LAUNCHER, 'inspect', at('large.airlock')], { env: environment });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout).toContain('large: unsigned bundle');
    }
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(NODE, [LAUNCHER, 'inspect', at('large.airlock')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const code = await new Promise((done) => child.once('close', done));
    expect([code, Buffer.concat(said).toString()]).toEqual([0, '']);
  });
});

describe('built', () => {
  it('needs nothing of the tree: its files alone pack, and verify with their threads', async () => {
    const files = (await readdir(join(ROOT, 'out')).catch(() => [])).filter((name) => name.endsWith('.mjs'));
    expect(files, 'run `npm run build` first').toEqual(
      expect.arrayContaining(['airlock.mjs', 'hash-worker.mjs']),
    );
    await mkdir(at('elsewhere'));
    for (const name of files) await copyFile(join(ROOT, 'out', name), at('elsewhere', name));
    const built = (...args: readonly string[]) =>
      run(NODE, [at('elsewhere', 'airlock.mjs'), ...args], { env: environment, cwd: folder });

    const version = await built('--version');
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const verified = await built('verify', at('large.airlock'));
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.stdout).toContain('whole: every byte');
    const list = await fileList('small', Buffer.from('small'));
    expect(await built('pack', list, '-o', at('small.airlock.tar'))).toMatchObject({ code: 0 });
    expect(await built('verify', at('small.airlock.tar'))).toMatchObject({ code: 0 });
  });
});

describe('Ctrl-C', () => {
  it('cancels: 130, a message, and what was begun goes on later', async () => {
    // A web server that begins to answer and never ends.
    const asked = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write('beginning');
      asked.resolve();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      await writeFile(
        at('hangs.yaml'),
        `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: hangs }\nfiles:\n  - url: http://127.0.0.1:${port}/hangs.bin\n`,
      );
      await mkdir(at('medium'));
      const child = spawn(NODE, [LAUNCHER, 'pack', at('hangs.yaml'), '-o', at('medium')], {
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const said: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
      const ended = new Promise((done) => child.once('close', done));
      await asked.promise;
      // A terminal sends it to the launcher and to the command, and the launcher passes its own on.
      child.kill('SIGINT');
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      const text = Buffer.concat(said).toString();
      expect(text).toContain('airlock: Cancelled');
      expect(text).not.toMatch(/^\s+at /m);
      expect(await readdir(at('medium'))).toEqual([]);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('ends a server as servers end: 0', async () => {
    const child = spawn(NODE, [LAUNCHER, 'serve', at('large.airlock'), '--addr', '127.0.0.1:0'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: Buffer[] = [];
    const ended = new Promise((done) => child.once('close', done));
    const listening = new Promise<void>((heard) =>
      child.stdout.on('data', (chunk: Buffer) => {
        said.push(chunk);
        if (Buffer.concat(said).includes('until Ctrl-C')) heard();
      }),
    );
    await Promise.race([listening, ended]);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(Buffer.concat(said).toString()).toContain('served 0 requests');
  });
});
