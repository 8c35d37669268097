// The whole application over a bridge without a station, with one job that runs: for who draws screens. Not shipped.
import { changeSettings } from '../../../shared/station/change-settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import type { Settings, SettingsChange } from '../../../shared/station/settings.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import { makeError, makeJob, makeJobItem, makeMedium } from '../pack/make-pack.ts';

const asked = new URLSearchParams(location.search);
const side = asked.get('side');
const REFERENCES =
  'vector elasticsearch houston-api grafana commander nginx-es init kube-state nats-server nginx'
    .split(' ')
    .map((name) => `quay.io/astronomer/ap-${name}:1.31.3`);

const job = makeJob('job-1', 'pack', {
  title: 'astronomer-2.1',
  state: asked.get('job') === 'paused' ? 'paused' : 'running',
  started: Date.now() - 100_000,
  stages: [{ stage: 'transfer', at: Date.now() - 100_000 }],
});
const items = [
  makeJobItem(REFERENCES[0] ?? '', {
    state: 'failed',
    bytes: 97_400_000,
    doneBytes: 59_400_000,
    error: makeError({
      code: 'DIGEST_MISMATCH',
      message: 'Nothing of it was kept. Tried 3 times; the other items go on.',
    }),
  }),
  ...REFERENCES.slice(1, 4).map((item) =>
    makeJobItem(item, { state: 'running', bytes: 871_000_000, doneBytes: 383_000_000 }),
  ),
  ...REFERENCES.slice(4).map((item) => makeJobItem(item, { bytes: 41_300_000 })),
];

const theme = asked.get('theme');
let settings: Settings = {
  ...DEFAULT_SETTINGS,
  side: side === 'connected' || side === 'disconnected' ? side : null,
  theme: theme === 'dark' || theme === 'contrast' || theme === 'system' ? theme : 'light',
};

const bridge = await fakeBridge({
  'station.describe': () => ({
    host: 'web',
    platform: 'linux',
    version: '0.1.0',
    stateFolder: '/state',
    homeFolder: '/home/operator',
    keepsLogins: 'keyring',
    opened: [],
    route: { leadsOutside: asked.get('route') !== 'none', fact: 'a default route by wlan0' },
    engine: asked.get('engine') ?? 'running',
  }),
  'settings.get': () => settings,
  'settings.broken': () => null,
  'settings.save': (change: SettingsChange) => (settings = changeSettings(settings, change)),
  'jobs.list': () => (asked.has('job') ? [job] : []),
  'jobs.items': () => items,
  'jobs.result': () => null,
  'media.list': () => [makeMedium('PLANT-07'), makeMedium('PLANT-03', { fileSystem: 'vfat' })],
  'files.list': () => ({
    folder: '/home/operator',
    parent: '/home',
    entries: [
      { name: 'lists', path: '/home/operator/lists', kind: 'folder', bytes: null },
      {
        name: 'plant.airlock.tar',
        path: '/home/operator/plant.airlock.tar',
        kind: 'bundle',
        bytes: 2_570_000_000,
      },
      { name: 'images.txt', path: '/home/operator/images.txt', kind: 'file', bytes: 1284 },
    ],
  }),
  'contents.suggest': () => [],
  'contents.read': () => ({ items: [], list: null, lockPath: null, bundlePath: null, problems: [] }),
  'history.list': () => ({ rows: [], total: 0 }),
  'serve.state': () => ({
    on: false,
    since: null,
    url: null,
    addresses: [],
    isPlainHttp: true,
    writable: null,
    bundles: [],
    requests: 0,
    refused: 0,
    sentBytes: 0,
    receivedBytes: 0,
    recent: [],
  }),
});
await import('../../../renderer/app/start.tsx');

if (asked.has('job')) {
  let at = Date.now() - 90_000;
  for (let tick = 0; tick < 60; tick += 1) {
    bridge.tell('jobs.progress', {
      job: job.id,
      at,
      numbers: { ...job.numbers, bytesPerSecond: 9_600_000 * (1 - Math.exp(-tick / 6)), secondsLeft: 170 },
      items: [],
    });
    at += 1500;
  }
}
