// What the stand-in and the test that started it tell each other.
import { z } from 'zod';

/** How the machine is that main finds itself on; by environment, since main starts before anybody can talk to it. */
export const Machine = z.strictObject({
  isPackaged: z.boolean(),
  keyring: z.enum(['gnome_libsecret', 'basic_text', 'locked']),
  screens: z.array(z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
});
export type Machine = z.infer<typeof Machine>;

export const MACHINE_VARIABLE = 'STAND_IN_MACHINE';

/** Something that main did, or that befell it. */
export const Record = z.strictObject({
  kind: z.literal('record'),
  what: z.string(),
  value: z.unknown().optional(),
});
export type Record = z.infer<typeof Record>;

export const FromStandIn = z.discriminatedUnion('kind', [
  Record,
  /** A dialog waits for its answer. */
  z.strictObject({ kind: z.literal('asks'), id: z.number(), what: z.string(), options: z.unknown() }),
  z.strictObject({
    kind: z.literal('did'),
    id: z.number(),
    value: z.unknown().optional(),
    fault: z.string().optional(),
  }),
]);

export const ToStandIn = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), id: z.number(), value: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('do'), id: z.number(), what: z.string(), value: z.unknown().optional() }),
]);
