// Keeps an engine process running: starts it, carries calls to it, brings it back when it dies, and ends it.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { toWire } from '../../shared/errors/wire.ts';
import type { StationFacts } from '../../shared/ipc/schemas.ts';
import type { Clock } from '../engine/index.ts';
import { payloadOf } from './bind.ts';
import type { Envelope } from './bind.ts';
import { readRoute } from './route.ts';
import { FromEngine } from './wire.ts';
import type { EngineStart, HostAnswer, HostQuestion, ToEngine } from './wire.ts';

/** An engine process as whoever started it sees it. */
export interface EngineChild {
  readonly pid: number | undefined;
  /** Never throws; what is sent to a process that is gone is lost. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Heard once, also where it could not be started at all. */
  onExit(listener: () => void): void;
  /** At once; nothing is finished. */
  kill(): void;
}

export type EngineState = StationFacts['engine'];
export type Route = StationFacts['route'];

export interface SupervisorOptions {
  /** `forkEngine` of fork-engine.ts, or the window's utilityProcess. */
  readonly spawn: () => EngineChild;
  readonly start: EngineStart;
  /** Events of the contract, `station.changed` among them. */
  readonly onEvent: (group: string, name: string, payload: unknown) => void;
  /** The window's keyring; what it throws is the answer. A station without one leaves it out, and the engine never asks. */
  readonly onAsk?: (question: HostQuestion) => Promise<HostAnswer>;
  readonly clock: Pick<Clock, 'now'>;
  /** How this machine is connected; default: its own routes. */
  readonly readRoute?: () => Promise<Route>;
}

export interface Supervisor {
  readonly state: EngineState;
  /** For tests and the log. */
  readonly pid: number | undefined;
  /** For `station.describe`. */
  readonly route: () => Promise<Route>;
  /**
   * Carries a call whose input was parsed (`answerCall` with this as `forward`). Waits while the engine starts; answers
   * ENGINE_GONE where it dies underway or is gone. Never rejects.
   */
  readonly call: (group: string, name: string, input: unknown) => Promise<Envelope>;
  /** Starts the engine again after it was lost too often. Does nothing while it runs. */
  readonly restartEngine: () => Promise<void>;
  /** Ends the engine and leaves no process. Jobs that run are stopped and can be gone on with. */
  readonly close: () => Promise<void>;
}

const MOST_RESTARTS = 3;
const RESTARTS_WITHIN_MS = 60_000;
const CLOSE_MS = 8_000;

interface Call {
  readonly group: string;
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (answer: Envelope) => void;
}

/** Starts an engine at once. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const underWay = new Map<number, Call>();
  let queued: Call[] = [];
  let lost: number[] = [];
  let state: EngineState = 'starting';
  let child: EngineChild | undefined;
  let ended = Promise.resolve();
  let isClosing = false;
  let nextId = 1;
  const route = options.readRoute ?? readRoute;

  const change = (next: EngineState): void => {
    if (state === next) return;
    state = next;
    void tellState();
  };

  const tellState = async (): Promise<void> => {
    const current = await route();
    if (!isClosing) options.onEvent('station', 'changed', { engine: state, route: current });
  };

  const send = (message: ToEngine): void => child?.send(message);

  const carry = (call: Call): void => {
    const id = nextId++;
    underWay.set(id, call);
    send({ kind: 'call', id, group: call.group, name: call.name, input: call.input });
  };

  const ask = async (id: number, question: HostQuestion, asker: EngineChild): Promise<void> => {
    const answer = async (): Promise<ToEngine> => {
      if (options.onAsk === undefined)
        throw new AirlockError('INTERNAL', 'This station keeps no logins of its own.');
      return { kind: 'told', id, answer: await options.onAsk(question) };
    };
    const told = await answer().catch((error: unknown): ToEngine => ({
      kind: 'refused',
      id,
      error: toWire(error),
    }));
    // Ids begin anew in each process: an answer to a dead one is nobody's.
    asker.send(told);
  };

  const hear = (raw: unknown, from: EngineChild): void => {
    if (from !== child) return;
    const parsed = FromEngine.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.kind) {
      case 'ready': {
        const waiting = queued;
        queued = [];
        change('running');
        for (const call of waiting) carry(call);
        return;
      }
      case 'answer': {
        const call = underWay.get(message.id);
        underWay.delete(message.id);
        call?.resolve(message.result);
        return;
      }
      case 'event':
        if (payloadOf(message.group, message.name) !== undefined)
          options.onEvent(message.group, message.name, message.payload);
        return;
      case 'ask':
        void ask(message.id, message.question, from);
        return;
    }
  };

  const begin = (): void => {
    change('starting');
    const { promise, resolve } = Promise.withResolvers<void>();
    ended = promise;
    const started = options.spawn();
    child = started;
    started.onMessage((message) => hear(message, started));
    started.onExit(() => {
      resolve();
      if (child === started) onLost();
    });
    started.send({ kind: 'start', options: options.start } satisfies ToEngine);
  };

  const onLost = (): void => {
    child = undefined;
    const calls = [...underWay.values()];
    underWay.clear();
    for (const call of calls) call.resolve(goneAnswer());
    if (isClosing) return;
    const now = options.clock.now();
    lost = [...lost.filter((at) => now - at < RESTARTS_WITHIN_MS), now];
    if (lost.length <= MOST_RESTARTS) {
      begin();
      return;
    }
    change('gone');
    dropQueued();
  };

  const dropQueued = (): void => {
    const waiting = queued;
    queued = [];
    for (const call of waiting) call.resolve(goneAnswer());
  };

  begin();
  return {
    get state() {
      return state;
    },
    get pid() {
      return child?.pid;
    },
    route,
    call: (group, name, input) =>
      new Promise((resolve) => {
        const call: Call = { group, name, input, resolve };
        if (isClosing || state === 'gone') resolve(goneAnswer());
        else if (state === 'starting') queued.push(call);
        else carry(call);
      }),
    restartEngine: () => {
      if (state === 'gone' && !isClosing) {
        lost = [];
        begin();
      }
      return Promise.resolve();
    },
    async close() {
      isClosing = true;
      dropQueued();
      send({ kind: 'close' });
      const last = setTimeout(() => child?.kill(), CLOSE_MS);
      await (child === undefined ? undefined : ended);
      clearTimeout(last);
    },
  };
}

function goneAnswer(): Envelope {
  return {
    ok: false,
    error: toWire(new AirlockError('ENGINE_GONE', 'The engine of this station ended while it was at work.')),
  };
}
