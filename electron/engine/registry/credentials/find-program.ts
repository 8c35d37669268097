// Finds the programs of others that Airlock may start (DESIGN §6): by PATH alone, never where a stranger could have put one.
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, sep } from 'node:path';

/**
 * The absolute path of a program on PATH. Empty and relative entries, the current directory and the folders to `avoid`
 * (media in use) are passed over. Undefined where it is not there. On Windows only `.exe` files count: others need a shell.
 */
export async function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  avoid: readonly string[] = [],
): Promise<string | undefined> {
  const variable = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const forbidden = await Promise.all([process.cwd(), ...avoid].map(realOf));
  const file = sep === '\\' && !name.toLowerCase().endsWith('.exe') ? `${name}.exe` : name;
  for (const folder of (environment[variable] ?? '').split(delimiter)) {
    if (!isAbsolute(folder) || isBelow(await realOf(folder), forbidden)) continue;
    const path = join(folder, file);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

/** The current directory is forbidden itself, a medium with all that is below it. */
function isBelow(folder: string, [current, ...avoided]: readonly string[]): boolean {
  return folder === current || avoided.some((root) => folder === root || folder.startsWith(root + sep));
}

async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
