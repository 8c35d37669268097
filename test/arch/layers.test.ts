// Every layer rule is broken once in a copy of the tree, so that a rule that judges nothing is found out.
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLayers } from '../../build/check-layers.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Rule, file that breaks it, what the file says. */
const BREACHES: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['shared-imports-zod-alone', 'shared/breach-node.ts', "import 'node:fs';"],
  ['shared-imports-zod-alone', 'shared/breach-library.ts', "import 'semver';"],
  ['engine-knows-no-host', 'electron/engine/oci/breach-host.ts', "import '../../cli/breach-door.ts';"],
  ['hosts-use-the-door', 'electron/cli/breach-door.ts', "import '../engine/oci/digester.ts';"],
  ['command-knows-no-other-host', 'electron/cli/breach-shell.ts', "import '../main/breach-shell.ts';"],
  [
    'screens-know-the-bridge-alone',
    'renderer/app/breach-engine.ts',
    "import '../../electron/engine/index.ts';",
  ],
  ['screens-know-the-bridge-alone', 'renderer/store/breach-electron.ts', "import 'electron';"],
  ['screens-use-no-node', 'renderer/app/breach-node.ts', "import 'node:fs';"],
  ['desks-know-no-other-desk', 'renderer/pack/breach.ts', "import '../verify/breach-desk.ts';"],
  ['desks-know-no-other-desk', 'renderer/serve/breach.ts', "import '../app/breach-shell.ts';"],
  ['parts-know-no-desk', 'renderer/ui/breach-store.ts', "import '../store/breach-leaf.ts';"],
  ['parts-know-no-desk', 'renderer/ui/breach-bridge.ts', "import '../bridge/bridge.ts';"],
  ['preload-carries-names-alone', 'electron/preload/breach.ts', "import '../../shared/ipc/schemas.ts';"],
  ['preload-carries-names-alone', 'electron/preload/breach-node.ts', "import 'node:fs';"],
  ['engine-process-knows-no-shell', 'electron/host/breach.ts', "import '../main/breach-shell.ts';"],
  ['engine-process-knows-no-shell', 'electron/host/breach-electron.ts', "import 'electron';"],
  ['stations-know-no-other-station', 'electron/web/breach-window.ts', "import '../main/breach-shell.ts';"],
  [
    'stations-know-no-other-station',
    'electron/main/breach-screens.ts',
    "import '../../renderer/app/breach-shell.ts';",
  ],
  ['stations-know-no-other-station', 'electron/main/breach-web.ts', "import '../web/breach.ts';"],
  ['only-the-shell-knows-electron', 'electron/web/breach-electron.ts', "import 'electron';"],
  ['only-the-shell-knows-electron', 'electron/cli/breach-electron.ts', "import 'electron';"],
  ['rooms-know-no-use-case', 'electron/engine/content/breach-pack.ts', "import '../pack/breach.ts';"],
  ['oci-stands-below-the-rooms', 'electron/engine/oci/breach-room.ts', "import '../content/breach-pack.ts';"],
  ['registry-knows-no-bundle', 'electron/engine/registry/breach.ts', "import '../bundle/breach.ts';"],
  ['bundle-has-no-network', 'electron/engine/bundle/breach.ts', "import '../registry/breach-leaf.ts';"],
  ['no-cycles', 'electron/engine/relocate/breach-a.ts', "import './breach-b.ts';"],
  ['resolvable', 'electron/engine/jobs/breach.ts', "import './nowhere.ts';"],
  ['product-needs-no-tools', 'electron/engine/serve/breach.ts', "import 'vitest';"],
  ['undici-in-its-room', 'electron/engine/export/breach.ts', "import 'undici';"],
  ['tar-stream-in-its-room', 'electron/engine/bundle/breach-tar.ts', "import 'tar-stream';"],
  ['js-yaml-in-its-room', 'electron/engine/bundle/breach-yaml.ts', "import 'js-yaml';"],
  ['semver-in-its-room', 'electron/engine/bundle/breach-semver.ts', "import 'semver';"],
  ['ipaddr-js-in-its-room', 'electron/engine/bundle/breach-ip.ts', "import 'ipaddr.js';"],
  ['jsonc-parser-in-its-room', 'electron/engine/bundle/breach-jsonc.ts', "import 'jsonc-parser';"],
  ['canonicalize-in-its-room', 'electron/engine/bundle/breach-canonical.ts', "import 'canonicalize';"],
  ['scure-bip39-in-its-room', 'electron/engine/jobs/breach-words.ts', "import '@scure/bip39';"],
  ['commander-in-its-room', 'electron/engine/jobs/breach-argv.ts', "import 'commander';"],
  ['ws-in-its-room', 'electron/host/breach-socket.ts', "import 'ws';"],
  ['react-in-its-room', 'shared/breach-react.ts', "import 'react';"],
  ['react-aria-components-in-its-room', 'renderer/store/breach-parts.ts', "import 'react-aria-components';"],
  ['zustand-in-its-room', 'electron/host/breach-store.ts', "import 'zustand';"],
  ['react-dom-in-its-room', 'renderer/ui/breach-root.ts', "import 'react-dom';"],
  ['tanstack-react-virtual-in-its-room', 'renderer/app/breach-table.ts', "import '@tanstack/react-virtual';"],
  ['uqr-in-its-room', 'renderer/pack/breach-code.ts', "import 'uqr';"],
  ['fastest-levenshtein-in-its-room', 'electron/cli/breach-near.ts', "import 'fastest-levenshtein';"],
  ['lucide-react-in-its-room', 'renderer/app/breach-icons.ts', "import 'lucide-react';"],
  ['cli-table3-in-its-room', 'electron/engine/jobs/breach-table.ts', "import 'cli-table3';"],
];

/** What the breaches point at. */
const LEAVES: Readonly<Record<string, string>> = {
  'electron/web/breach.ts': 'export {};',
  'electron/main/breach-shell.ts': 'export {};',
  'renderer/verify/breach-desk.ts': 'export {};',
  'renderer/app/breach-shell.ts': 'export {};',
  'renderer/store/breach-leaf.ts': 'export {};',
  'electron/engine/pack/breach.ts': 'export {};',
  'electron/engine/registry/breach-leaf.ts': 'export {};',
  'electron/engine/relocate/breach-b.ts': "import './breach-a.ts';",
};

let copy: string;
let broken: readonly string[];

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'airlock-layers-'));
  for (const folder of ['electron', 'renderer', 'shared', 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, folder), join(copy, folder), { recursive: true });
  for (const folder of ['test', 'build']) await mkdir(join(copy, folder));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const files = [...BREACHES.map(([, file, text]) => [file, text] as const), ...Object.entries(LEAVES)];
  for (const [file, text] of files) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), `${text}\n`);
  }
  ({ broken } = await checkLayers(copy));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the layer rules', () => {
  it('are each breached by one of these files', () => {
    const { forbidden } = createRequire(import.meta.url)('../../build/dependency-cruiser.cjs') as {
      readonly forbidden: readonly { readonly name: string }[];
    };
    const breached = new Set(BREACHES.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !breached.has(name))).toEqual([]);
  });

  it.each(BREACHES)('%s catches %s', (rule, file) => {
    expect(broken.filter((line) => line.startsWith(`${rule}: ${file} `))).not.toEqual([]);
  });

  it('hold in the tree as it is, and judged it', async () => {
    const report = await checkLayers(ROOT);
    expect(report.broken).toEqual([]);
    expect(report.modules).toBeGreaterThan(60);
  });

  it('see nothing in an empty tree, which the check calls a failure', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'airlock-layers-'));
    try {
      for (const folder of ['electron', 'renderer', 'shared', 'test', 'build'])
        await mkdir(join(empty, folder));
      await cp(join(ROOT, 'tsconfig.json'), join(empty, 'tsconfig.json'));
      expect((await checkLayers(empty)).modules).toBe(0);
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });
});
