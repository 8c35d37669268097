// The web station as an operator starts and ends it: the real programs, their words, and what they leave behind.
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentOf, runAirlock } from '../../support/run-airlock.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ask } from '../../support/web-station.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface Started {
  /** The next line of its output; undefined when there is none any more. */
  readonly line: () => Promise<string | undefined>;
  readonly stderr: () => string;
  readonly pid: number;
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
    end(signal) {
      child.kill(signal);
      return exit;
    },
  };
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
