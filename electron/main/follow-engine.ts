// What the shell itself takes from the events that pass through it to the page.
import type { Events } from '../../shared/ipc/types.ts';
import { payloadOf } from '../host/bind.ts';

/** Some of the contract's events. */
export type SomeEvents = { readonly [G in keyof Events]?: Partial<Events[G]> };

/** Hands each event that `listeners` has to its listener, parsed; what is not as the contract has it is passed over. */
export function createFollower(
  listeners: SomeEvents,
): (group: string, name: string, payload: unknown) => void {
  return (group, name, payload) => {
    const parsed = payloadOf(group, name)?.safeParse(payload);
    if (parsed?.success === true) (listeners as Table)[group]?.[name]?.(parsed.data);
  };
}

type Table = Readonly<Record<string, Readonly<Record<string, (payload: unknown) => void>> | undefined>>;
