// A station for one spec, whichever host the project names: its own state, its own media, its own page.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test as base } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import type { Settings } from '../../shared/station/settings.ts';
import { openWebStation } from './web-station.ts';
import { openElectron } from './window-electron.ts';
import { openStandIn } from './window-stand-in.ts';

export { expect } from '@playwright/test';

export type HostName = 'web' | 'standin' | 'electron';

/** What a project of playwright.config.ts sets. */
export interface StationOptions {
  host: HostName;
}

/** How one host is started. A host leaves no process behind when `close` has resolved. */
export type OpenHost = (start: {
  readonly browser: Browser;
  /** The whole of it: no spec sees the developer's own settings, media or logins. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stateFolder: string;
  /** Handed over as arguments. */
  readonly paths: readonly string[];
  readonly viewport: { readonly width: number; readonly height: number };
}) => Promise<OpenedHost>;

export interface OpenedHost {
  readonly page: Page;
  /** The engine's own process, to be killed by specs that want to see it come back. */
  readonly enginePid: () => Promise<number>;
  /** What the system's own dialog answers from now on; only where the station has one that a test can answer. */
  readonly choose?: (paths: readonly string[]) => void;
  /** Where the system's own dialog saves from now on, under the name that it is offered; only where there is one. */
  readonly saveIn?: (folder: string) => void;
  close(): Promise<void>;
}

export interface StationChoice {
  /** Null shows first start. */
  readonly side: Settings['side'];
  /** Default: light. */
  readonly theme?: Settings['theme'];
  /** Labels of media to make; default: one, `USB`. */
  readonly media?: readonly string[];
  /** Written over the settings that the rest comes to. */
  readonly settings?: Partial<Settings>;
  /** Lists, bundles or files that it is opened with. */
  readonly paths?: readonly string[];
  /** Added to the station's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** State that an earlier station of this spec left. */
  readonly stateFolder?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface OpenStation extends OpenedHost {
  readonly stateFolder: string;
  /** Folders that the station takes for removable media, by label. */
  readonly media: Readonly<Record<string, string>>;
  /** A folder for whatever the spec makes. */
  readonly folder: string;
}

interface StationFixtures {
  /** Everything it opened is closed, and every folder removed, when the spec has ended. */
  readonly openStation: (choice: StationChoice) => Promise<OpenStation>;
}

const HOSTS: Readonly<Record<HostName, OpenHost>> = {
  web: openWebStation,
  standin: openStandIn,
  electron: openElectron,
};

export const test = base.extend<StationFixtures & StationOptions>({
  host: ['web', { option: true }],

  openStation: async ({ host, browser }, give) => {
    const openHost = HOSTS[host];
    const opened: OpenedHost[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'airlock-e2e-'));
    await give(async (choice) => {
      const stateFolder = choice.stateFolder ?? join(folder, `state-${opened.length}`);
      const media = await makeMedia(join(folder, 'media'), choice.media ?? ['USB']);
      if (choice.stateFolder === undefined) await writeSettings(stateFolder, choice);
      const station = await openHost({
        browser,
        stateFolder,
        environment: {
          PATH: process.env['PATH'] ?? '',
          HOME: join(folder, 'home'),
          TMPDIR: tmpdir(),
          AIRLOCK_HOME: stateFolder,
          AIRLOCK_MEDIA: Object.values(media).join(delimiter),
          ...choice.environment,
        },
        paths: choice.paths ?? [],
        viewport: choice.viewport ?? { width: 1280, height: 800 },
      });
      opened.push(station);
      return { ...station, stateFolder, media, folder };
    });
    for (const station of opened) await station.close();
    await rm(folder, { recursive: true, force: true });
  },
});

async function makeMedia(below: string, labels: readonly string[]): Promise<Record<string, string>> {
  const media: Record<string, string> = {};
  for (const label of labels) {
    media[label] = join(below, label);
    await mkdir(media[label], { recursive: true });
  }
  return media;
}

async function writeSettings(
  stateFolder: string,
  { side, theme = 'light', settings }: StationChoice,
): Promise<void> {
  const written: Settings = { ...DEFAULT_SETTINGS, side, theme, ...settings };
  await mkdir(stateFolder, { recursive: true });
  await writeFile(join(stateFolder, 'settings.json'), JSON.stringify(written));
}
