import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../electron/engine/index.ts';
import { forgetOpening, hasDisplay, openBrowser } from '../../../electron/web/open-browser.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ADDRESS = 'http://127.0.0.1:41234/#token=abc-_123';

describe('a browser', () => {
  it('is opened where somebody sees it', () => {
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({}, 'darwin')).toBe(true);
    expect(hasDisplay({ DISPLAY: 'localhost:10.0', SSH_CONNECTION: 'a 1 b 22' }, 'linux')).toBe(false);
    expect(hasDisplay({ SSH_CONNECTION: 'a 1 b 22' }, 'darwin')).toBe(false);
  });

  it('is told a file that its owner alone can read, so that no list of processes shows the token', async () => {
    const folder = await tempFolder();
    const programs = join(folder, 'bin');
    await mkdir(programs);
    await writeFile(join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s ' "$@" > ${folder}/told\n`);
    await chmod(join(programs, 'xdg-open'), 0o755);
    const environment = { PATH: programs };
    const isOpened = await openBrowser(ADDRESS, { environment, platform: 'linux', findProgram, folder });
    expect(isOpened).toBe(true);
    await expect.poll(() => readFile(join(folder, 'told'), 'utf8').catch(() => '')).not.toBe('');
    const told = (await readFile(join(folder, 'told'), 'utf8')).trim();
    expect(told).not.toContain('token');
    const page = fileURLToPath(told);
    expect((await stat(page)).mode & 0o777).toBe(0o600);
    expect(await readFile(page, 'utf8')).toContain(`content="0;url=${ADDRESS}"`);
    await forgetOpening(folder);
    expect(await readdir(folder)).not.toContain('open.html');
  });

  it('is not opened where no program for it is on PATH', async () => {
    const folder = await tempFolder();
    const environment = { PATH: folder };
    expect(await openBrowser(ADDRESS, { environment, platform: 'linux', findProgram, folder })).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });
});
