// A registry under test: what was found of its name, its certificate, the login and what that may do.
import { z } from 'zod';
import { WireError } from '../errors/wire.ts';

export const ProbeStep = z.strictObject({
  step: z.enum(['name', 'tls', 'login', 'permission']),
  state: z.enum(['ok', 'warn', 'failed', 'notTested']),
  /** One or two words: `Found`, `Trusted`, `Refused`, `Plain http`. */
  word: z.string(),
  /** One sentence: `registry.plant.example is 10.20.0.14, answers on port 443 in 2 ms`. */
  fact: z.string(),
});
export type ProbeStep = z.infer<typeof ProbeStep>;

/** A test stops at the first fault; what stands above it was not tested. Nothing is written. */
export const ProbeResult = z.strictObject({
  host: z.string(),
  at: z.string(),
  milliseconds: z.number(),
  steps: z.array(ProbeStep),
  /** From the host's own certificate to the root, as sent. Empty for plain http. */
  chain: z.array(
    z.strictObject({
      subject: z.string(),
      issuer: z.string(),
      validTo: z.string(),
      fingerprint256: z.string(),
    }),
  ),
  error: WireError.nullable(),
});
export type ProbeResult = z.infer<typeof ProbeResult>;
