// Rules for the path under which a file travels (`as`): one that every system can write, and no two of which meet.
import { deceivingSign } from '../../../shared/messages/visible.ts';

const MAX_BYTES = 200;
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
const WINDOWS_FORBIDDEN = /[<>:"|?*\\\p{Cc}]/u;

/** Why the path may not be used, or undefined where it may (FORMAT §3, Files). */
export function whyUnsafePath(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (Buffer.byteLength(path) > MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`;
  if (!path.isWellFormed()) return 'it is not Unicode';
  if (path.startsWith('/')) return 'it is absolute';
  const forbidden = WINDOWS_FORBIDDEN.exec(path)?.[0];
  if (forbidden !== undefined) return `Windows takes no ${JSON.stringify(forbidden)} in a name`;
  const sign = deceivingSign(path);
  if (sign !== undefined) return `the sign ${sign} makes it look like another name`;
  for (const segment of path.split('/')) {
    if (segment === '') return 'it has an empty part';
    if (segment === '.' || segment === '..') return `it has the part "${segment}"`;
    if (/[. ]$/.test(segment)) return `"${segment}" ends in a dot or a blank, which Windows drops`;
    if (WINDOWS_RESERVED.test(segment)) return `Windows reserves the name "${segment}"`;
  }
  return undefined;
}

/** Two paths with one key are one file on a file system that knows no case. */
export function pathKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** The last part of a local path, written for either kind of system. */
export function baseName(path: string): string {
  return /[^/\\]+(?=[/\\]*$)/.exec(path)?.[0] ?? '';
}
