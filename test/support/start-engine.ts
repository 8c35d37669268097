// An engine process of a station for a test: really forked, with a state folder of its own, gone when the test has ended.
import { onTestFinished } from 'vitest';
import { fromWire } from '../../shared/errors/wire.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import type { StationApi } from '../../shared/ipc/types.ts';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { systemClock } from '../../electron/engine/index.ts';
import { answerCall } from '../../electron/host/bind.ts';
import { forkEngine } from '../../electron/host/fork-engine.ts';
import { createSupervisor } from '../../electron/host/supervisor.ts';
import type { Supervisor } from '../../electron/host/supervisor.ts';
import { tempFolder } from './temp-folder.ts';

type ValueOf<R> = R extends { readonly ok: true; readonly value: infer V } ? V : never;
/** The contract's calls, failures thrown. */
export type EngineCalls = {
  readonly [G in keyof StationApi]: {
    readonly [K in keyof StationApi[G]]: StationApi[G][K] extends (input: infer I) => Promise<infer R>
      ? (input: I) => Promise<ValueOf<R>>
      : never;
  };
};

export interface ToldEvent {
  readonly name: string;
  readonly payload: unknown;
}

export interface StartedEngine {
  readonly supervisor: Supervisor;
  readonly calls: EngineCalls;
  readonly events: readonly ToldEvent[];
  readonly stateFolder: string;
  /** Resolves with the first event that fits, one that came already too. */
  readonly heard: (name: string, fits?: (payload: unknown) => boolean) => Promise<unknown>;
  /** The same of what comes from now on. */
  readonly next: (name: string, fits?: (payload: unknown) => boolean) => Promise<unknown>;
  /** Resolves with a job's first snapshot that fits. */
  readonly job: (id: string, fits: (snapshot: JobSnapshot) => boolean) => Promise<JobSnapshot>;
}

const ENDED = new Set<JobSnapshot['state']>(['done', 'partial', 'failed', 'cancelled', 'interrupted']);
export const hasEnded = ({ state }: JobSnapshot): boolean => ENDED.has(state);

export async function startEngine(
  options: {
    readonly stateFolder?: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** Default: from the source. */
    readonly entry?: string;
    readonly host?: 'web' | 'window';
    readonly onAsk?: Parameters<typeof createSupervisor>[0]['onAsk'];
  } = {},
): Promise<StartedEngine> {
  const stateFolder = options.stateFolder ?? (await tempFolder());
  const events: ToldEvent[] = [];
  const waiting = new Set<(event: ToldEvent) => void>();
  const supervisor = createSupervisor({
    spawn: () => forkEngine({ ...process.env, HOME: stateFolder, ...options.environment }, options.entry),
    start: { host: options.host ?? 'web', stateFolder, version: '0.0.0-test' },
    onEvent: (group, name, payload) => {
      const event = { name: `${group}.${name}`, payload };
      events.push(event);
      for (const hear of waiting) hear(event);
    },
    ...(options.onAsk === undefined ? {} : { onAsk: options.onAsk }),
    clock: systemClock,
    readRoute: () => Promise.resolve({ leadsOutside: false, fact: 'no route leads out' }),
  });
  onTestFinished(() => supervisor.close());

  const call = async (group: string, name: string, input: unknown): Promise<unknown> => {
    const answer = await answerCall(schemas, {}, group, name, input, supervisor.call);
    if (!answer.ok) throw fromWire(answer.error);
    return answer.value;
  };
  const next: StartedEngine['next'] = (name, fits = () => true) =>
    new Promise((resolve) => {
      const hear = (event: ToldEvent) => {
        if (event.name !== name || !fits(event.payload)) return;
        waiting.delete(hear);
        resolve(event.payload);
      };
      waiting.add(hear);
    });
  const heard: StartedEngine['heard'] = (name, fits = () => true) => {
    const before = events.find((event) => event.name === name && fits(event.payload));
    return before === undefined ? next(name, fits) : Promise.resolve(before.payload);
  };
  const calls = new Proxy(
    {},
    {
      get: (_groups, group: string) =>
        new Proxy({}, { get: (_names, name: string) => (input: unknown) => call(group, name, input) }),
    },
  ) as unknown as EngineCalls;
  return {
    supervisor,
    calls,
    events,
    stateFolder,
    heard,
    next,
    job: async (id, fits) =>
      (await heard('jobs.changed', (payload) => {
        const snapshot = payload as JobSnapshot;
        return snapshot.id === id && fits(snapshot);
      })) as JobSnapshot,
  };
}
