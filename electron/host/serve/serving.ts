// The station's one server of bundles: started, watched and stopped, with the requests it answered.
import pLimit from 'p-limit';
import type { z } from 'zod';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ServeState } from '../../../shared/ipc/schemas.ts';
import type { schemas, ServedRequestRow } from '../../../shared/ipc/schemas.ts';
import { visible } from '../../../shared/messages/visible.ts';
import type { Station } from '../../engine/index.ts';
import { createPulse } from '../jobs/pulse.ts';
import type { OpenEngine } from '../station-engine.ts';

export type ServeInput = z.infer<(typeof schemas)['serve']['start']['input']>;

export interface Server {
  readonly state: () => ServeState;
  /** Throws IN_USE while it serves, and what Engine.serve throws. */
  readonly start: (input: ServeInput) => Promise<ServeState>;
  readonly stop: () => Promise<ServeState>;
}

const TELL_EVERY_MS = 500;
const MOST_RECENT = 500;
const REFUSED_FROM = 400;

const OFF: ServeState = {
  on: false,
  since: null,
  url: null,
  addresses: [],
  isPlainHttp: true,
  writable: null,
  bundles: [],
  requests: 0,
  refused: 0,
  sentBytes: 0,
  receivedBytes: 0,
  recent: [],
};

interface Running {
  readonly station: Station;
  readonly since: number;
  readonly input: ServeInput;
}

export function createServer(
  openEngine: OpenEngine,
  now: () => number,
  onChanged: (state: ServeState) => void,
): Server {
  let running: Running | undefined;
  let recent: ServedRequestRow[] = [];
  let refused = 0;

  const state = (): ServeState => {
    if (running === undefined) return { ...OFF, recent: [...recent] };
    const { station, since, input } = running;
    const { serving } = station;
    return ServeState.parse({
      on: true,
      since,
      url: serving.url,
      addresses: serving.addresses,
      isPlainHttp: input.tlsCert === null,
      writable: input.writable,
      bundles: station.bundles,
      requests: serving.stats.requests,
      refused,
      sentBytes: serving.stats.bytesSent,
      receivedBytes: serving.stats.bytesReceived,
      recent,
    });
  };
  const changes = createPulse(TELL_EVERY_MS, () => onChanged(state()));

  /** One after the other: a stop that is clicked while it starts stops what was started. */
  const inTurn = pLimit(1);

  return {
    state,
    start: (input) =>
      inTurn(async () => {
        if (running !== undefined)
          throw new AirlockError(
            'IN_USE',
            `This station serves already, at ${running.station.serving.url}.`,
            {
              remedy: 'Stop serving first.',
            },
          );
        const { engine, context } = await openEngine();
        recent = [];
        refused = 0;
        const station = await engine.serve(
          {
            bundles: input.bundles,
            addr: `${input.address.includes(':') ? `[${input.address}]` : input.address}:${input.port}`,
            writable: input.writable ?? undefined,
            tlsCert: input.tlsCert ?? undefined,
            tlsKey: input.tlsKey ?? undefined,
            onRequest: ({ method, path, status, bytes, client }) => {
              if (status >= REFUSED_FROM) refused += 1;
              recent = [{ at: now(), method, path: visible(path), status, bytes, client }, ...recent].slice(
                0,
                MOST_RECENT,
              );
              changes.touch();
            },
          },
          context(),
        );
        running = { station, since: now(), input };
        changes.touch();
        return state();
      }),
    stop: () =>
      inTurn(async () => {
        const { station } = running ?? {};
        if (station !== undefined) {
          await station.close();
          running = undefined;
          changes.touch();
        }
        return state();
      }),
  };
}
