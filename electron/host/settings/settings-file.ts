// The operator's choices in `<state>/settings.json`: read, checked, kept, and told when they change.
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import { DEFAULT_SETTINGS, Settings } from '../../../shared/station/settings.ts';
import type { BrokenSettings, SettingsChange } from '../../../shared/station/settings.ts';
import { writeStateFile } from '../write-file.ts';

export interface SettingsFile {
  /** As they were read or saved last, without looking; the defaults before that. */
  readonly latest: () => Settings;
  /** As they are in the file now: another station of the same user may have saved. */
  readonly read: () => Promise<Settings>;
  /** Keeps some of them; the others stay as the file has them at this moment. Throws as `change` does. */
  readonly save: (change: SettingsChange) => Promise<Settings>;
  /**
   * Changes what the file holds at this moment; one change at a time. Throws what the file system refuses, and USAGE where two
   * registries or certificates would have one name, and of `save` where the proxy's address holds a password.
   */
  readonly change: (edit: (settings: Settings) => Settings) => Promise<Settings>;
  /** The file that could not be used, until somebody has said again on which side this machine stands. */
  readonly broken: () => BrokenSettings | null;
}

/**
 * `onChanged` hears of every change, also of one that another process made, as soon as it is read. A file that cannot be
 * used is kept beside as `settings.json.broken`, and the defaults hold; `onBroken` hears of it.
 */
export function createSettingsFile(
  stateFolder: string,
  onChanged: (settings: Settings) => void,
  onBroken: (broken: BrokenSettings) => void,
): SettingsFile {
  const path = join(stateFolder, 'settings.json');
  let known: { readonly stamp: string; readonly settings: Settings } | undefined;
  let broken: BrokenSettings | null = null;

  const putAside = async (): Promise<void> => {
    const keptAt = `${path}.broken`;
    broken = await rename(path, keptAt).then(
      () => ({ keptAt }),
      () => ({ keptAt: null }),
    );
    onBroken(broken);
  };

  const load = async (): Promise<Settings> => {
    const stamp = await stampOf(path);
    if (known !== undefined && known.stamp === stamp) return known.settings;
    const settings = stamp === '' ? DEFAULT_SETTINGS : ((await parseFile(path)) ?? DEFAULT_SETTINGS);
    if (settings === DEFAULT_SETTINGS && stamp !== '') await putAside();
    const isNews = known !== undefined && JSON.stringify(known.settings) !== JSON.stringify(settings);
    known = { stamp: await stampOf(path), settings };
    if (isNews) onChanged(settings);
    return settings;
  };

  const inTurn = pLimit(1);

  const keep = async (settings: Settings): Promise<Settings> => {
    checkNames(settings);
    await writeStateFile(path, `${JSON.stringify(settings, null, 2)}\n`);
    if (settings.side !== null) broken = null;
    known = { stamp: await stampOf(path), settings };
    onChanged(settings);
    return settings;
  };

  const change: SettingsFile['change'] = (edit) => inTurn(async () => keep(edit(await load())));

  return {
    latest: () => known?.settings ?? DEFAULT_SETTINGS,
    read: () => inTurn(load),
    save: (some) =>
      change((settings) => {
        const next = changeSettings(settings, some);
        refuseProxyLogin(next);
        return next;
      }),
    change,
    broken: () => broken,
  };
}

/** Missing keys get their defaults, so that a file of an earlier version is not thrown away. Undefined for one of no use. */
async function parseFile(path: string): Promise<Settings | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return Settings.parse({ ...DEFAULT_SETTINGS, ...value });
  } catch {
    // Told by whoever asked, whatever is wrong with it.
  }
  return undefined;
}

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return '';
  }
}

function checkNames({ registries, certificates }: Settings): void {
  const host = twice(registries.map((registry) => registry.host));
  if (host !== undefined)
    throw new AirlockError('USAGE', `The registry ${host} stands in the settings twice.`);
  const name = twice(certificates.map((certificate) => certificate.name));
  if (name !== undefined)
    throw new AirlockError('USAGE', `Two certificates are called ${name}; each needs a name of its own.`);
}

/** Settings hold no secret: they go to every page, and lie on the disk as they are. */
function refuseProxyLogin({ proxy }: Settings): void {
  const address = proxy.address.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`);
  if (url === null ? !address.includes('@') : url.username === '' && url.password === '') return;
  throw new AirlockError('USAGE', 'The address of the proxy holds a user or password.', {
    remedy: 'Leave them out here. Where the proxy asks for a login, set HTTPS_PROXY before Airlock starts.',
  });
}

function twice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
