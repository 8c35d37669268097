// What is handed out: the packaged desktop application without its runtime, and the command's own archive.
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, Platform } from 'electron-builder';
import { describe, expect, it } from 'vitest';
import { checkPackage } from '../../build/check-package.ts';
import { packCommand } from '../../build/dist-command.ts';
import { BUILDER_CONFIG } from '../../build/electron-builder.ts';
import { thirdPartyNotices } from '../../build/notices.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');

describe('the packaged application', () => {
  it('holds what it needs and nothing else, has its fuses burnt, and starts to its first paint', async () => {
    const report = await checkPackage();
    expect(report).toMatchObject({ missing: [], unexpected: [], fuses: [], escaped: [] });
    expect(report.files.filter((path) => /\.ts$|\.map$|node_modules|^test\/|^dist\//.test(path))).toEqual([]);
    expect(report.text).toMatch(/Connected|connected/);
    expect(report.firstPaintMs).toBeGreaterThan(0);
  });

  it('is built for every system that is promised, and uploaded nowhere', () => {
    expect(BUILDER_CONFIG.linux?.target).toEqual(['AppImage', 'deb', 'tar.gz']);
    expect(BUILDER_CONFIG.win?.target).toEqual(['nsis', 'zip']);
    expect(BUILDER_CONFIG.mac?.target).toEqual(['dmg']);
    expect(BUILDER_CONFIG.publish).toBeNull();
  });

  it('is refused by electron-builder’s own schema where a setting is not one of its own', async () => {
    const config = { ...structuredClone(BUILDER_CONFIG), npmRebiuld: false };
    await expect(
      build({ config, publish: 'never', targets: Platform.LINUX.createTarget('dir') }),
    ).rejects.toThrow(/npmRebiuld/);
  });

  it('has icons in the forms that each system reads', async () => {
    const icon = (name: string) => readFile(join(ROOT, 'build/icons', name));
    expect((await icon('icon.ico')).subarray(0, 6)).toEqual(Buffer.from([0, 0, 1, 0, 6, 0]));
    const icns = await icon('icon.icns');
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.byteLength);
    const png = await icon('icon.png');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });
});

describe('the notices', () => {
  it('name every library that is bundled, with its licence', async () => {
    const text = await thirdPartyNotices();
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys(dependencies)) expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    expect(text).toContain('Permission is hereby granted');
    expect(text).not.toContain('none named');
  });
});

describe('the command’s archive', () => {
  it('runs from a foreign folder, by a link too, where PATH names nothing', async () => {
    const folder = await tempFolder();
    const archive = await packCommand(join(folder, 'dist'));
    const place = join(folder, 'a place');
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(place);
    await mkdir(elsewhere);
    await run('tar', ['-xzf', archive, '-C', place, '--strip-components=1']);
    const link = join(elsewhere, 'air');
    await symlink('../a place/airlock', link);
    const airlock = (program: string, ...parameters: string[]) =>
      run(program, parameters, {
        cwd: elsewhere,
        env: { PATH: '', HOME: folder, AIRLOCK_HOME: join(folder, 'state') },
      });

    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect((await airlock(join(place, 'airlock'), '--version')).stdout.trim()).toBe(version);
    expect((await airlock(link, '--version')).stdout.trim()).toBe(version);

    await writeFile(join(elsewhere, 'note.txt'), 'across the gap\n');
    await writeFile(
      join(elsewhere, 'list.yaml'),
      'apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: note }\nfiles:\n  - path: ./note.txt\n',
    );
    await airlock(link, 'pack', 'list.yaml', '-o', join(elsewhere, 'note.airlock'));
    const verified = await airlock(link, 'verify', join(elsewhere, 'note.airlock'), '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ exit: 0 });
  });

  it('carries every licence it has to', async () => {
    const folder = await tempFolder();
    const archive = await packCommand(folder);
    const { stdout } = await run('tar', ['-tzf', archive]);
    const names = stdout
      .trim()
      .split('\n')
      .map((name) => name.replace(/^[^/]+\//, ''));
    expect(names).toEqual(expect.arrayContaining(['LICENSE', 'THIRD-PARTY.txt', 'node/LICENSE', 'airlock']));
    expect(names.filter((name) => /\.ts$|\.map$|node_modules|\.woff$/.test(name))).toEqual([]);
    expect(names).toContain('out/renderer/index.html');
  });
});
