// Media of a linux machine, from its mounts and what /sys and udev tell of their devices.
import { basename, dirname } from 'node:path/posix';
import type { Mounted, SystemReaders } from './mounted.ts';

export interface Mount {
  readonly device: string;
  readonly root: string;
  readonly path: string;
  readonly options: readonly string[];
  readonly fileSystem: string;
  readonly source: string;
}

/** Where people and desktops mount what is no part of the system. */
const MEDIA_FOLDERS = /^\/(?:media|run\/media|mnt)\/./;
const NETWORK = /^(?:nfs4?|cifs|smb3|fuse\.sshfs)$/;
const NO_MEDIA = /^\/dev\/(?:loop|zram|ram)/;
const MOST_LAYERS = 8;

/** Removable media wherever they are mounted; other disks and shares where people mount them. The system's own are left out. */
export async function linuxMedia(readers: SystemReaders): Promise<readonly Mounted[]> {
  const labels = await readLabels(readers);
  const found = new Map<string, Mounted>();
  for (const mount of parseMounts((await readers.text('/proc/self/mountinfo')) ?? '')) {
    const isShare = NETWORK.test(mount.fileSystem);
    const isDisk = mount.source.startsWith('/dev/') && !NO_MEDIA.test(mount.source);
    if ((!isDisk && !isShare) || mount.path === '/' || /^\/(?:boot|efi)(?:\/|$)/.test(mount.path)) continue;
    const medium = isShare ? shareOf(mount) : await diskOf(mount, labels, readers);
    if (!medium.removable && !MEDIA_FOLDERS.test(medium.path)) continue;
    // One device may be mounted at several places; the first is where its desktop put it.
    if (!found.has(mount.source)) found.set(mount.source, medium);
  }
  return [...found.values()];
}

/** `/proc/self/mountinfo`, as proc(5) has it. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6);
    const [, , device, root, path, options] = fields;
    const [fileSystem, source, own = ''] = fields.slice(dash + 1);
    if (dash < 0 || device === undefined || root === undefined || path === undefined) return [];
    if (fileSystem === undefined || source === undefined) return [];
    return [
      {
        device,
        root: unescaped(root),
        path: unescaped(path),
        options: [...(options ?? '').split(','), ...own.split(',')],
        fileSystem,
        source: unescaped(source),
      },
    ];
  });
}

function shareOf(mount: Mount): Mounted {
  const { path, fileSystem, source } = mount;
  const name = basename(path);
  return {
    path,
    name,
    kind: 'disk',
    device: source,
    fileSystem,
    removable: false,
    readOnly: isReadOnly(mount),
  };
}

async function diskOf(
  mount: Mount,
  labels: ReadonlyMap<string, string>,
  readers: SystemReaders,
): Promise<Mounted> {
  const node = basename((await readers.real(mount.source)) ?? mount.source);
  const block =
    (await readers.real(`/sys/dev/block/${mount.device}`)) ??
    (await readers.real(`/sys/class/block/${node}`));
  const disk = block === undefined ? undefined : await wholeDisk(block, readers);
  const fact = async (name: string) =>
    disk === undefined ? undefined : (await readers.text(`${disk}/${name}`))?.trim();
  const isUsb = disk !== undefined && /\/usb\d/.test(disk);
  const isCard = disk !== undefined && disk.includes('/mmc_host/') && (await fact('device/type')) !== 'MMC';
  const [model, connection] = [await modelOf(fact), await connectionOf(disk, readers)];
  const device = [model, connection].filter((part) => part !== undefined).join(', ');
  const isReader = isUsb && /\bcard\b|\bsd\/?mmc\b/i.test(model ?? '');
  const removable = isUsb || isCard || (await fact('removable')) === '1';
  return {
    path: mount.path,
    name: labels.get(node) ?? basename(mount.path),
    kind: isCard || isReader ? 'card' : isUsb ? 'usb' : 'disk',
    device: device === '' ? null : device,
    fileSystem: await fileSystemOf(mount, readers),
    removable,
    readOnly: isReadOnly(mount) || (await fact('ro')) === '1',
  };
}

/** The disk of a partition, and the one below an encrypted or logical volume. */
async function wholeDisk(block: string, readers: SystemReaders, layer = 0): Promise<string> {
  const [below] = layer < MOST_LAYERS ? await readers.names(`${block}/slaves`) : [];
  if (below !== undefined) {
    const lower = await readers.real(`/sys/class/block/${below}`);
    if (lower !== undefined) return wholeDisk(lower, readers, layer + 1);
  }
  return (await readers.text(`${block}/partition`)) === undefined ? block : dirname(block);
}

async function modelOf(fact: (name: string) => Promise<string | undefined>): Promise<string | undefined> {
  const model = (await fact('device/model')) ?? (await fact('device/name'));
  if (model === undefined || model === '') return undefined;
  const vendor = (await fact('device/vendor')) ?? '';
  // SATA disks and NVMe tell a bus or a number as their vendor.
  const isName = vendor !== '' && !/^(?:ATA|0x[0-9a-f]+)$/i.test(vendor) && !model.startsWith(vendor);
  return (isName ? `${vendor} ${model}` : model).replaceAll(/\s+/g, ' ');
}

/** How fast it is connected, not how fast it could be: `USB 3.2`, `USB 2.0` also for a faster one at such a port. */
async function connectionOf(disk: string | undefined, readers: SystemReaders): Promise<string | undefined> {
  const port = disk === undefined ? undefined : /^.*\/usb\d+(?:\/[\d.-]+)+(?=\/)/.exec(disk)?.[0];
  if (port === undefined) return undefined;
  const speed = Number(await readers.text(`${port}/speed`));
  if (!(speed > 0)) return 'USB';
  if (speed < 480) return 'USB 1.1';
  if (speed < 5000) return 'USB 2.0';
  const version = /^\s*(\d\.\d)/.exec((await readers.text(`${port}/version`)) ?? '')?.[1];
  return version === undefined || version < '3' ? 'USB 3' : `USB ${version}`;
}

/** A driver in user space hides which one it is; udev has looked. */
async function fileSystemOf(mount: Mount, readers: SystemReaders): Promise<string> {
  if (mount.fileSystem !== 'fuseblk') return mount.fileSystem;
  const known = await readers.text(`/run/udev/data/b${mount.device}`);
  return /^E:ID_FS_TYPE=(.+)$/m.exec(known ?? '')?.[1] ?? 'ntfs';
}

/** The label of each device node, as udev links them: `PLANT\x2007` -> ../../sdb1. */
async function readLabels(readers: SystemReaders): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  for (const name of await readers.names('/dev/disk/by-label')) {
    const node = await readers.real(`/dev/disk/by-label/${name}`);
    if (node !== undefined) labels.set(basename(node), withoutHex(name));
  }
  return labels;
}

function withoutHex(name: string): string {
  const bytes = name.replaceAll(/\\x([0-9a-f]{2})/gi, (_match, hex: string) => `%${hex}`);
  try {
    return decodeURIComponent(bytes.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    return name;
  }
}

/** Blank, tab, newline and backslash stand as octal numbers. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_match, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

function isReadOnly({ options }: Mount): boolean {
  return options.includes('ro');
}
