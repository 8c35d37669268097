// What the engine process and the one that started it tell each other. Both sides parse what comes in.
import { z } from 'zod';
import { ResultEnvelope } from '../../shared/ipc/schemas.ts';
import { WireError } from '../../shared/errors/wire.ts';

/** What an engine process is told once, before anything else. Its environment is that of its own process. */
export const EngineStart = z.strictObject({
  host: z.enum(['window', 'web']),
  stateFolder: z.string().min(1),
  version: z.string(),
});
export type EngineStart = z.infer<typeof EngineStart>;

/** What only the starting process can do: the window keeps logins in the system's keyring. */
export const HostQuestion = z.discriminatedUnion('what', [
  /** The login that is kept for a host; null where there is none. */
  z.strictObject({ what: z.literal('login'), host: z.string() }),
  z.strictObject({
    what: z.literal('storeLogin'),
    host: z.string(),
    username: z.string(),
    password: z.string(),
  }),
  z.strictObject({ what: z.literal('forgetLogin'), host: z.string() }),
]);
export type HostQuestion = z.infer<typeof HostQuestion>;

export const HostAnswer = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('login'),
    login: z.strictObject({ username: z.string(), password: z.string() }).nullable(),
  }),
  z.strictObject({ what: z.literal('storeLogin'), storedIn: z.string(), plainText: z.boolean() }),
  z.strictObject({ what: z.literal('forgetLogin') }),
]);
export type HostAnswer = z.infer<typeof HostAnswer>;

const Id = z.number().int();
const Name = z.string().max(100);

export const ToEngine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), options: EngineStart }),
  z.strictObject({ kind: z.literal('call'), id: Id, group: Name, name: Name, input: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('told'), id: Id, answer: HostAnswer }),
  z.strictObject({ kind: z.literal('refused'), id: Id, error: WireError }),
  /** Stops what is under way and ends the process. Jobs that ran can be gone on with. */
  z.strictObject({ kind: z.literal('close') }),
]);
export type ToEngine = z.infer<typeof ToEngine>;

export const FromEngine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('answer'), id: Id, result: ResultEnvelope }),
  z.strictObject({ kind: z.literal('event'), group: Name, name: Name, payload: z.unknown() }),
  z.strictObject({ kind: z.literal('ask'), id: Id, question: HostQuestion }),
]);
export type FromEngine = z.infer<typeof FromEngine>;
