// What is known of the station these screens belong to: its host, its version, its engine and the machine's routes.
import { create } from 'zustand';
import type { z } from 'zod';
import type { schemas, StationFacts } from '../../shared/ipc/schemas.ts';
import { bridge } from '../bridge/client.ts';
import { unwrap } from './unwrap.ts';

type StationChanged = z.infer<(typeof schemas)['station']['changed']['payload']>;

/** `lost` is this page's own: the station does not answer it, whatever its engine does meanwhile. */
type Engine = StationFacts['engine'] | 'lost';

interface Session {
  /** Null until the station has answered once. */
  readonly facts: (Omit<StationFacts, 'engine'> & { readonly engine: Engine }) | null;
}

export const useSession = create<Session>()(() => ({ facts: null }));

/** Asks the station what it is; `facts.opened` is told once, so it is returned and not kept. */
export async function describeStation(): Promise<StationFacts> {
  const facts = unwrap(await bridge().station.describe(undefined));
  useSession.setState({ facts: { ...facts, opened: [] } });
  return facts;
}

export function stationChanged({ engine, route }: StationChanged): void {
  useSession.setState(({ facts }) => ({ facts: facts === null ? null : { ...facts, engine, route } }));
}

export function stationLost(): void {
  useSession.setState(({ facts }) => ({ facts: facts === null ? null : { ...facts, engine: 'lost' } }));
}

/** Whether these screens stand in a window of their own. */
export function isWindow(): boolean {
  return useSession.getState().facts?.host === 'window';
}
