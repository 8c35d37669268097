// What every system tells of a place that is mounted, and the readers it is found out with.

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
