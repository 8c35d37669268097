// How the desktop application is packaged: what goes in, what it is called, and what the runtime is forbidden for good.
import type { Configuration } from 'electron-builder';

/** What Electron can be forbidden by a bit in its own binary: each is chosen, none is left to a default. */
const FUSES: Required<NonNullable<Configuration['electronFuses']>> = {
  // The packaged program is a window and nothing else: no Node by environment, option or debugger.
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  onlyLoadAppFromAsar: true,
  enableEmbeddedAsarIntegrityValidation: true,
  enableCookieEncryption: true,
  grantFileProtocolExtraPrivileges: false,
  loadBrowserProcessSpecificV8Snapshot: false,
  resetAdHocDarwinSignature: false,
};

/** Everything that the window runs. The command ships in an archive of its own (build/dist-command.ts). */
const SHIPPED = [
  'package.json',
  'LICENSE',
  'out/THIRD-PARTY.txt',
  'out/main.mjs',
  'out/preload.cjs',
  'out/engine-process.mjs',
  'out/hash-worker.mjs',
  'out/sink-worker.mjs',
  'out/icon.png',
  'out/renderer/**',
];

export const BUILDER_CONFIG: Configuration = {
  appId: 'station.airlock',
  productName: 'Airlock',
  copyright: 'Airlock contributors, Apache-2.0',
  artifactName: 'airlock-desktop-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist', buildResources: 'build/icons' },
  // All that runs is bundled: what package.json names as dependencies is in it already.
  files: [...SHIPPED, '!**/node_modules/**', '!**/*.map'],
  asar: true,
  npmRebuild: false,
  electronFuses: FUSES,
  // Nothing is uploaded, and no program looks for updates.
  publish: null,
  fileAssociations: [
    { ext: 'airlock', name: 'Airlock bundle', role: 'Viewer', icon: 'build/icons/icon.icns' },
  ],
  linux: {
    target: ['AppImage', 'deb', 'tar.gz'],
    category: 'Utility',
    synopsis: 'Carries images, charts and files across an air gap',
    icon: 'build/icons/png',
    executableName: 'airlock',
    syncDesktopName: true,
    maintainer: 'Airlock contributors',
    // Only here does an association see more than the last part of a name.
    fileAssociations: [
      { ext: 'airlock.tar', name: 'Airlock bundle', mimeType: 'application/vnd.airlock.bundle+tar' },
      { ext: 'airlock', name: 'Airlock bundle', mimeType: 'application/vnd.airlock.bundle' },
    ],
  },
  deb: { packageName: 'airlock-desktop' },
  win: { target: ['nsis', 'zip'], icon: 'build/icons/icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    icon: 'build/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
  },
};
