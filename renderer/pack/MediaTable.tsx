// The places that a bundle can go to: how much room each has, its file system, and what that means for this bundle.
import type { Medium } from '../../shared/station/media.ts';
import { packTexts } from '../texts/pack.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { formatBytes, formatCount } from '../ui/quantities.ts';
import { Path } from '../ui/Path.tsx';
import { RadioTable } from '../ui/RadioTable.tsx';
import styles from './Destination.module.css';
import { chooseDestination, usePack } from './pack-store.ts';
import { fitOf, isFat32, sizeIn } from './places.ts';
import type { BundleForm, Fit, Need } from './places.ts';

const texts = packTexts.destination;
const ICONS = { usb: 'usb', card: 'card', disk: 'disk', folder: 'folder' } as const;

interface MediaTableProps {
  readonly places: readonly Medium[];
  readonly selected: string | null;
  readonly need: Need;
  readonly form: BundleForm;
}

export function MediaTable({ places, selected, need, form }: MediaTableProps) {
  return (
    <RadioTable
      label={texts.table}
      rows={places}
      rowKey={({ path }) => path}
      rowHeight={62}
      selected={selected}
      onSelect={(place) => chooseDestination({ place })}
      nameOf={(place) => texts.placeName(place.name, meaningOf(place, fitOf(place, need, form), need).word)}
      isDisabled={({ readOnly }) => readOnly}
      columns={[
        { id: 'medium', head: texts.medium, width: 'fill', render: (place) => <PlaceName place={place} /> },
        {
          id: 'system',
          head: texts.fileSystem,
          width: 124,
          render: ({ fileSystem, removable, readOnly }) => (
            <span className={styles['two']}>
              {fileSystemName(fileSystem)}
              <small>{readOnly ? texts.writeProtected : removable ? texts.removable : texts.fixed}</small>
            </span>
          ),
        },
        {
          id: 'space',
          head: texts.space,
          width: 196,
          render: (place) => <Space place={place} size={sizeIn(form, need)} />,
        },
        {
          id: 'means',
          head: texts.means,
          width: 308,
          render: (place) => <Means place={place} fit={fitOf(place, need, form)} need={need} />,
        },
      ]}
    />
  );
}

function PlaceName({ place }: { readonly place: Medium }) {
  return (
    <span className={styles['place']}>
      <Icon name={ICONS[place.kind]} size={20} />
      <span className={styles['two']}>
        <b>{place.name}</b>
        <small>
          <WhatItIs place={place} />
        </small>
      </span>
    </span>
  );
}

/** A folder is told by where it lies, a medium by its maker, else by its kind: where it is mounted says nothing of it. */
function WhatItIs({ place: { kind, device, path } }: { readonly place: Medium }) {
  const isChosen = usePack(({ folders }) => folders.includes(path));
  if (isChosen || kind === 'folder') return <Path path={path} />;
  return <span title={path}>{device ?? texts.kinds[kind]}</span>;
}

/** Grey what is taken, in the side's colour what this bundle will take. */
function Space({ place, size }: { readonly place: Medium; readonly size: number }) {
  if (place.totalBytes === 0) return null;
  const taken = 1 - place.freeBytes / place.totalBytes;
  const ours = Math.min(1 - taken, size / place.totalBytes);
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  return (
    <span className={styles['two']}>
      <span className={styles['room']} aria-hidden="true">
        <i style={{ width: percent(taken) }} />
        {!place.readOnly && (
          <i style={{ left: percent(taken), width: `max(1px, ${percent(ours)})` }} data-is="ours" />
        )}
      </span>
      <small>{texts.free(formatBytes(place.freeBytes), formatBytes(place.totalBytes))}</small>
    </span>
  );
}

const MARKS: Readonly<Record<Fit['kind'], { readonly icon: IconName; readonly tone: string }>> = {
  fits: { icon: 'check', tone: 'ok' },
  folder: { icon: 'info', tone: 'dim' },
  full: { icon: 'close', tone: 'fail' },
  fileTooLarge: { icon: 'close', tone: 'fail' },
  tooManyFiles: { icon: 'close', tone: 'fail' },
  readOnly: { icon: 'close', tone: 'fail' },
};

function Means({ place, fit, need }: { readonly place: Medium; readonly fit: Fit; readonly need: Need }) {
  const { icon, tone } = MARKS[fit.kind];
  const { word, hint } = meaningOf(place, fit, need);
  return (
    <span className={styles['two']}>
      <span className={`${styles['word']} ${styles[tone]}`}>
        <Icon name={icon} size={14} />
        {word}
      </span>
      <small className={styles['hint']}>{hint}</small>
    </span>
  );
}

function meaningOf(place: Medium, fit: Fit, need: Need): { readonly word: string; readonly hint: string } {
  switch (fit.kind) {
    case 'fits':
      return { word: texts.fits, hint: fileSystemHint(place, need) };
    case 'folder':
      return { word: texts.notAMedium, hint: texts.notAMediumHint };
    case 'full':
      return { word: texts.full(formatBytes(fit.missingBytes)), hint: texts.fullHint };
    case 'fileTooLarge':
      return {
        word: texts.fileTooLarge,
        hint: fit.isTarAlone
          ? texts.tarTooLarge(formatBytes(fit.fileBytes))
          : texts.fileTooLargeHint(formatBytes(fit.fileBytes)),
      };
    case 'tooManyFiles':
      return { word: texts.tooManyFiles, hint: texts.tooManyFilesHint(formatCount(fit.blobs, 'file')) };
    default:
      return {
        word: texts.readOnly,
        hint: place.kind === 'card' ? texts.readOnlyHint.card : texts.readOnlyHint.other,
      };
  }
}

function fileSystemHint(place: Medium, { largestBlob }: Need): string {
  if (isFat32(place)) return texts.fitsHint.fat(formatBytes(largestBlob));
  const system = place.fileSystem.toLowerCase();
  if (system === 'exfat') return texts.fitsHint.exfat;
  if (system.startsWith('ntfs') || system === 'fuseblk') return texts.fitsHint.ntfs;
  if (system === 'apfs' || system.startsWith('hfs')) return texts.fitsHint.apfs;
  return /^(?:ext[234]|xfs|btrfs|f2fs)$/.test(system) ? texts.fitsHint.linux : texts.fitsHint.other;
}

const NAMES: Readonly<Record<string, string>> = {
  exfat: 'exFAT',
  vfat: 'FAT32',
  msdos: 'FAT32',
  fat32: 'FAT32',
  ntfs: 'NTFS',
  ntfs3: 'NTFS',
  apfs: 'APFS',
};

function fileSystemName(name: string): string {
  return NAMES[name.toLowerCase()] ?? name;
}
