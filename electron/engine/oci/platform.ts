// Platforms as containerd normalises and matches them (containerd/platforms, database.go and compare.go).
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Platform } from '../../../shared/domain/descriptor.ts';

const ARCHITECTURES: Readonly<Record<string, readonly [string, string?]>> = {
  i386: ['386'],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  arm64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};
const SYSTEMS: Readonly<Record<string, string>> = { macos: 'darwin' };

/** One spelling for each platform: x86_64 is amd64, arm64/v8 is arm64, arm is arm/v7, amd64/v1 is amd64. */
export function normalisePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const [architecture, implied] = ARCHITECTURES[platform.architecture.toLowerCase()] ?? [
    platform.architecture.toLowerCase(),
  ];
  let variant = platform.variant?.toLowerCase() ?? implied;
  if (architecture === 'arm64' && (variant === 'v8' || variant === '8')) variant = undefined;
  if (architecture === 'amd64' && variant === 'v1') variant = undefined;
  if (architecture === 'arm') variant = variant === undefined ? 'v7' : variant.replace(/^(?=\d)/, 'v');
  return {
    ...(platform['os.version'] === undefined ? {} : { 'os.version': platform['os.version'] }),
    os: SYSTEMS[os] ?? os,
    architecture,
    ...(variant === undefined || variant === '' ? {} : { variant }),
  };
}

/** `os[(version)]/architecture[/variant]`, as people write it. Throws LIST_INVALID. */
export function parsePlatform(text: string): Platform {
  const match =
    /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9._-]+)\))?\/([A-Za-z0-9_.-]+)(?:\/([A-Za-z0-9_.-]+))?$/.exec(text);
  if (match?.[1] === undefined || match[3] === undefined)
    throw new AirlockError(
      'LIST_INVALID',
      `"${text}" is no platform; write os/architecture, as linux/amd64.`,
    );
  return normalisePlatform({
    os: match[1],
    architecture: match[3],
    ...(match[2] === undefined ? {} : { 'os.version': match[2] }),
    ...(match[4] === undefined ? {} : { variant: match[4] }),
  });
}

export function formatPlatform(platform: Platform): string {
  const normal = normalisePlatform(platform);
  const version = normal['os.version'] === undefined ? '' : `(${normal['os.version']})`;
  return `${normal.os}${version}/${normal.architecture}${normal.variant === undefined ? '' : `/${normal.variant}`}`;
}

/** True where `offered` is the wanted platform; a wanted Windows os.version matches by prefix (10.0.17763 takes 10.0.17763.5329). */
export function platformMatches(wanted: Platform, offered: Platform): boolean {
  const want = normalisePlatform(wanted);
  const have = normalisePlatform(offered);
  if (want.os !== have.os || want.architecture !== have.architecture || want.variant !== have.variant)
    return false;
  const version = want['os.version'];
  if (version === undefined) return true;
  return have['os.version'] === version || have['os.version']?.startsWith(`${version}.`) === true;
}
