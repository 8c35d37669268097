// Where the pictures are taken: registries under the names of a made-up company, what they hold, media, and stations of both sides.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Browser } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../shared/station/settings.ts';
import type { RegistryProfile, Settings } from '../../shared/station/settings.ts';
import { openWebStation } from '../e2e/web-station.ts';
import type { OpenedHost } from '../e2e/station.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { makeChart, makeImage, makeIndex, makeLayer, seededBytes } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { startDockerRegistry } from '../support/programs.ts';
import type { RunningRegistry } from '../support/programs.ts';
import { startSlowFront } from '../support/slow-front.ts';
import type { SlowFront } from '../support/slow-front.ts';

export const SOURCE = 'registry.example';
export const VENDOR = 'quay.example';
export const TARGET = 'harbor.plant.example';

export interface Site {
  readonly folder: string;
  /** Of the registry behind SOURCE, so that its content can be spoilt. */
  readonly source: RunningRegistry;
  readonly target: RunningRegistry;
  /** Before SOURCE and VENDOR, and before TARGET. Both hurry until told not to. */
  readonly fronts: { readonly source: SlowFront; readonly target: SlowFront };
  readonly cargo: Cargo;
  /** Knows the registries by their names. */
  readonly proxy: string;
  open(choice: {
    readonly side: Settings['side'];
    readonly media?: readonly string[];
    readonly settings?: Partial<Settings>;
  }): Promise<OpenedHost & { readonly stateFolder: string }>;
  /** The folder that stands for the medium of this label; media keep what is on them from station to station. */
  medium(label: string): Promise<string>;
  close(): Promise<void>;
}

export interface Cargo {
  /** Of charts, files and lists. */
  readonly folder: string;
  readonly images: readonly string[];
  readonly charts: readonly string[];
  readonly files: readonly string[];
}

const IMAGES: Readonly<
  Record<string, readonly (readonly [repository: string, tag: string, layer: number])[]>
> = {
  [SOURCE]: [
    ['plant/api', '4.12.0', 2_400_000],
    ['plant/web', '4.12.0', 1_100_000],
    ['plant/worker', '4.12.0', 2_000_000],
    ['plant/historian', '2.3.1', 4_800_000],
    ['plant/alarms', '1.9.4', 900_000],
    ['plant/reports', '3.0.2', 3_200_000],
    ['edge/gateway', '1.9.2', 1_600_000],
    ['edge/opcua-bridge', '0.14.7', 700_000],
    ['base/proxy', '3.1', 500_000],
  ],
  [VENDOR]: [
    ['data/postgres', '17.2', 5_600_000],
    ['data/redis', '7.4.1', 800_000],
    ['data/nats', '2.11.0', 600_000],
    ['observe/grafana', '11.4.0', 6_000_000],
    ['observe/prometheus', '3.1.0', 3_600_000],
    ['observe/loki', '3.3.2', 2_800_000],
    ['observe/alertmanager', '0.28.0', 1_200_000],
  ],
};

export async function openSite(browser: Browser): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-pictures-'));
  const source = await startDockerRegistry();
  const target = await startDockerRegistry({ htpasswd: { robot$airlock: 'right' } });
  const fronts = { source: await startSlowFront(source.url), target: await startSlowFront(target.url) };
  fronts.source.hurries = true;
  fronts.target.hurries = true;
  const proxy = await startConnectProxy({
    routes: {
      [`${SOURCE}:80`]: fronts.source.host,
      [`${VENDOR}:80`]: fronts.source.host,
      [`${TARGET}:80`]: fronts.target.host,
    },
  });
  await pushImages(source.url);
  const cargo = await writeFiles(join(folder, 'release'));
  const stations: OpenedHost[] = [];
  const medium = async (label: string): Promise<string> => {
    const path = join(folder, 'media', label);
    await mkdir(path, { recursive: true });
    return path;
  };
  return {
    folder,
    source,
    target,
    fronts,
    cargo,
    proxy: proxy.url,
    medium,
    async open({ side, media = ['PLANT-07'], settings = {} }) {
      const stateFolder = join(folder, `state-${stations.length}`);
      const written: Settings = {
        ...DEFAULT_SETTINGS,
        side,
        theme: 'light',
        registries: side === 'disconnected' ? [profile(TARGET, 'target')] : SOURCES,
        proxy: { address: proxy.url, except: '127.0.0.0/8' },
        ...settings,
      };
      await mkdir(stateFolder, { recursive: true });
      await writeFile(join(stateFolder, 'settings.json'), JSON.stringify(written));
      const station = await openWebStation({
        browser,
        stateFolder,
        environment: {
          PATH: process.env['PATH'] ?? '',
          HOME: join(folder, 'home'),
          TMPDIR: tmpdir(),
          AIRLOCK_HOME: stateFolder,
          AIRLOCK_MEDIA: (await Promise.all(media.map(medium))).join(delimiter),
        },
        paths: [],
        viewport: { width: 1280, height: 800 },
      });
      stations.push(station);
      return { ...station, stateFolder };
    },
    async close() {
      for (const station of stations) await station.close();
      await proxy.close();
      for (const front of Object.values(fronts)) await front.close();
      for (const registry of [source, target]) await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function profile(host: string, usedAs: RegistryProfile['usedAs']): RegistryProfile {
  return {
    host,
    prefix: usedAs === 'target' ? 'plant-07' : '',
    usedAs,
    plainHttp: true,
    certificate: null,
    connections: null,
    user: null,
    lastTest: null,
  };
}

const SOURCES = [SOURCE, VENDOR].map((host) => profile(host, 'source'));

/** The first of each registry is an index of two platforms with attestations, as BuildKit makes them. */
async function pushImages(url: string): Promise<void> {
  const base = [makeLayer({ seed: 'distroless', size: 1_800_000 })];
  for (const images of Object.values(IMAGES))
    for (const [at, [repository, tag, layerSize]] of images.entries()) {
      const image = makeImage({ seed: `${repository}:${tag}`, base, layerSize });
      if (at > 0) await pushContent(url, repository, image, tag);
      else {
        const platform = { os: 'linux', architecture: 'arm64' };
        const other = makeImage({ seed: `${repository}:${tag}`, base, layerSize, platform });
        await pushContent(url, repository, makeIndex([image, other], { attestations: true }), tag);
      }
    }
}

async function writeFiles(folder: string): Promise<Cargo> {
  await mkdir(folder, { recursive: true });
  const charts: string[] = [];
  for (const [name, version] of [
    ['plant', '4.12.0'],
    ['monitoring', '66.3.1'],
  ] as const) {
    const chart = makeChart({ name, version });
    charts.push(join(folder, chart.fileName));
    await writeFile(charts.at(-1) ?? '', chart.bytes);
  }
  const files = { 'plc-firmware-2.8.bin': 3_400_000, 'runbook-4.12.pdf': 240_000, 'install.sh': 1_800 };
  for (const [name, size] of Object.entries(files))
    await writeFile(join(folder, name), seededBytes(name, size));
  return {
    folder,
    images: Object.entries(IMAGES).flatMap(([host, all]) =>
      all.map(([repository, tag]) => `${host}/${repository}:${tag}`),
    ),
    charts,
    files: Object.keys(files).map((name) => join(folder, name)),
  };
}
