// The engine process as a process: it ends with whoever started it, and its built form needs nothing of the source.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { startEngine } from '../../support/start-engine.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const source = (path: string) => new URL(`../../../${path}`, import.meta.url).href;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('is gone when it was closed', async () => {
  const { supervisor, calls } = await startEngine();
  await calls.jobs.list(undefined);
  const { pid } = supervisor;
  await supervisor.close();
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid ?? 0)).toBe(false);
});

it('ends when its parent is killed', async () => {
  const folder = await tempFolder();
  const script = join(folder, 'parent.mjs');
  await writeFile(
    script,
    `import { forkEngine } from '${source('electron/host/fork-engine.ts')}';
     const child = forkEngine({ ...process.env, HOME: '${folder}' });
     child.onMessage((message) => { if (message.kind === 'ready') console.log(child.pid); });
     child.send({ kind: 'start', options: { host: 'web', stateFolder: '${join(folder, 'state')}', version: '1' } });`,
  );
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await new Promise<[Buffer]>((resolve) =>
    parent.stdout.once('data', (data: Buffer) => resolve([data])),
  );
  const pid = Number(line.toString().trim());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
});

it('answers from its built form, away from the source', async () => {
  const built = fileURLToPath(source('out/engine-process.mjs'));
  expect(existsSync(built)).toBe(true);
  const { calls, stateFolder } = await startEngine({ entry: built });
  expect(await calls.history.list({ text: '', desk: null, outcome: null, offset: 0, limit: 1 })).toEqual({
    rows: [],
    total: 0,
  });
  expect((await calls.files.list({ folder: stateFolder })).folder).toBe(stateFolder);
});
