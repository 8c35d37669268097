// The web station as it ships, in a process of its own, and a page of it in Chromium.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OpenHost } from './station.ts';

const COMMAND = join(import.meta.dirname, '../../out/airlock.mjs');

// A runner that ends in a hurry takes its stations with it.
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const station of running) station.kill('SIGKILL');
});

export const openWebStation: OpenHost = async ({ browser, environment, paths, viewport }) => {
  const station = spawn(process.execPath, [COMMAND, 'web', '--no-open', '--json', ...paths], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(station);
  const exit = new Promise<void>((resolve) => station.once('exit', () => resolve()));
  const context = await browser.newContext({ viewport });
  const close = async () => {
    await context.close();
    // A service that is stopped is not asked whether a job runs.
    station.kill('SIGTERM');
    await exit;
    running.delete(station);
  };
  try {
    const page = await context.newPage();
    await page.goto((await announced(station)).url);
    return { page, enginePid: () => childOf(station), close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The document that it prints when its port is open. */
async function announced({ stdout }: ChildProcess): Promise<{ readonly url: string }> {
  if (stdout === null) throw new Error('the station has no output');
  for await (const line of createInterface({ input: stdout }))
    return JSON.parse(line) as { readonly url: string };
  throw new Error('the station ended before its port was open');
}

/** Linux tells the children of a process; specs run there. */
async function childOf({ pid }: ChildProcess): Promise<number> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8');
    const first = Number.parseInt(children, 10);
    if (!Number.isNaN(first)) return first;
  }
  throw new Error('The station has no engine process.');
}
