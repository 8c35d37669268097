// The bundle beside the gap, step by step: what goes across, how large it will be, where it goes and what has arrived.
import type { ReactNode } from 'react';
import type { Draft, ItemKind, LockView } from '../../shared/station/contents.ts';
import { packTexts } from '../texts/pack.ts';
import { kindTexts } from '../texts/states.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatNumber } from '../ui/quantities.ts';
import styles from './BundlePlates.module.css';
import { countKinds } from './draft.ts';

const texts = packTexts.panel;
const ORDER: readonly ItemKind[] = ['image', 'chart', 'file'];

const MOST_SOURCES = 6;

interface Fact {
  readonly term: string;
  readonly value: ReactNode;
  readonly isNumber?: boolean;
}

/** How many of each kind; a kind that nothing is of is not spoken of, save where nothing is there at all. */
export function GoesAcross({ draft, left }: { readonly draft: Draft; readonly left: number }) {
  const counts = countKinds(draft.items);
  return (
    <Plate
      title={texts.goes}
      facts={[
        ...ORDER.map((kind) => ({
          term: kindTexts[kind].title,
          value: formatNumber(counts[kind]),
          isNumber: true,
        })),
        platformFact(draft.platforms),
        ...(left > 0 ? [{ term: texts.leftOut, value: formatNumber(left), isNumber: true }] : []),
      ]}
    />
  );
}

export function LockGoesAcross({ lock }: { readonly lock: LockView }) {
  return (
    <Plate
      title={texts.goes}
      facts={[
        { term: kindTexts.image.title, value: formatNumber(lock.images), isNumber: true },
        { term: kindTexts.chart.title, value: formatNumber(lock.charts), isNumber: true },
        { term: kindTexts.file.title, value: formatNumber(lock.files), isNumber: true },
        platformFact(lock.platforms),
      ]}
    />
  );
}

/** Null where nobody knows before the lock. */
export function SizePlate({ lock }: { readonly lock: LockView | null }) {
  const facts: Fact[] =
    lock === null
      ? [
          { term: texts.toDownload, value: <AfterLock /> },
          { term: texts.onMedium, value: <AfterLock /> },
        ]
      : [
          {
            term: texts.toDownload,
            value: (
              <b>
                <Bytes value={lock.bytes} />
              </b>
            ),
          },
          { term: texts.shared, value: <Bytes value={lock.sharedBytes} /> },
          { term: texts.largest, value: <Bytes value={lock.largestBlob} /> },
          { term: texts.onMedium, value: <Bytes value={lock.bytes} /> },
        ];
  return <Plate title={texts.size} facts={facts.map((fact) => ({ ...fact, isNumber: true }))} />;
}

/** What locking cost at each host, and what they let be asked still. */
export function SourcesPlate({ sources }: Pick<LockView, 'sources'>) {
  const shown = sources.slice(0, MOST_SOURCES);
  const others = sources.slice(MOST_SOURCES);
  const limits = sources.flatMap(({ host, limit }) => (limit === null ? [] : [{ host, ...limit }]));
  return (
    <Plate
      title={texts.requests}
      facts={[
        ...shown.map(({ host, requests }) => ({ term: host, value: formatNumber(requests), isNumber: true })),
        ...(others.length === 0
          ? []
          : [
              {
                term: texts.otherHosts(others.length),
                value: formatNumber(others.reduce((sum, { requests }) => sum + requests, 0)),
                isNumber: true,
              },
            ]),
        ...(limits.length === 0
          ? [{ term: texts.limits, value: texts.noLimits, isNumber: true }]
          : limits.map(({ host, remaining, of }) => ({
              term: texts.limitOf(host),
              value: texts.leftOf(formatNumber(remaining), formatNumber(of)),
              isNumber: true,
            }))),
      ]}
    />
  );
}

function AfterLock() {
  return <span className={styles['dim']}>{texts.afterLock}</span>;
}

function platformFact(platforms: readonly string[]): Fact {
  return {
    term: platforms.length > 1 ? texts.platforms : texts.platform,
    value: platforms.length === 0 ? texts.all : platforms.join(', '),
    isNumber: true,
  };
}
