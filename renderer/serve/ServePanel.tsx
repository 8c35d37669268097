// What is served, or would be, beside the gap: each bundle as a plate, and the figures since the start.
import { useEffect } from 'react';
import type { BundleSummary } from '../../shared/format/results.ts';
import type { ServeState } from '../../shared/ipc/schemas.ts';
import { useMedia } from '../bundles/use-media.ts';
import { serveTexts } from '../texts/serve.ts';
import { kindTexts } from '../texts/states.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatClock, formatCount, formatNumber, formatTime } from '../ui/quantities.ts';
import type { BundleChoice } from './choices.ts';
import { lookAtBundle } from './serve-actions.ts';
import { useServe } from './serve-store.ts';
import type { AboutBundle, ServeForm } from './serve-store.ts';

const texts = serveTexts.panel;
const KINDS = ['image', 'chart', 'file'] as const;

export function OnPanel({ state }: { readonly state: ServeState }) {
  const media = useMedia();
  const numbers = [
    { term: texts.requests, value: formatNumber(state.requests), isNumber: true },
    { term: texts.refused, value: formatNumber(state.refused), isNumber: true },
    { term: texts.sent, value: <Bytes value={state.sentBytes} />, isNumber: true },
    ...(state.writable === null
      ? []
      : [{ term: texts.received, value: <Bytes value={state.receivedBytes} />, isNumber: true }]),
  ];
  return (
    <>
      {state.bundles.map((bundle) => {
        const medium = media?.find(({ bundles }) => bundles.some(({ path }) => path === bundle.path));
        return <BundlePlate key={bundle.path} bundle={bundle} medium={medium?.name ?? null} />;
      })}
      {state.writable !== null && (
        <Plate title={texts.pushes} facts={[{ term: texts.folder, value: state.writable }]} />
      )}
      <Plate title={texts.since(formatClock(state.since ?? Date.now()))} facts={numbers} />
    </>
  );
}

interface OffPanelProps {
  readonly choices: readonly BundleChoice[];
  readonly form: ServeForm;
}

export function OffPanel({ choices, form }: OffPanelProps) {
  return choices
    .filter(({ path }) => form.ticked.includes(path))
    .map((choice) => (
      <BundlePlate
        key={choice.path}
        bundle={{ path: choice.path, name: choice.name }}
        medium={choice.medium?.name ?? null}
      />
    ));
}

interface BundlePlateProps {
  readonly bundle: Pick<BundleSummary, 'path' | 'name'>;
  readonly medium: string | null;
}

function BundlePlate({ bundle, medium }: BundlePlateProps) {
  const about = useServe((state) => state.about[bundle.path]);
  useEffect(() => void lookAtBundle(bundle.path), [bundle.path]);
  return (
    <Plate
      title={bundle.name}
      facts={[
        medium === null ? { term: texts.folder, value: bundle.path } : { term: texts.medium, value: medium },
        ...(about === undefined || about === null
          ? []
          : [
              { term: texts.verified, value: verifiedOf(about) },
              { term: texts.holds, value: holdsOf(about) },
            ]),
      ]}
    />
  );
}

function verifiedOf({ lastVerify }: AboutBundle): string {
  if (lastVerify === null) return texts.notVerified;
  return `${formatTime(lastVerify.at)}, ${texts.outcomes[lastVerify.outcome]}`;
}

function holdsOf({ inspection }: AboutBundle): string {
  return KINDS.flatMap((kind) => {
    const count = inspection.items.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [formatCount(count, kindTexts[kind].one, kindTexts[kind].many)];
  }).join(', ');
}
