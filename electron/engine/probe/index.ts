// Tests a registry step by step, to its first fault, without writing anything.
import type { ProbeResult, ProbeStep } from '../../../shared/station/target.ts';
import { onSide } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { createRegistryClient } from '../registry/index.ts';

export interface ProbeChoice {
  readonly host: string;
  /** Where things are to be written; empty for the registry as a whole. */
  readonly prefix: string;
  /** In place of what this machine has for the host. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

export interface ProbeOptions extends EngineOptions {
  readonly authFile: string;
}

export async function probeRegistry(
  { host }: ProbeChoice,
  options: ProbeOptions,
  context: JobContext,
): Promise<ProbeResult> {
  const client = createRegistryClient({ ...options, limits: context.limits, clock: context.clock });
  const began = context.clock.now();
  let error: ProbeResult['error'] = null;
  try {
    await client.ping(host, { signal: context.signal });
  } catch (thrown) {
    context.signal.throwIfAborted();
    error = toWire(onSide(thrown, 'target'));
  } finally {
    await client.close();
  }
  const steps: ProbeStep[] = [
    {
      step: 'name',
      state: error === null ? 'ok' : 'failed',
      word: error === null ? 'Found' : 'Refused',
      fact: host,
    },
    ...(['tls', 'login', 'permission'] as const).map((step): ProbeStep => ({
      step,
      state: 'notTested',
      word: 'Not tested',
      fact: '',
    })),
  ];
  return {
    host,
    at: new Date(began).toISOString(),
    milliseconds: context.clock.now() - began,
    steps,
    chain: [],
    error,
  };
}
