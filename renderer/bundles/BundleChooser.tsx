// Chooses a bundle: dropped, browsed to, or one that lies on a medium in this machine.
import type { ReactNode } from 'react';
import type { FoundBundle, Medium } from '../../shared/station/media.ts';
import { browse } from '../store/browse.ts';
import { bundleTexts } from '../texts/bundles.ts';
import { DropField } from '../ui/DropField.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatBytes, formatCount, formatTime } from '../ui/quantities.ts';
import { RadioTable } from '../ui/RadioTable.tsx';
import styles from './BundleChooser.module.css';
import { placesOf } from './places.ts';
import type { BundlePlace } from './places.ts';

interface BundleChooserProps {
  readonly media: readonly Medium[] | null;
  /** The path of the bundle that is chosen; it may lie on no medium. */
  readonly selected: string | null;
  readonly onSelect: (path: string) => void;
  /** What is known of a bundle at this desk: how it was checked here before. Null where nothing is. */
  readonly aboutOf?: (bundle: FoundBundle) => ReactNode;
}

export function BundleChooser({ media, selected, onSelect, aboutOf }: BundleChooserProps) {
  const places = placesOf(media ?? [], selected);
  const pick = async (): Promise<void> => {
    const [path] = await browse({ purpose: 'bundle', multiple: false });
    if (path !== undefined) onSelect(path);
  };
  return (
    <>
      <DropField title={bundleTexts.dropTitle} text={bundleTexts.dropText} onBrowse={() => void pick()} />
      <section className={styles['media']}>
        <h2>{bundleTexts.onMedia}</h2>
        {places.length === 0 ? (
          <p className={styles['none']}>{bundleTexts.noMedia}</p>
        ) : (
          <RadioTable
            label={bundleTexts.onMedia}
            rows={places}
            rowKey={({ key }) => key}
            selected={selected}
            onSelect={onSelect}
            isDisabled={({ bundle, medium }) => bundle === null && medium !== null}
            nameOf={({ name, bundle }) =>
              bundleTexts.radio(name, bundle?.name ?? (selected === null ? bundleTexts.none : selected))
            }
            columns={[
              {
                id: 'medium',
                head: bundleTexts.medium,
                width: 220,
                render: (place) => <Place place={place} />,
              },
              {
                id: 'bundle',
                head: bundleTexts.bundle,
                width: 'fill',
                render: ({ bundle, key, medium }) =>
                  bundle === null ? (
                    <span className={styles['dim']}>{medium === null ? key : bundleTexts.none}</span>
                  ) : (
                    <span className={styles['two']}>
                      <b>{bundle.name}</b>
                      <small>
                        {bundleTexts.sealed(
                          formatBytes(bundle.bytes),
                          formatCount(bundle.items, 'item'),
                          formatTime(bundle.created),
                        )}
                        {about(aboutOf?.(bundle))}
                      </small>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </section>
    </>
  );
}

function about(known: ReactNode): ReactNode {
  return known === undefined || known === null ? null : <>, {known}</>;
}

function Place({ place: { medium, name } }: { readonly place: BundlePlace }) {
  return (
    <span className={styles['place']}>
      <Icon name={medium === null || medium.kind === 'folder' ? 'folder' : medium.kind} />
      <span className={styles['two']}>
        <b>{name}</b>
        <small>
          {medium === null
            ? bundleTexts.chosen
            : [medium.fileSystem, medium.device].filter(Boolean).join(', ')}
        </small>
      </span>
    </span>
  );
}
