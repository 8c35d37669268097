// The web station as it ships, in a process of its own, and a page of it in Chromium.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OpenHost } from './station.ts';

const COMMAND = join(import.meta.dirname, '../../out/airlock.mjs');

export const openWebStation: OpenHost = async ({ browser, environment, paths, viewport }) => {
  const station = spawn(process.execPath, [COMMAND, 'web', '--no-open', '--json', ...paths], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url } = await announced(station);
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    enginePid: () => childOf(station),
    async close() {
      await context.close();
      await ended(station);
    },
  };
};

/** The document that it prints when its port is open. */
async function announced(station: ChildProcess): Promise<{ readonly url: string }> {
  const { stdout } = station;
  if (stdout === null) throw new Error('the station has no output');
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout });
    lines.once('line', (line) => resolve(JSON.parse(line) as { readonly url: string }));
    station.once('error', reject);
    station.once('exit', (code) =>
      reject(new Error(`the station ended with ${code} before its port was open`)),
    );
  });
}

/** A service that is stopped is not asked whether a job runs. */
async function ended(station: ChildProcess): Promise<void> {
  if (station.exitCode !== null || station.signalCode !== null) return;
  const exit = new Promise((resolve) => station.once('exit', resolve));
  station.kill('SIGTERM');
  await exit;
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
