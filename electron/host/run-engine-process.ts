// The engine process from start to end: takes its options, answers calls, tells events, asks its parent.
import { fromWire } from '../../shared/errors/wire.ts';
import { schemas } from '../../shared/ipc/schemas.ts';
import { answerCall, createEvents } from './bind.ts';
import { createHandlers } from './handlers.ts';
import type { HandlersInUse } from './handlers.ts';
import { ToEngine } from './wire.ts';
import type { EngineStart, FromEngine, HostAnswer, HostQuestion } from './wire.ts';

/** The wire to whoever started this process. */
export interface ParentLine {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The parent is gone. */
  onGone(listener: () => void): void;
}

/** Asks the starting process. Throws what that threw. */
export type AskParent = (question: HostQuestion) => Promise<HostAnswer>;

/** Longer than an upload needs to end, shorter than the supervisor waits. */
const CLOSE_MS = 5_000;

export function runEngineProcess(
  line: ParentLine,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const send = (message: FromEngine) => line.send(message);
  const asked = new Map<number, PromiseWithResolvers<HostAnswer>>();
  let nextId = 1;
  let running: Promise<HandlersInUse> | undefined;

  const askParent: AskParent = (question) => {
    const id = nextId++;
    const answer = Promise.withResolvers<HostAnswer>();
    asked.set(id, answer);
    send({ kind: 'ask', id, question });
    return answer.promise;
  };

  const start = async (options: EngineStart): Promise<HandlersInUse> => {
    const inUse = await createHandlers({
      ...options,
      environment,
      askParent,
      events: createEvents((group, name, payload) => send({ kind: 'event', group, name, payload })),
    });
    send({ kind: 'ready' });
    return inUse;
  };

  const end = async (): Promise<void> => {
    const last = setTimeout(() => process.exit(0), CLOSE_MS);
    try {
      await (await running)?.close();
    } finally {
      clearTimeout(last);
      process.exit(0);
    }
  };

  const settle = (id: number, act: (asker: PromiseWithResolvers<HostAnswer>) => void): void => {
    const asker = asked.get(id);
    asked.delete(id);
    if (asker !== undefined) act(asker);
  };

  line.onGone(() => void end());
  line.onMessage((raw) => {
    const parsed = ToEngine.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.kind) {
      case 'start':
        running ??= start(message.options);
        return;
      case 'call':
        void running
          ?.then(({ handlers }) => answerCall(schemas, handlers, message.group, message.name, message.input))
          .then((result) => send({ kind: 'answer', id: message.id, result }));
        return;
      case 'told':
        settle(message.id, ({ resolve }) => resolve(message.answer));
        return;
      case 'refused':
        settle(message.id, ({ reject }) => reject(fromWire(message.error)));
        return;
      case 'close':
        void end();
        return;
    }
  });
}
