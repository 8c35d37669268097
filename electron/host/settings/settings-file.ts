// The operator's choices in `<state>/settings.json`: read, checked, kept, and told when they change.
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { DEFAULT_SETTINGS, Settings } from '../../../shared/station/settings.ts';
import { writeStateFile } from '../write-file.ts';

export interface SettingsFile {
  /** As they were read or saved last, without looking; the defaults before that. */
  readonly latest: () => Settings;
  /** As they are in the file now: another station of the same user may have saved. */
  readonly read: () => Promise<Settings>;
  /** Throws LOCAL_IO, and USAGE where two registries or certificates have one name. */
  readonly save: (settings: Settings) => Promise<Settings>;
  /** Changes what the file holds at this moment; one change at a time. */
  change(edit: (settings: Settings) => Settings): Promise<Settings>;
}

/**
 * `onChanged` hears of every change, also of one that another process made, as soon as it is read. A file that cannot be
 * used is kept beside as `settings.json.broken`; `onBroken` hears where, and the defaults hold.
 */
export function createSettingsFile(
  stateFolder: string,
  onChanged: (settings: Settings) => void,
  onBroken: (keptAt: string) => void,
): SettingsFile {
  const path = join(stateFolder, 'settings.json');
  let known: { readonly stamp: string; readonly settings: Settings } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<Settings> => {
    const stamp = await stampOf(path);
    if (known !== undefined && known.stamp === stamp) return known.settings;
    const settings = stamp === '' ? DEFAULT_SETTINGS : await parseFile(path, onBroken);
    const isNews = known !== undefined && JSON.stringify(known.settings) !== JSON.stringify(settings);
    known = { stamp: await stampOf(path), settings };
    if (isNews) onChanged(settings);
    return settings;
  };

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = turn.then(act, act);
    turn = done.catch(() => undefined);
    return done;
  };

  const keep = async (settings: Settings): Promise<Settings> => {
    checkNames(settings);
    await writeStateFile(path, `${JSON.stringify(settings, null, 2)}\n`);
    known = { stamp: await stampOf(path), settings };
    onChanged(settings);
    return settings;
  };

  return {
    latest: () => known?.settings ?? DEFAULT_SETTINGS,
    read: () => inTurn(load),
    save: (settings) => inTurn(() => keep(settings)),
    change: (edit) => inTurn(async () => keep(edit(await load()))),
  };
}

/** Missing keys get their defaults, so that a file of an earlier version is not thrown away. */
async function parseFile(path: string, onBroken: (keptAt: string) => void): Promise<Settings> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return Settings.parse({ ...DEFAULT_SETTINGS, ...value });
  } catch {
    // Told below, whatever is wrong with it.
  }
  const keptAt = `${path}.broken`;
  await rename(path, keptAt).catch(() => undefined);
  onBroken(keptAt);
  return DEFAULT_SETTINGS;
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

function twice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
