// The application: first start, or the shell around the desk that is on the screen.
import { lazy, Suspense } from 'react';
import type { ComponentType } from 'react';
import type { DeskName } from '../store/navigation.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSettings } from '../store/settings.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { FirstStart } from './FirstStart.tsx';
import { Overlays } from './Overlays.tsx';
import { Shell } from './Shell.tsx';

const SCREENS: Readonly<Record<DeskName, ComponentType>> = {
  pack: lazy(async () => ({ default: (await import('../pack/Screen.tsx')).Screen })),
  verify: lazy(async () => ({ default: (await import('../verify/Screen.tsx')).Screen })),
  import: lazy(async () => ({ default: (await import('../import/Screen.tsx')).Screen })),
  serve: lazy(async () => ({ default: (await import('../serve/Screen.tsx')).Screen })),
  history: lazy(async () => ({ default: (await import('../history/Screen.tsx')).Screen })),
  settings: lazy(async () => ({ default: (await import('../settings/Screen.tsx')).Screen })),
};

export function App() {
  const side = useSettings(({ settings }) => settings.side);
  const desk = useNavigation((state) => state.desk);
  if (side === null) return <FirstStart />;
  const Screen = SCREENS[desk];
  return (
    <>
      <Shell>
        <ErrorBoundary key={desk}>
          <Suspense fallback={null}>
            <Screen />
          </Suspense>
        </ErrorBoundary>
      </Shell>
      <Overlays />
    </>
  );
}
