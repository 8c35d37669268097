// Binds the contract to one window: who calls is checked first, then what; answers and events are parsed on their way back.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { toWire } from '../../shared/errors/wire.ts';
import { channelName, channels } from '../../shared/ipc/channels.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import { answerCall, answerOf, payloadOf } from '../host/bind.ts';
import type { Envelope, Forward, SomeHandlers } from '../host/bind.ts';
import { isOurs } from './origin.ts';
import type { Frame } from './origin.ts';

/** `contents.ipc`: calls of this window and of no other. */
export interface WindowIpc {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: Frame | null }, input: unknown) => Promise<Envelope>,
  ): void;
}

export function bindWindow(ipc: WindowIpc, handlers: SomeHandlers, forward: Forward): void {
  const parsing = parsingForward(forward);
  for (const [group, names] of Object.entries(channels))
    for (const [name, kind] of Object.entries(names))
      if (kind === 'invoke')
        ipc.handle(channelName(group, name), (event, input) =>
          // Judged before anything is waited for: a frame that goes away meanwhile is null afterwards.
          isOurs(event.senderFrame)
            ? answerCall(schemas, handlers, group, name, input, parsing)
            : Promise.resolve(refusal(group, name)),
        );
}

/** Sends an event to a window's page. `onUnfit` hears of one that is not as the contract has it; that one is dropped. */
export function createTeller(
  send: (channel: string, payload: unknown) => void,
  onUnfit: (error: unknown) => void,
): (group: string, name: string, payload: unknown) => void {
  return (group, name, payload) => {
    const parsed = payloadOf(group, name)?.safeParse(payload);
    if (parsed === undefined) return;
    if (parsed.success) send(channelName(group, name), parsed.data);
    else onUnfit(parsed.error);
  };
}

/** The engine reads what strangers wrote, so its answers are held to the contract like everybody's. */
function parsingForward(forward: Forward): Forward {
  return async (group, name, input) => {
    const answer = await forward(group, name, input);
    const shape = answerOf(group, name);
    return answer.ok && shape !== undefined ? { ok: true, value: shape.parse(answer.value) } : answer;
  };
}

function refusal(group: string, name: string): Envelope {
  const error = new AirlockError(
    'BAD_CALL',
    `The call ${group}.${name} came from elsewhere than Airlock’s own screens.`,
  );
  return { ok: false, error: toWire(error) };
}
