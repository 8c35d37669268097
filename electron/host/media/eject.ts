// Takes a medium out of use, by the program that its system has for that (DESIGN §6: found on PATH alone, no shell).
import { execFile } from 'node:child_process';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { findProgram } from '../../engine/index.ts';
import { parseMounts } from './linux-media.ts';
import { namedMedia } from './mounted.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A program and what it is told; the first that is there is run. */
export interface EjectProgram {
  readonly name: string;
  readonly parameters: readonly string[];
  /** What to switch off once it is unmounted. */
  readonly afterwards?: readonly string[];
}

/** How each system ejects what is mounted at a path; `source` is its device on linux. */
export function ejectPrograms(
  platform: NodeJS.Platform,
  path: string,
  source: string | undefined,
): readonly EjectProgram[] {
  switch (platform) {
    case 'linux':
      return [
        ...(source?.startsWith('/dev/') === true
          ? [
              {
                name: 'udisksctl',
                parameters: ['unmount', '--no-user-interaction', '-b', source],
                afterwards: ['power-off', '--no-user-interaction', '-b', source],
              },
            ]
          : []),
        { name: 'umount', parameters: ['--', path] },
      ];
    case 'darwin':
      return [{ name: 'diskutil', parameters: ['eject', path] }];
    case 'win32':
      // PowerShell reads what follows a command as more of it: nothing but a letter goes there.
      if (!/^[A-Z]:\\?$/i.test(path)) return [];
      return [
        {
          name: 'powershell',
          parameters: [
            '-NoProfile',
            '-NonInteractive',
            '-Command',
            '& { param($drive) (New-Object -ComObject Shell.Application).Namespace(17).ParseName($drive).InvokeVerb("Eject") }',
            path.slice(0, 2),
          ],
        },
      ];
    default:
      return [];
  }
}

/** Resolves when it may be pulled out. Throws IN_USE where something on it is open, LOCAL_IO where nothing here can eject. */
export async function ejectMedium(path: string, environment: Environment, mountinfo: string): Promise<void> {
  const source = parseMounts(mountinfo).find((mount) => mount.path === path)?.source;
  // A folder that only stands for a medium has nothing to be unmounted.
  if (source === undefined && namedMedia(environment).includes(path)) return;
  const causes: string[] = [];
  for (const { name, parameters, afterwards } of ejectPrograms(process.platform, path, source)) {
    const program = await findProgram(name, environment, [path]);
    if (program === undefined) continue;
    const failure = await run(program, parameters, environment);
    if (failure === undefined) {
      // Some media cannot be switched off; unmounted is enough.
      if (afterwards !== undefined) await run(program, afterwards, environment);
      return;
    }
    if (/busy|in use|belegt|dissented/i.test(failure))
      throw new AirlockError('IN_USE', `Something on ${path} is still open.`, {
        cause: new Error(failure),
        remedy: 'Close the programs and windows that show it, then eject it again.',
      });
    causes.push(failure);
  }
  throw new AirlockError('LOCAL_IO', `${path} could not be ejected.`, {
    ...(causes.length === 0 ? {} : { cause: new Error(causes.join('; ')) }),
    remedy: "Everything is written. Eject it with this system's own file manager, then pull it out.",
    details: { path },
  });
}

/** What it said where it failed. */
function run(
  program: string,
  parameters: readonly string[],
  environment: Environment,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      program,
      parameters,
      { timeout: 60_000, windowsHide: true, env: { ...environment, LC_ALL: 'C' } },
      (error, _output, said) => resolve(error === null ? undefined : said.trim() || error.message),
    );
  });
}
