// Calls and events of the pages that are connected, each over its own WebSocket.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { channelName, channels } from '../../shared/ipc/channels.ts';
import type { Result } from '../../shared/ipc/types.ts';
import { beatMs, mostSilentBeats, webProtocol } from '../../shared/ipc/web-wire.ts';
import type { CallMessage, StationMessage } from '../../shared/ipc/web-wire.ts';
import type { Session } from './sessions.ts';

/** More than the largest draft, or text of a contents.read, comes to. */
const MOST_MESSAGE_BYTES = 32 * 1024 * 1024;
/** A page that takes nothing is spared its numbers, and then dropped: it asks for all anew when it comes back. */
const SPARED_BYTES = 1024 * 1024;
const DROPPED_BYTES = 64 * 1024 * 1024;

const CALL_NAMES: ReadonlyMap<string, readonly [group: string, name: string]> = new Map(
  Object.entries(channels).flatMap(([group, names]) =>
    Object.keys(names).map((name) => [channelName(group, name), [group, name]] as const),
  ),
);

const PROGRESS = channelName('jobs', 'progress');

const Call: z.ZodType<CallMessage> = z.strictObject({
  id: z.number().int(),
  channel: z.string().max(100),
  input: z.unknown().optional(),
});

export interface PageCalls {
  /** Takes in a client whose token was found good. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, session: Session): void;
  tell(group: string, name: string, payload: unknown): void;
  close(): void;
}

/** `call` never rejects. */
export function createPageCalls(
  call: (group: string, name: string, input: unknown) => Promise<Result<unknown>>,
): PageCalls {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    // What is offered holds the token, too; that is never said back.
    handleProtocols: () => webProtocol,
  });
  const silentBeats = new WeakMap<WebSocket, number>();
  const beats = setInterval(() => {
    for (const page of server.clients) {
      const silent = (silentBeats.get(page) ?? 0) + 1;
      if (silent > mostSilentBeats) {
        page.terminate();
        continue;
      }
      silentBeats.set(page, silent);
      page.ping();
      send(page, { kind: 'beat' });
    }
  }, beatMs);
  beats.unref();

  const hear = async (page: WebSocket, text: string): Promise<void> => {
    const parsed = Call.safeParse(asJson(text));
    if (!parsed.success) {
      page.close(1008, 'not a call');
      return;
    }
    const { id, channel, input } = parsed.data;
    const [group, name] = CALL_NAMES.get(channel) ?? ['', channel];
    send(page, { kind: 'answer', id, result: await call(group, name, input) });
  };

  return {
    accept(request, socket, head, session) {
      server.handleUpgrade(request, socket, head, (page) => {
        page.on('pong', () => silentBeats.set(page, 0));
        // A message that is too large or no text: ws ends the connection itself.
        page.on('error', () => undefined);
        page.on('close', () => session.disconnect());
        page.on('message', (data: Buffer) => void hear(page, data.toString('utf8')));
      });
    },
    tell(group, name, payload) {
      const message: StationMessage = { kind: 'event', channel: channelName(group, name), payload };
      const isProgress = message.channel === PROGRESS;
      const text = JSON.stringify(message);
      for (const page of server.clients) {
        if (page.bufferedAmount > DROPPED_BYTES) page.terminate();
        else if (!isProgress || page.bufferedAmount < SPARED_BYTES) page.send(text, () => undefined);
      }
    },
    close() {
      clearInterval(beats);
      for (const page of server.clients) page.close(1001);
      server.close();
    },
  };
}

function send(page: WebSocket, message: StationMessage): void {
  // A page that left does not hear the end of its call.
  page.send(JSON.stringify(message), () => undefined);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
