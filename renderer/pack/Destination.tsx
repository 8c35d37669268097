// Third step: where the bundle goes, what that means for it, and how it is called there.
import { useEffect } from 'react';
import type { LockView } from '../../shared/station/contents.ts';
import type { Medium } from '../../shared/station/media.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Path } from '../ui/Path.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatDuration, formatRate } from '../ui/quantities.ts';
import { LockGoesAcross, SizePlate } from './BundlePlates.tsx';
import { chooseFolder } from './destination-actions.ts';
import styles from './Destination.module.css';
import { DestinationForm } from './DestinationForm.tsx';
import { MediaTable } from './MediaTable.tsx';
import { chooseDestination, fileNameOf, usePack } from './pack-store.ts';
import { lookAtMedia, startPack } from './pack-actions.ts';
import { blockOf, placesOf, sizeIn, soleMedium } from './places.ts';
import type { Block, Need } from './places.ts';
import { goTo, stepsOf } from './steps.ts';
import { useLastSpeed } from './use-last-speed.ts';
import type { LastSpeed } from './use-last-speed.ts';

const texts = packTexts.destination;
const LOOK_EVERY_MS = 2000;

export function Destination({ lock }: { readonly lock: LockView }) {
  const state = usePack();
  const { form } = state;
  const need: Need = { bytes: lock.bytes, largestBlob: lock.largestBlob, blobs: lock.blobs };
  const places = placesOf(state.media ?? [], state.folders);
  const place = places.find(({ path }) => path === state.place);
  const name = fileNameOf(state);
  const block = blockOf({ place, need, form, name });
  const speed = useLastSpeed();
  useMediaWatch();
  useFirstChoice(need);

  return (
    <Desk
      desk={packTexts.desk}
      title={name}
      steps={stepsOf({ now: 'destination' })}
      panel={{
        desk: packTexts.panel.bundle,
        title: packTexts.panel.notPacked,
        children: (
          <>
            <LockGoesAcross lock={lock} />
            <SizePlate lock={lock} />
            {place !== undefined && <MediumPlate place={place} size={sizeIn(form, need)} speed={speed} />}
          </>
        ),
        ...(speed === null || place === undefined
          ? {}
          : { foot: packTexts.panel.aboutFrom(formatRate(speed.bytesPerSecond), speed.bundle) }),
      }}
      say={<Say block={block} place={place} size={sizeIn(form, need)} isLost={state.place !== null} />}
      quiet={
        <Button variant="quiet" onPress={() => goTo('lock')}>
          {packTexts.back}
        </Button>
      }
      primary={primaryOf(block, place)}
    >
      <div className={styles['work']}>
        <MediaTable places={places} selected={state.place} need={need} form={form} />
        <div className={styles['below']}>
          <span className={styles['dim']}>{places.length === 0 ? texts.none : texts.appear}</span>
          <Button size="small" icon="folder" onPress={() => void chooseFolder()}>
            {texts.folder}
          </Button>
        </div>
        {state.startError !== null && (
          <div className={styles['card']}>
            <ErrorCard error={state.startError} side="pack" />
          </div>
        )}
        <DestinationForm name={name} place={place} />
      </div>
    </Desk>
  );
}

function primaryOf(block: Block | null, place: Medium | undefined) {
  switch (block?.remedy.kind) {
    case 'folder':
      return { label: texts.chooseFolder, onPress: () => void chooseFolder() };
    case 'form': {
      const { form } = block.remedy;
      return {
        label: form === 'tar' ? texts.asTar : texts.asFolder,
        onPress: () => chooseDestination({ form }),
      };
    }
    case 'name': {
      const { name } = block.remedy;
      return { label: texts.otherName(name), onPress: () => chooseDestination({ fileName: name }) };
    }
    default:
      return { label: texts.pack(place?.name ?? ''), onPress: () => void startPack() };
  }
}

interface SayProps {
  readonly block: Block | null;
  readonly place: Medium | undefined;
  readonly size: number;
  /** Something was chosen that is not there now. */
  readonly isLost: boolean;
}

function Say({ block, place, size, isLost }: SayProps) {
  if (block?.remedy.kind === 'name') return texts.sayName;
  if (place === undefined) return isLost ? texts.gone : texts.sayNone;
  if (block !== null) return texts.sayBlocked(place.name);
  return (
    <>
      {texts.sayBefore(formatBytes(size))} <b>{place.name}</b>
      {texts.sayAfter}
    </>
  );
}

function PathToCopy({ path }: { readonly path: string }) {
  return (
    <span className={styles['path']}>
      <Path path={path} />
      <CopyButton text={path} label={packTexts.panel.copyPath} />
    </span>
  );
}

interface MediumPlateProps {
  readonly place: Medium;
  readonly size: number;
  readonly speed: LastSpeed | null;
}

function MediumPlate({ place, size, speed }: MediumPlateProps) {
  const isKnown = Number.isFinite(place.freeBytes);
  return (
    <Plate
      title={packTexts.panel.medium}
      facts={[
        { term: packTexts.panel.name, value: place.name, isNumber: true },
        { term: packTexts.panel.path, value: <PathToCopy path={place.path} />, isNumber: true },
        ...(isKnown
          ? [
              {
                term: packTexts.panel.freeAfter,
                value: formatBytes(Math.max(0, place.freeBytes - size)),
                isNumber: true,
              },
            ]
          : []),
        ...(speed === null
          ? []
          : [
              {
                term: packTexts.panel.about,
                value: formatDuration(Math.max(1, Math.round(size / speed.bytesPerSecond))),
                isNumber: true,
              },
            ]),
      ]}
    />
  );
}

/** Media come and go while this step is shown. */
function useMediaWatch(): void {
  useEffect(() => {
    void lookAtMedia();
    const timer = setInterval(() => void lookAtMedia(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}

/** Where there is one medium that takes the bundle, nobody has to say which. */
function useFirstChoice({ bytes, largestBlob, blobs }: Need): void {
  const media = usePack((state) => state.media);
  useEffect(() => {
    const { place, form } = usePack.getState();
    if (place !== null || media === null) return;
    const sole = soleMedium(media, { bytes, largestBlob, blobs }, form);
    if (sole !== undefined) chooseDestination({ place: sole.path });
  }, [media, bytes, largestBlob, blobs]);
}
