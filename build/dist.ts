// Packages the desktop application for this system, or for those named: `npm run dist`, `npm run dist -- linux win`.
import { build, Platform } from 'electron-builder';
import { BUILDER_CONFIG } from './electron-builder.ts';

const PLATFORMS: Readonly<Record<string, Platform>> = {
  linux: Platform.LINUX,
  win: Platform.WINDOWS,
  mac: Platform.MAC,
};

const wanted = process.argv.slice(2).map((name) => {
  const platform = PLATFORMS[name];
  if (platform === undefined) throw new Error(`${name} is none of ${Object.keys(PLATFORMS).join(', ')}.`);
  return platform;
});

const written = await build({
  config: BUILDER_CONFIG,
  publish: 'never',
  targets: (wanted.length === 0 ? [Platform.current()] : wanted).reduce(
    (targets, platform) => new Map([...targets, ...platform.createTarget()]),
    new Map() as ReturnType<Platform['createTarget']>,
  ),
});
for (const path of written) console.log(path);
