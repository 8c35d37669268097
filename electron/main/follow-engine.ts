// What the shell itself takes from the events that pass through it to the page.
import type { z } from 'zod';
import { schemas } from '../../shared/ipc/schemas.ts';
import type { Events } from '../../shared/ipc/types.ts';
import { isEvent } from '../host/bind.ts';

/** Some of the contract's events. */
export type SomeEvents = { readonly [G in keyof Events]?: Partial<Events[G]> };

/** Hands each event that `listeners` has to its listener, parsed; what is not as the contract has it is passed over. */
export function createFollower(
  listeners: SomeEvents,
): (group: string, name: string, payload: unknown) => void {
  return (group, name, payload) => {
    if (!isEvent(group, name)) return;
    const listener = (listeners as Table<(payload: unknown) => void>)[group]?.[name];
    const spec = (schemas as Table<{ readonly payload?: z.ZodType }>)[group]?.[name];
    const parsed = spec?.payload?.safeParse(payload);
    if (parsed?.success === true) listener?.(parsed.data);
  };
}

type Table<T> = Readonly<Record<string, Readonly<Record<string, T>> | undefined>>;
