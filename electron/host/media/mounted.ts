// What every system tells of a place that is mounted, and the readers it is found out with.
import { delimiter, isAbsolute } from 'node:path';

/** A medium before its room and its bundles were looked at. */
export interface Mounted {
  readonly path: string;
  readonly name: string;
  readonly kind: 'usb' | 'card' | 'disk' | 'folder';
  readonly device: string | null;
  readonly fileSystem: string;
  readonly removable: boolean;
  readonly readOnly: boolean;
}

/** Reads of the system, none of which throws: what is not there is undefined, or no names. */
export interface SystemReaders {
  text(path: string): Promise<string | undefined>;
  names(folder: string): Promise<readonly string[]>;
  /** Where a link leads in the end. */
  real(path: string): Promise<string | undefined>;
}

/**
 * AIRLOCK_MEDIA: folders that stand for removable media, separated as in PATH, for hosts that do not tell their mounts (a
 * container, a thin client).
 */
export function namedMedia(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (environment['AIRLOCK_MEDIA'] ?? '').split(delimiter).filter((path) => isAbsolute(path));
}
