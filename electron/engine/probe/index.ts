// Tests a registry step by step, name, TLS, login and permission, to its first fault and without writing anything.
import { AirlockError, onSide } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { ProbeResult, ProbeStep } from '../../../shared/station/target.ts';
import type { EngineOptions } from '../engine-options.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { credentialsOfMachine } from '../registry/credentials/keyring.ts';
import { onlyLogin } from '../registry/credentials/login.ts';
import { createHostGate } from '../registry/host-gate.ts';
import { createRegistryClient } from '../registry/index.ts';
import { logIn, watchCredentials } from './login-step.ts';
import { findName } from './name-step.ts';
import { tryPermission } from './permission-step.ts';
import { bounded, Fault, faultOf, notTested } from './step.ts';
import type { Found } from './step.ts';
import { targetOf } from './target.ts';
import { greet } from './tls-step.ts';

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

/** An operator waits for each step. */
const LONGEST_STEP_MS = 10_000;

/** Throws nothing but the signal's reason: what is wrong stands in the result, on the side of the target. */
export async function probeRegistry(
  choice: ProbeChoice,
  options: ProbeOptions,
  context: JobContext,
): Promise<ProbeResult> {
  const { clock, signal } = context;
  const began = clock.now();
  const started = performance.now();
  const steps: ProbeStep[] = [];
  let chain: ProbeResult['chain'] = [];
  let error: ProbeResult['error'] = null;
  try {
    await runSteps(choice, options, context, {
      step: (step, found) => steps.push({ step, ...found }),
      chain: (seen) => (chain = seen),
    });
  } catch (thrown) {
    signal.throwIfAborted();
    const fault = faultOf(thrown);
    const step = ORDER[steps.length] ?? 'permission';
    steps.push({ step, state: 'failed', word: fault.word, fact: fault.fact });
    error = toWire(onSide(fault.error, 'target'));
  }
  for (const step of ORDER.slice(steps.length)) steps.push(notTested(step, untestedFact(step, choice)));
  return {
    host: choice.host,
    at: new Date(began).toISOString(),
    milliseconds: Math.max(1, Math.round(performance.now() - started)),
    steps,
    chain,
    error,
  };
}

const ORDER = ['name', 'tls', 'login', 'permission'] as const satisfies readonly ProbeStep['step'][];

interface Told {
  readonly step: (step: ProbeStep['step'], found: Found) => void;
  readonly chain: (chain: ProbeResult['chain']) => void;
}

async function runSteps(
  { host: text, prefix, login }: ProbeChoice,
  options: ProbeOptions,
  context: JobContext,
  told: Told,
): Promise<void> {
  const target = targetOf(text, options);
  const { host } = target;
  const stepMs = Math.min(context.limits.stallMs, LONGEST_STEP_MS);
  const within = <T>(run: (signal: AbortSignal) => Promise<T>) => bounded(host, stepMs, context.signal, run);

  createHostGate(options.mayCall)(target.url);
  told.step('name', await within((signal) => findName(target, stepMs, signal)));

  const { chain, outcome } = await within((signal) => greet(target, stepMs, signal));
  told.chain(chain);
  if (outcome instanceof Fault) throw outcome;
  told.step('tls', outcome);

  const credentials = watchCredentials(
    login === undefined ? credentialsOfMachine(options) : onlyLogin(host, checkedLogin(login)),
  );
  const client = createRegistryClient({
    hosts: options.hosts,
    environment: options.environment,
    authFile: options.authFile,
    mayCall: options.mayCall,
    credentials,
    limits: { ...context.limits, stallMs: stepMs, retries: 0 },
    clock: context.clock,
  });
  try {
    told.step('login', await within((signal) => logIn(host, client, credentials, signal)));
    told.step('permission', await within((signal) => tryPermission(host, prefix, client, signal)));
  } finally {
    await client.close();
  }
}

/** The password begins after the first colon, in a header as in a file (RFC 7617 §2). */
function checkedLogin(login: NonNullable<ProbeChoice['login']>): NonNullable<ProbeChoice['login']> {
  if (login.username !== '' && !login.username.includes(':')) return login;
  throw new AirlockError('USAGE', 'A user name is not empty and has no colon in it.', {
    remedy: 'Write the user name without its password.',
  });
}

function untestedFact(step: ProbeStep['step'], { prefix }: ProbeChoice): string {
  switch (step) {
    case 'tls':
      return 'Certificate, and who issued it';
    case 'login':
      return 'Whether a login is asked for, and taken';
    case 'permission':
      return prefix === '' ? 'Pull and push' : `Pull from and push to ${prefix}`;
    default:
      return 'Name and port';
  }
}
