// Opens the station's page in the operator's browser, where there is one to be seen.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** The absolute path of a program on PATH, by the engine's rule. */
export type FindProgram = (name: string, environment: Environment) => Promise<string | undefined>;

interface OpenBrowserOptions {
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly findProgram: FindProgram;
  /** Nobody else may read in it. */
  readonly folder: string;
}

/** False over ssh, where a browser would open on the wrong screen, and on a Linux without a display. */
export function hasDisplay(environment: Environment, platform: NodeJS.Platform): boolean {
  const has = (name: string) => (environment[name] ?? '') !== '';
  if (has('SSH_CONNECTION')) return false;
  return platform === 'win32' || platform === 'darwin' || has('DISPLAY') || has('WAYLAND_DISPLAY');
}

/**
 * Has the default browser open `address`; false where no program for it is found. Every user of a host can read what a
 * program was started with, so the address stands in a file that only its owner reads, and the file is what is opened.
 */
export async function openBrowser(address: string, options: OpenBrowserOptions): Promise<boolean> {
  const { environment, platform, folder } = options;
  const program = await options.findProgram(openerOn(platform), environment);
  if (program === undefined) return false;
  const page = openingPage(folder);
  await writeFile(page, redirectTo(address), { mode: 0o600 });
  return new Promise((resolve) => {
    const child = spawn(program, [platform === 'win32' ? page : pathToFileURL(page).href], {
      env: environment,
      stdio: 'ignore',
      detached: true,
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}

/** To be called when the address was used. */
export async function forgetOpening(folder: string): Promise<void> {
  await rm(openingPage(folder), { force: true });
}

const openingPage = (folder: string): string => join(folder, 'open.html');

function openerOn(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'open';
  return platform === 'win32' ? 'explorer' : 'xdg-open';
}

/** The address is our own: a loopback address and a token of letters, digits, `-` and `_`. */
function redirectTo(address: string): string {
  return `<!doctype html>\n<meta charset="utf-8">\n<meta http-equiv="refresh" content="0;url=${address}">\n<title>Airlock</title>\n`;
}
