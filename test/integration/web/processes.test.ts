// The web station as an operator starts and ends it: the real programs, their words, and what they leave behind.
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { webPaths } from '../../../shared/ipc/web-wire.ts';
import type { StationMessage } from '../../../shared/ipc/web-wire.ts';
import type { ContentsFound } from '../../../shared/station/contents.ts';
import { documentOf, runAirlock } from '../../support/run-airlock.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ask, connect, offering } from '../../support/web-station.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface Started {
  /** The next line of its output; undefined when there is none any more. */
  readonly line: () => Promise<string | undefined>;
  readonly stderr: () => string;
  readonly pid: number;
  readonly interrupt: () => void;
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

function start(args: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => (await lines.next()).value,
    stderr: () => said,
    pid: child.pid ?? 0,
    interrupt: () => void child.kill('SIGINT'),
    end(signal) {
      child.kill(signal);
      return exit;
    },
  };
}

/** A page of it, without a browser: its calls, answered with what they answer. */
async function openPage(address: URL): Promise<(channel: string, input: unknown) => Promise<unknown>> {
  const { port, origin, hash } = address;
  const traded = await ask(Number(port), 'POST', webPaths.session, {
    origin,
    authorization: `Bearer ${hash.replace('#token=', '')}`,
  });
  const { session } = JSON.parse(traded.body) as { readonly session: string };
  const socket = await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(session), { origin });
  if (!(socket instanceof WebSocket)) throw new Error(`refused with ${socket}`);
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  let nextId = 0;
  return (channel, input) => {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const hear = (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as StationMessage;
        if (message.kind !== 'answer' || message.id !== id) return;
        socket.off('message', hear);
        if (message.result.ok) resolve(message.result.value);
        else reject(new Error(message.result.error.message));
      };
      socket.on('message', hear);
      socket.send(JSON.stringify({ id, channel, input }));
    });
  };
}

async function childOf(pid: number): Promise<number> {
  return Number.parseInt(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('airlock web', () => {
  it('prints where it runs and how to get there by ssh, and ends with Ctrl-C, leaving no process and no file', async () => {
    const home = await tempFolder();
    const station = start(['electron/cli/main.ts', 'web', '--no-open'], { AIRLOCK_HOME: home, HOME: home });
    const first = (await station.line()) ?? '';
    const [, port = ''] =
      /^the station runs at http:\/\/127\.0\.0\.1:(\d+)\/#token=[\w-]{43}$/.exec(first) ?? [];
    expect(await station.line()).toMatch(
      new RegExp(
        `^from another machine: ssh -L ${port}:127\\.0\\.0\\.1:${port} \\S+@\\S+ and open the same address there$`,
      ),
    );
    expect(await station.line()).toBe('the address is good for one page; Ctrl-C ends the station');
    expect((await ask(Number(port), 'GET', '/')).status).toBe(200);
    expect(await station.end('SIGINT')).toBe(0);
    expect(await station.line()).toBe('the station has ended');
    expect(await readdir(join(home, 'web'))).toEqual([]);
    await expect(ask(Number(port), 'GET', '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('names the job that runs at the first Ctrl-C and ends at the second, with its engine', async () => {
    const home = await tempFolder();
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets = new Set<Socket>();
    silent.on('connection', (socket) => sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const station = start(['electron/cli/main.ts', 'web', '--no-open', '--json'], {
      AIRLOCK_HOME: home,
      HOME: home,
    });
    const { url } = JSON.parse((await station.line()) ?? '') as { readonly url: string };
    const call = await openPage(new URL(url));
    const { port } = silent.address() as AddressInfo;
    const { items } = (await call('airlock:contents.read', {
      text: `127.0.0.1:${port}/app:1`,
      paths: [],
    })) as ContentsFound;
    const draft = { name: 'slow-one', platforms: ['linux/amd64'], index: 'keep', items, rest: {} };
    await call('airlock:jobs.start', { desk: 'lock', draft, listPath: null });
    await expect.poll(() => sockets.size).toBeGreaterThan(0);

    station.interrupt();
    await expect
      .poll(station.stderr)
      .toContain('lock slow-one: still running. Ctrl-C again ends the station');
    expect(await call('airlock:jobs.list', undefined)).toMatchObject([{ state: 'running' }]);
    const engine = await childOf(station.pid);
    // What comes within a moment is the same press, passed on by a launcher.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await station.end('SIGINT')).toBe(130);
    await expect.poll(() => isAlive(engine), { timeout: 10_000 }).toBe(false);
    expect(await readdir(join(home, 'web'))).toEqual([]);
  });

  it('takes a port that is free, says so where it is not, and refuses what is none', async () => {
    const home = await tempFolder();
    const environment = { AIRLOCK_HOME: home, HOME: home };
    const ended = new AbortController();
    const first = Promise.withResolvers<string>();
    const running = runAirlock(['web', '--no-open', '--json'], {
      environment,
      signal: ended.signal,
      onOutput: first.resolve,
    });
    const { port } = JSON.parse(await first.promise) as { readonly port: number };
    const second = await runAirlock(['web', '--no-open', '--json', '--port', String(port)], { environment });
    expect(second.code).toBe(6);
    expect(documentOf(second)).toMatchObject({ error: { code: 'PORT_IN_USE' } });
    const wrong = await runAirlock(['web', '--port', '70000'], { environment });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('"70000" is no port.');
    ended.abort();
    expect((await running).code).toBe(0);
  });

  it('says what it cannot keep, and where to, instead of failing', async () => {
    const home = await tempFolder();
    const file = join(home, 'taken');
    await writeFile(file, '');
    for (const folder of [file, join(file, 'state')]) {
      const station = await runAirlock(['web', '--no-open'], { environment: { AIRLOCK_HOME: folder } });
      expect(station).toMatchObject({ code: 6, stdout: '' });
      expect(station.stderr).toContain(folder);
      expect(station.stderr).toContain('name another folder in AIRLOCK_HOME');
    }
  });

  it('says by example how it is used', async () => {
    const { stdout } = await runAirlock(['web', '--help'], { environment: {} });
    expect(stdout).toContain('airlock web coder.airlock --port 8780 --no-open');
  });
});

describe('npm start', () => {
  it('says why there is no window where Electron’s runtime is not installed, and opens the web station', async () => {
    const home = await tempFolder();
    const station = start(['bin/start.mjs', '--no-open'], {
      AIRLOCK_HOME: home,
      HOME: home,
      // Where Electron's own package looks instead: nothing is there, whatever this machine has.
      ELECTRON_OVERRIDE_DIST_PATH: home,
    });
    expect(await station.line()).toMatch(/^the station runs at http:\/\/127\.0\.0\.1:\d+\/#token=/);
    expect(station.stderr()).toContain(
      'Electron’s runtime is not installed: `npx install-electron` fetches it. The station opens in a browser instead.\n',
    );
    expect(await station.end('SIGTERM')).toBe(0);
    expect(await readdir(join(home, 'web'))).toEqual([]);
  });
});

it('says what to run where the screens were not built', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'electron'));
  for (const part of ['electron', 'shared', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const station = start([join(folder, 'electron/cli/main.ts'), 'web', '--no-open'], {
    AIRLOCK_HOME: join(folder, 'state'),
    HOME: folder,
  });
  expect(await station.line()).toBeUndefined();
  expect(station.stderr()).toContain('The screens of the station have not been built.');
  expect(station.stderr()).toContain('npm run build');
});
