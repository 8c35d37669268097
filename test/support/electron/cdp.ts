// Chromium's DevTools protocol over one WebSocket: commands with answers, events by session.
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
  sessionId: z.string().optional(),
});

/** Each method tells other things; whoever listens names those it needs. */
export type Heard = { bivarianceHack(event: object): void }['bivarianceHack'];

/** What is said to and heard of the browser, or of one page of it. */
export interface Cdp {
  send<Answer = unknown>(method: string, parameters?: object): Promise<Answer>;
  /** `event` is as the protocol has it for the method. */
  on(method: string, listener: Heard): void;
  session(id: string): Cdp;
  close(): void;
}

export async function connectCdp(endpoint: string): Promise<Cdp> {
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const events = new EventEmitter().setMaxListeners(0);
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;

  socket.on('message', (data: Buffer) => {
    const message = Message.parse(JSON.parse(data.toString('utf8')));
    if (message.id === undefined) {
      events.emit(`${message.sessionId ?? ''}:${message.method ?? ''}`, message.params);
      return;
    }
    const asker = asked.get(message.id);
    asked.delete(message.id);
    if (message.error === undefined) asker?.resolve(message.result);
    else asker?.reject(new Error(message.error.message));
  });
  const end = () => {
    for (const { reject } of asked.values()) reject(new Error('Chromium is gone.'));
    asked.clear();
  };
  socket.on('close', end);
  socket.on('error', end);

  const of = (sessionId: string | undefined): Cdp => ({
    send<Answer>(method: string, parameters: object = {}) {
      if (socket.readyState !== WebSocket.OPEN)
        return Promise.reject(new Error(`Chromium is gone; ${method} was not asked.`));
      const id = ++last;
      const asker = Promise.withResolvers<unknown>();
      asked.set(id, asker);
      socket.send(JSON.stringify({ id, method, params: parameters, ...(sessionId && { sessionId }) }));
      return asker.promise as Promise<Answer>;
    },
    on: (method, listener) => void events.on(`${sessionId ?? ''}:${method}`, listener),
    session: of,
    close: () => socket.close(),
  });
  return of(undefined);
}
