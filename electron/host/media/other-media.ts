// Media of macOS, from what `mount` prints, and of Windows, from the letters that answer.
import type { Mounted } from './mounted.ts';

/** Volumes of `/Volumes`, from the lines of mount(8): `/dev/disk4s1 on /Volumes/PLANT-07 (exfat, local, nodev)`. */
export function darwinMedia(mounts: string): readonly Mounted[] {
  return mounts.split('\n').flatMap((line): Mounted[] => {
    const match = /^(\S+|\/\/.+) on (\/Volumes\/.+) \(([^()]+)\)$/.exec(line.trim());
    const [, source = '', path = '', options = ''] = match ?? [];
    const [fileSystem = '', ...flags] = options.split(',').map((option) => option.trim());
    if (match === null || flags.includes('nobrowse')) return [];
    const isLocal = flags.includes('local');
    return [
      {
        path,
        name: path.slice('/Volumes/'.length),
        kind: isLocal ? 'usb' : 'disk',
        device: isLocal ? null : source.replace(/^\/\/[^/@]*@/, '//'),
        fileSystem: fileSystem === 'msdos' ? 'vfat' : fileSystem,
        removable: isLocal,
        readOnly: flags.includes('read-only'),
      },
    ];
  });
}

/** Every letter but the system's own, as `isThere` says; Node tells no more of them. */
export async function windowsMedia(
  systemDrive: string,
  isThere: (path: string) => Promise<boolean>,
): Promise<readonly Mounted[]> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    .split('')
    .filter((letter) => `${letter}:` !== systemDrive.toUpperCase());
  const found = await Promise.all(
    letters.map(async (letter) => ((await isThere(`${letter}:\\`)) ? letter : '')),
  );
  return found
    .filter((letter) => letter !== '')
    .map((letter) => ({
      path: `${letter}:\\`,
      name: `${letter}:`,
      kind: 'disk',
      device: null,
      fileSystem: '',
      removable: true,
      readOnly: false,
    }));
}
