// Places that a bundle can go to or come from.
import { z } from 'zod';
import { Timestamp } from '../format/lock.ts';

export const FoundBundle = z.strictObject({
  path: z.string(),
  name: z.string(),
  form: z.enum(['directory', 'tar']),
  bytes: z.number(),
  items: z.number(),
  created: Timestamp,
});
export type FoundBundle = z.infer<typeof FoundBundle>;

export const Medium = z.strictObject({
  /** Where it is mounted; a bundle goes straight below. */
  path: z.string(),
  /** Its label, else the last part of its path. */
  name: z.string(),
  kind: z.enum(['usb', 'card', 'disk', 'folder']),
  /** Maker and model, where the system tells. */
  device: z.string().nullable(),
  /** As the system calls it: `exfat`, `vfat`, `ext4`, `ntfs`, `apfs`. */
  fileSystem: z.string(),
  removable: z.boolean(),
  readOnly: z.boolean(),
  freeBytes: z.number(),
  totalBytes: z.number(),
  /** Sealed bundles that lie straight on it. */
  bundles: z.array(FoundBundle),
});
export type Medium = z.infer<typeof Medium>;

export const FileEntry = z.strictObject({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'bundle', 'file']),
  bytes: z.number().nullable(),
});
export type FileEntry = z.infer<typeof FileEntry>;

export const FolderListing = z.strictObject({
  folder: z.string(),
  /** Null at the top. */
  parent: z.string().nullable(),
  /** Folders first, then by name; what begins with a dot is left out. */
  entries: z.array(FileEntry),
});
export type FolderListing = z.infer<typeof FolderListing>;
