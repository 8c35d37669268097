// What the command keeps of its own compiled code: for nobody but its user, and never needed.
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'electron', 'cli', 'main.ts');

/** `airlock --version` under a umask. */
function start(home: string, umask = '022') {
  return run('/bin/sh', ['-c', `umask ${umask}; exec "$0" "$@"`, NODE, MAIN, '--version'], {
    env: { AIRLOCK_HOME: home, HOME: home, PATH: process.env['PATH'] },
  });
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('compiled code', () => {
  it.each(['000', '022', '077'])('is kept in a folder for its user alone, under umask %s', async (umask) => {
    const home = join(await tempFolder(), 'state');
    expect(await start(home, umask)).toMatchObject({ code: 0, stderr: '' });
    expect(await modeOf(join(home, 'compiled'))).toBe('700');
    expect(await readdir(join(home, 'compiled'))).toHaveLength(1);
  });

  it('closes a folder that was open to others', async () => {
    const home = await tempFolder();
    await mkdir(join(home, 'compiled'));
    await chmod(join(home, 'compiled'), 0o777);
    expect(await start(home)).toMatchObject({ code: 0, stderr: '' });
    expect(await modeOf(join(home, 'compiled'))).toBe('700');
  });

  it.each([
    [
      'a file stands where the state folder should be',
      async (folder: string) => {
        await writeFile(join(folder, 'state'), '');
        return join(folder, 'state');
      },
    ],
    ['nothing can be made there', () => Promise.resolve('/proc/airlock')],
  ])('is done without where %s', async (_why, homeIn) => {
    const home = await homeIn(await tempFolder());
    const ran = await start(home);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
