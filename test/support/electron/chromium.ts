// The Chromium that shows the pages: one process group for each program, gone with it.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { program } from '../programs.ts';

export interface Chromium {
  /** Of DevTools. */
  readonly endpoint: string;
  /** Leads the process group. */
  readonly pid: number;
  /** At once. */
  kill(): void;
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-default-apps',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-startup-window',
  '--no-pings',
  '--mute-audio',
  '--hide-scrollbars',
  '--lang=en-GB',
  '--remote-debugging-port=0',
];

/** `switches` are those that main appended to the command line; a profile that was there is made anew. */
export async function startChromium(switches: readonly string[], profile: string): Promise<Chromium> {
  const found = program('chromium');
  if (found === undefined) throw new Error('The stand-in needs Chromium (Debian: apt-get install chromium).');
  rmSync(profile, { recursive: true, force: true });
  const child = spawn(found.path, [...FLAGS, ...switches, `--user-data-dir=${profile}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { pid } = child;
  const kill = () => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  };
  try {
    const endpoint = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before it listened.`)));
      createInterface({ input: child.stderr }).on('line', (line) => {
        const listening = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1];
        if (listening !== undefined) resolve(listening);
      });
    });
    return { endpoint, pid: pid ?? 0, kill };
  } catch (error) {
    kill();
    throw error;
  }
}
