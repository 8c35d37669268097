// The operator's choices: kept, mended, and what they mean to the engine.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { toWire } from '../../../shared/errors/wire.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/settings.ts';
import type { BrokenSettings, RegistryProfile, Settings } from '../../../shared/station/settings.ts';
import {
  hostChoices,
  limitsOf,
  mayCallOf,
  withProxy,
} from '../../../electron/host/settings/engine-choices.ts';
import { createSettingsFile } from '../../../electron/host/settings/settings-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const registry = (host: string, more: Partial<RegistryProfile> = {}): RegistryProfile => ({
  host,
  prefix: '',
  usedAs: 'both',
  plainHttp: false,
  certificate: null,
  connections: null,
  user: null,
  lastTest: null,
  ...more,
});
const dark: Settings = { ...DEFAULT_SETTINGS, theme: 'dark' };

async function open() {
  const folder = await tempFolder();
  const onChanged = vi.fn<(settings: Settings) => void>();
  const onBroken = vi.fn<(broken: BrokenSettings) => void>();
  return {
    folder,
    path: join(folder, 'settings.json'),
    onChanged,
    onBroken,
    file: createSettingsFile(folder, onChanged, onBroken),
  };
}

describe('settings file', () => {
  it('begins with the defaults, and keeps what is saved for its owner alone', async () => {
    const { file, path, folder, onChanged } = await open();
    expect(await file.read()).toEqual(DEFAULT_SETTINGS);
    await file.change(() => dark);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(dark);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(onChanged).toHaveBeenCalledExactlyOnceWith(dark);
    expect(await createSettingsFile(folder, vi.fn(), vi.fn()).read()).toEqual(dark);
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('keeps a file that cannot be used aside and says where', async () => {
    const { file, path, onBroken } = await open();
    await writeFile(path, '{"theme": "dark"');
    expect(await file.read()).toEqual(DEFAULT_SETTINGS);
    expect(onBroken).toHaveBeenCalledExactlyOnceWith({ keptAt: `${path}.broken` });
    expect(file.broken()).toEqual({ keptAt: `${path}.broken` });
    expect(await readFile(`${path}.broken`, 'utf8')).toBe('{"theme": "dark"');
    await file.change((settings) => ({ ...settings, theme: 'dark' }));
    expect(file.broken()).not.toBe(null);
    await file.change((settings) => ({ ...settings, side: 'disconnected' }));
    expect(file.broken()).toBe(null);
  });

  it('fills in what a file of an earlier version does not have', async () => {
    const { file, path, onBroken } = await open();
    await writeFile(path, JSON.stringify({ theme: 'dark' }));
    expect(await file.read()).toEqual(dark);
    expect(onBroken).not.toHaveBeenCalled();
  });

  it('sees and tells what another station saved', async () => {
    const { file, folder, onChanged } = await open();
    await file.read();
    await createSettingsFile(folder, vi.fn(), vi.fn()).change(() => dark);
    expect(await file.read()).toEqual(dark);
    expect(onChanged).toHaveBeenCalledExactlyOnceWith(dark);
  });

  it('leaves alone what another station saved since, where something else is changed', async () => {
    const { file, folder } = await open();
    await file.read();
    await createSettingsFile(folder, vi.fn(), vi.fn()).save({ letterKeys: false });
    expect(await file.save({ theme: 'dark' })).toEqual({ ...dark, letterKeys: false });
  });

  it('loses no change of two that are made at once', async () => {
    const { file } = await open();
    await Promise.all([
      file.change((settings) => ({ ...settings, theme: 'dark' })),
      file.change((settings) => ({ ...settings, letterKeys: false })),
    ]);
    expect(await file.read()).toEqual({ ...dark, letterKeys: false });
  });

  it('refuses two registries of one name', async () => {
    const { file } = await open();
    const twice = { ...DEFAULT_SETTINGS, registries: [registry('a.example'), registry('a.example')] };
    await expect(file.change(() => twice)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it.each(['http://joe:pa55word@proxy.example:3128', 'joe:pa55word@proxy.example', 'http://joe:pa55word@:x'])(
    'keep no password, nor say it again: %s',
    async (address) => {
      const { file, folder, onChanged } = await open();
      const failure: unknown = await file
        .save({ proxy: { address, except: '' } })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'USAGE' });
      expect(JSON.stringify(toWire(failure))).not.toContain('pa55word');
      expect(await readdir(folder)).toEqual([]);
      expect(onChanged).not.toHaveBeenCalled();
      await file.save({ proxy: { address: 'proxy.example:3128', except: 'a@b' } });
    },
  );
});

describe('what settings mean to the engine', () => {
  it('gives hosts their plain http, certificates and requests', () => {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      certificates: [{ name: 'plant', pem: 'PEM' }],
      registries: [
        registry('Registry.Plant.example:5000', { certificate: 'plant', connections: 2 }),
        registry('index.docker.io', { plainHttp: true, certificate: 'gone' }),
      ],
    };
    expect(hostChoices(settings)).toEqual({
      'registry.plant.example:5000': { ca: 'PEM', connections: 2 },
      'docker.io': { plainHttp: true },
    });
  });

  it('lets the proxy of the settings stand for every variable that names one', () => {
    const environment = {
      PATH: '/bin',
      https_proxy: 'http://old:1',
      No_Proxy: 'x',
      ALL_PROXY: 'http://old:2',
    };
    expect(withProxy(environment, DEFAULT_SETTINGS)).toBe(environment);
    const proxy = { address: ' http://proxy.example:3128 ', except: 'plant.example' };
    expect(withProxy(environment, { ...DEFAULT_SETTINGS, proxy })).toEqual({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy.example:3128',
      HTTP_PROXY: 'http://proxy.example:3128',
      NO_PROXY: 'plant.example',
    });
  });

  it('takes the limits over', () => {
    const limits = { perHost: 2, blobs: 3, bytesPerSecond: null };
    expect(limitsOf({ ...DEFAULT_SETTINGS, limits })).toMatchObject({ perHost: 2, blobs: 3 });
  });

  it('lets the disconnected side call nobody but who is named, loopback included', () => {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      side: 'disconnected',
      registries: [registry('registry.plant.example:443'), registry('docker.io')],
    };
    const mayCall = mayCallOf(settings, new Set(['127.0.0.1:5000']));
    const may = (host: string) => mayCall?.(host);
    expect(may('registry.plant.example')).toBe(true);
    expect(may('registry.plant.example:443')).toBe(true);
    expect(may('docker.io')).toBe(true);
    expect(may('127.0.0.1:5000')).toBe(true);
    expect(may('127.0.0.1:5001')).toBe(false);
    expect(may('localhost')).toBe(false);
    expect(may('auth.docker.io')).toBe(false);
    expect(mayCallOf({ ...settings, side: 'connected' }, new Set())).toBeUndefined();
    expect(mayCallOf({ ...settings, side: null }, new Set())?.('quay.io')).toBe(false);
  });
});
