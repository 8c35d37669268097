// Both sides of the contract, derived from it.
import type { z } from 'zod';
import type { WireError } from '../errors/wire.ts';
import type { Channels } from './channels.ts';
import type { schemas } from './schemas.ts';

type Schemas = typeof schemas;
type NamesOf<G extends keyof Channels, Kind> = {
  [K in keyof Channels[G]]: Channels[G][K] extends Kind ? K : never;
}[keyof Channels[G]];

type Input<S> = S extends { readonly input: infer I extends z.ZodType } ? z.infer<I> : never;
type Output<S> = S extends { readonly output: infer O extends z.ZodType } ? z.infer<O> : never;
type Payload<S> = S extends { readonly payload: infer P extends z.ZodType } ? z.infer<P> : never;

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** What runs the calls: one function a channel. Throws AirlockError; the binding turns that into a Result. */
export type Handlers = {
  readonly [G in keyof Channels]: {
    readonly [K in NamesOf<G, 'invoke'>]: (
      input: Input<Schemas[G][K & keyof Schemas[G]]>,
    ) => Promise<Output<Schemas[G][K & keyof Schemas[G]]>>;
  };
};

/** What tells events: one function a channel. */
export type Events = {
  readonly [G in keyof Channels as NamesOf<G, 'event'> extends never ? never : G]: {
    readonly [K in NamesOf<G, 'event'>]: (payload: Payload<Schemas[G][K & keyof Schemas[G]]>) => void;
  };
};

/** What the screens see. */
export type StationApi = {
  readonly [G in keyof Channels]: {
    readonly [K in NamesOf<G, 'invoke'>]: (
      input: Input<Schemas[G][K & keyof Schemas[G]]>,
    ) => Promise<Result<Output<Schemas[G][K & keyof Schemas[G]]>>>;
  } & {
    readonly [K in NamesOf<G, 'event'>]: (
      listener: (payload: Payload<Schemas[G][K & keyof Schemas[G]]>) => void,
    ) => () => void;
  };
};
