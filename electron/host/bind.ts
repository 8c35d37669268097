// Runs a call of the contract whose parts came over some wire: looked up, parsed, handled, its answer parsed, its failure told.
import type { z } from 'zod';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { toWire } from '../../shared/errors/wire.ts';
import type { ResultEnvelope } from '../../shared/ipc/schemas.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import type { Events, Handlers } from '../../shared/ipc/types.ts';

export type Envelope = z.infer<typeof ResultEnvelope>;

/** Some of the contract's handlers. */
export type SomeHandlers = { readonly [G in keyof Handlers]?: Partial<Handlers[G]> };

/** What answers calls that are not handled here: the supervisor's `call`. */
export type Forward = (group: string, name: string, input: unknown) => Promise<Envelope>;

type Specs = Readonly<Record<string, Readonly<Record<string, object>>>>;
type InvokeSpec = { readonly input: z.ZodType; readonly output: z.ZodType };
type Handle = (input: unknown) => Promise<unknown>;

/**
 * Answers one call, whatever came: an unknown channel, an event's name and an input of another shape are BAD_CALL, what
 * a handler throws is told as it stands. Never rejects. Where `handlers` has none for the channel it goes to `forward`,
 * parsed already.
 */
export async function answerCall(
  specs: Specs,
  handlers: SomeHandlers,
  group: string,
  name: string,
  raw: unknown,
  forward?: Forward,
): Promise<Envelope> {
  try {
    const spec = ownOf(ownOf(specs, group), name);
    if (spec === undefined || !isInvoke(spec)) throw badCall(group, name, 'There is no such call.');
    const input = spec.input.safeParse(raw);
    if (!input.success) throw badCall(group, name, readable(input.error));
    const handle = ownOf<unknown>(ownOf<object>(handlers, group), name);
    if (typeof handle !== 'function') {
      if (forward === undefined) throw badCall(group, name, 'Nothing here answers it.');
      return await forward(group, name, input.data);
    }
    return { ok: true, value: spec.output.parse(await (handle as Handle)(input.data)) };
  } catch (error) {
    return { ok: false, error: toWire(error) };
  }
}

/** Typed functions for the events of the contract, which `send` carries. An event of another shape is a fault and throws. */
export function createEvents(send: (group: string, name: string, payload: unknown) => void): Events {
  const events: Record<string, Record<string, (payload: unknown) => void>> = {};
  for (const [group, specs] of Object.entries(schemas))
    for (const [name, spec] of Object.entries(specs) as [string, object][])
      if ('payload' in spec)
        (events[group] ??= {})[name] = (payload) =>
          send(group, name, (spec.payload as z.ZodType).parse(payload));
  return events as unknown as Events;
}

/** What an event of the contract carries; undefined where there is no such event. */
export function payloadOf(group: string, name: string): z.ZodType | undefined {
  const spec = ownOf(ownOf<Readonly<Record<string, object>>>(schemas, group), name);
  return spec !== undefined && 'payload' in spec ? (spec.payload as z.ZodType) : undefined;
}

/** What a call of the contract is answered with; undefined where there is no such call. */
export function answerOf(group: string, name: string): z.ZodType | undefined {
  const spec = ownOf(ownOf<Readonly<Record<string, object>>>(schemas, group), name);
  return spec !== undefined && isInvoke(spec) ? spec.output : undefined;
}

/** What the prototype brings along is no channel. */
function ownOf<T>(table: Readonly<Record<string, T>> | object | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key)
    ? (table as Readonly<Record<string, T>>)[key]
    : undefined;
}

function isInvoke(spec: object): spec is InvokeSpec {
  return 'input' in spec && 'output' in spec;
}

function badCall(group: string, name: string, why: string): AirlockError {
  return new AirlockError('BAD_CALL', `The call ${group}.${name} could not be taken. ${why}`);
}

/** Where and why, without the value: it may be a password. */
function readable(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
