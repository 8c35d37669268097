// Media as the systems tell of them, in their own words.
import { describe, expect, it } from 'vitest';
import { linuxMedia, parseMounts } from '../../../electron/host/media/linux-media.ts';
import type { SystemReaders } from '../../../electron/host/media/mounted.ts';
import { darwinMedia, windowsMedia } from '../../../electron/host/media/other-media.ts';
import { ejectPrograms } from '../../../electron/host/media/eject.ts';

const MOUNTS = String.raw`22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
23 27 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
31 27 259:1 / /boot/efi rw,relatime shared:62 - vfat /dev/nvme0n1p1 rw,fmask=0077
33 25 0:27 / /run/user/1000 rw,nosuid shared:400 - tmpfs tmpfs rw,size=1610k,mode=700
40 27 7:1 / /snap/core22/1380 ro,nodev,relatime shared:67 - squashfs /dev/loop1 ro
612 27 8:17 / /run/media/amy/PLANT\04007 rw,nosuid,nodev,relatime shared:410 - exfat /dev/sdb1 rw,uid=1000,iocharset=utf8
613 27 8:17 / /home/amy/stick rw,nosuid,nodev,relatime shared:411 - exfat /dev/sdb1 rw
620 27 179:1 / /run/media/amy/CARD-2 ro,nosuid,nodev,relatime shared:420 - vfat /dev/mmcblk0p1 ro,uid=1000
630 27 8:33 / /media/amy/BACKUP rw,relatime shared:430 - fuseblk /dev/sdc1 rw,user_id=0,blksize=4096
640 27 253:3 / /mnt/vault rw,relatime shared:440 - ext4 /dev/mapper/luks-5a rw
650 27 0:61 / /mnt/store rw,relatime shared:450 - nfs4 nas.example:/export rw,vers=4.2
660 27 259:7 / /mnt/data rw,relatime shared:460 - xfs /dev/nvme1n1p1 rw
670 27 259:9 / /var/lib/containers rw,relatime shared:470 - xfs /dev/nvme1n1p2 rw`;

const BLOCK = '/sys/devices/pci0000:00';
const USB = `${BLOCK}/0000:00:14.0`;
const SDB = `${USB}/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb`;
const SDC = `${USB}/usb2/2-2/2-2.1/2-2.1:1.0/host7/target7:0:0/7:0:0:0/block/sdc`;
const SDD = `${USB}/usb1/1-4/1-4:1.0/host8/target8:0:0/8:0:0:0/block/sdd`;
const MMC = `${BLOCK}/0000:00:1a.0/rtsx/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0`;
const NVME = `${BLOCK}/0000:00:06.0/0000:03:00.0/nvme/nvme1/nvme1n1`;

const TEXTS: Readonly<Record<string, string>> = {
  '/proc/self/mountinfo': MOUNTS,
  [`${SDB}/sdb1/partition`]: '1\n',
  [`${SDB}/removable`]: '1\n',
  [`${SDB}/ro`]: '0\n',
  [`${USB}/usb2/2-1/speed`]: '10000\n',
  [`${USB}/usb2/2-1/version`]: ' 3.20\n',
  [`${USB}/usb2/2-2/2-2.1/speed`]: '480\n',
  [`${USB}/usb2/2-2/2-2.1/version`]: ' 2.10\n',
  [`${SDB}/device/vendor`]: 'SanDisk \n',
  [`${SDB}/device/model`]: 'Extreme Pro     \n',
  [`${SDC}/sdc1/partition`]: '1\n',
  [`${SDC}/removable`]: '0\n',
  [`${SDC}/device/vendor`]: 'ATA     \n',
  [`${SDC}/device/model`]: 'Samsung SSD T7\n',
  [`${SDD}/sdd1/partition`]: '1\n',
  [`${SDD}/removable`]: '0\n',
  [`${SDD}/device/vendor`]: 'Generic \n',
  [`${SDD}/device/model`]: 'SD/MMC Reader\n',
  [`${MMC}/mmcblk0p1/partition`]: '1\n',
  [`${MMC}/removable`]: '0\n',
  [`${MMC}/ro`]: '1\n',
  [`${MMC}/device/type`]: 'SD\n',
  [`${MMC}/device/name`]: 'SC64G\n',
  [`${NVME}/nvme1n1p1/partition`]: '1\n',
  [`${NVME}/nvme1n1p2/partition`]: '2\n',
  [`${NVME}/removable`]: '0\n',
  [`${NVME}/device/model`]: 'WD_BLACK SN850X\n',
  '/run/udev/data/b8:33': 'S:disk/by-label/BACKUP\nE:ID_FS_TYPE=ntfs\nE:ID_FS_LABEL=BACKUP\n',
};
const LINKS: Readonly<Record<string, string>> = {
  '/sys/dev/block/8:17': `${SDB}/sdb1`,
  '/sys/dev/block/179:1': `${MMC}/mmcblk0p1`,
  '/sys/dev/block/8:33': `${SDC}/sdc1`,
  '/sys/dev/block/253:3': '/sys/devices/virtual/block/dm-3',
  '/sys/class/block/sdd1': `${SDD}/sdd1`,
  '/sys/dev/block/259:7': `${NVME}/nvme1n1p1`,
  '/sys/dev/block/259:9': `${NVME}/nvme1n1p2`,
  '/dev/disk/by-label/PLANT\\x2007': '/dev/sdb1',
  '/dev/disk/by-label/Stra\\xc3\\x9fe': '/dev/dm-3',
  '/dev/mapper/luks-5a': '/dev/dm-3',
};
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '/dev/disk/by-label': ['PLANT\\x2007', 'Stra\\xc3\\x9fe'],
  '/sys/devices/virtual/block/dm-3/slaves': ['sdd1'],
};
const readers: SystemReaders = {
  text: (path) => Promise.resolve(TEXTS[path]),
  names: (folder) => Promise.resolve(FOLDERS[folder] ?? []),
  real: (path) => Promise.resolve(LINKS[path]),
};

describe('media of linux', () => {
  it('lists what was put in and what people mounted, once each, and nothing of the system', async () => {
    const media = await linuxMedia(readers);
    expect(media.map(({ path }) => path)).toEqual([
      '/run/media/amy/PLANT 07',
      '/run/media/amy/CARD-2',
      '/media/amy/BACKUP',
      '/mnt/vault',
      '/mnt/store',
      '/mnt/data',
    ]);
  });

  it('says label, maker, connection, kind, file system and write protection of each', async () => {
    const [stick, card, disk, vault, share, data] = await linuxMedia(readers);
    expect(stick).toEqual({
      path: '/run/media/amy/PLANT 07',
      name: 'PLANT 07',
      kind: 'usb',
      device: 'SanDisk Extreme Pro, USB 3.2',
      fileSystem: 'exfat',
      removable: true,
      readOnly: false,
    });
    expect(card).toMatchObject({
      kind: 'card',
      device: 'SC64G',
      readOnly: true,
      removable: true,
      fileSystem: 'vfat',
    });
    expect(disk).toMatchObject({
      kind: 'usb',
      device: 'Samsung SSD T7, USB 2.0',
      fileSystem: 'ntfs',
      removable: true,
    });
    expect(vault).toMatchObject({
      name: 'Straße',
      kind: 'card',
      device: 'Generic SD/MMC Reader, USB',
      removable: true,
    });
    expect(share).toMatchObject({
      name: 'store',
      kind: 'disk',
      device: 'nas.example:/export',
      removable: false,
    });
    expect(data).toMatchObject({ kind: 'disk', device: 'WD_BLACK SN850X', removable: false });
  });

  it('reads escaped mount points, and passes over lines that are none', () => {
    expect(parseMounts('nonsense\n\n36 35 98:0 / /a\\134b\\011c rw - ext3 /dev/root rw')).toMatchObject([
      { path: '/a\\b\tc', source: '/dev/root', fileSystem: 'ext3' },
    ]);
  });
});

it('lists the volumes of macOS, with FAT under the name that limits it', () => {
  const text = [
    '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
    'devfs on /dev (devfs, local, nobrowse)',
    '/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)',
    '/dev/disk4s1 on /Volumes/PLANT (07) (exfat, local, nodev, nosuid, noowners)',
    '/dev/disk5s1 on /Volumes/OLD (msdos, local, nodev, nosuid, read-only, noowners)',
    '//amy@nas.example/share on /Volumes/share (smbfs, nodev, nosuid, mounted by amy)',
  ].join('\n');
  expect(darwinMedia(text)).toEqual([
    {
      path: '/Volumes/PLANT (07)',
      name: 'PLANT (07)',
      kind: 'usb',
      device: null,
      fileSystem: 'exfat',
      removable: true,
      readOnly: false,
    },
    {
      path: '/Volumes/OLD',
      name: 'OLD',
      kind: 'usb',
      device: null,
      fileSystem: 'vfat',
      removable: true,
      readOnly: true,
    },
    {
      path: '/Volumes/share',
      name: 'share',
      kind: 'disk',
      device: '//nas.example/share',
      fileSystem: 'smbfs',
      removable: false,
      readOnly: false,
    },
  ]);
});

it('lists the letters of Windows that answer, save its own', async () => {
  const there = new Set(['C:\\', 'E:\\']);
  const media = await windowsMedia('C:', (path) => Promise.resolve(there.has(path)));
  expect(media).toMatchObject([{ path: 'E:\\', name: 'E:' }]);
});

describe('eject', () => {
  it('unmounts and switches off by the device where it can, else by the path', () => {
    expect(ejectPrograms('linux', '/run/media/amy/X', '/dev/sdb1').map(({ name }) => name)).toEqual([
      'udisksctl',
      'umount',
    ]);
    expect(ejectPrograms('linux', '/mnt/-o', 'nas:/x')).toEqual([
      { name: 'umount', parameters: ['--', '/mnt/-o'] },
    ]);
  });

  it('tells PowerShell a letter and nothing else', () => {
    expect(ejectPrograms('win32', 'E:\\', undefined)[0]?.parameters.at(-1)).toBe('E:');
    expect(ejectPrograms('win32', 'E:\\"; calc', undefined)).toEqual([]);
  });
});
