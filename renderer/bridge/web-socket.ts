// The one connection of a page to the web station: calls with their answers, events, and coming back after it was lost.
import type { Result } from '../../shared/ipc/types.ts';
import {
  beatMs,
  mostSilentBeats,
  tokenProtocolPrefix,
  webPaths,
  webProtocol,
} from '../../shared/ipc/web-wire.ts';
import type { CallMessage, StationMessage } from '../../shared/ipc/web-wire.ts';
import type { WireError } from '../../shared/errors/wire.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
/** To read so much and to show it are two tasks: a key that was pressed meanwhile comes between them. */
const LARGE_ANSWER = 500_000;
/** A call made while the connection is lost waits this long for it to come back. */
const PATIENCE_MS = 5_000;

export interface WebSocketCalls {
  call(channel: string, input: unknown): Promise<Result<unknown>>;
  /** Returns what ends it. */
  listen(channel: string, listener: (payload: unknown) => void): () => void;
  /** Tells an event to this page's own listeners. */
  emit(channel: string, payload: unknown): void;
}

interface SocketOptions {
  readonly session: string;
  /** Called before each new try; throws where there is no use in it. */
  readonly mayConnect: () => Promise<void>;
  readonly onOver: (error: unknown) => void;
  readonly onLost: () => void;
  /** Connected again, after `onLost`. */
  readonly onBack: () => void;
}

/** Resolves when it is connected for the first time. */
export async function openSocket(options: SocketOptions): Promise<WebSocketCalls> {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let socket: Promise<WebSocket> = connect();
  let nextId = 1;

  function emit(channel: string, payload: unknown): void {
    for (const listener of listeners.get(channel) ?? []) listener(payload);
  }

  function connect(): Promise<WebSocket> {
    return connectOnce(options.session, (message, length) => {
      if (message.kind === 'event') emit(message.channel, message.payload);
      else if (message.kind === 'answer') {
        const settle = waiting.get(message.id);
        waiting.delete(message.id);
        if (length < LARGE_ANSWER) settle?.(message.result);
        else setTimeout(() => settle?.(message.result));
      }
    }).then(({ opened, closed }) => {
      void closed.then(onClosed);
      return opened;
    });
  }

  function onClosed(): void {
    for (const settle of waiting.values())
      settle(lost('The connection to the station was lost before it answered.'));
    waiting.clear();
    options.onLost();
    socket = comeBack();
    // Told to `onOver`; a call meanwhile sees it too.
    socket.catch(() => undefined);
  }

  async function comeBack(): Promise<WebSocket> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await after(pause);
      try {
        await options.mayConnect();
      } catch (error) {
        options.onOver(error);
        throw error;
      }
      try {
        const opened = await connect();
        queueMicrotask(options.onBack);
        return opened;
      } catch {
        // The station is away; the next round asks again.
      }
    }
  }

  await socket;
  return {
    async call(channel, input) {
      const opened = await Promise.race([socket.catch(() => undefined), after(PATIENCE_MS)]);
      if (opened === undefined) return lost('The station does not answer.');
      const id = nextId++;
      const message: CallMessage = { id, channel, input };
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        opened.send(JSON.stringify(message));
      });
    },
    listen(channel, listener) {
      const here = listeners.get(channel) ?? new Set();
      listeners.set(channel, here.add(listener));
      return () => here.delete(listener);
    },
    emit,
  };
}

interface Connection {
  readonly opened: WebSocket;
  readonly closed: Promise<void>;
}

/** Rejects where it is refused: a browser tells a page no more than that. */
async function connectOnce(
  session: string,
  onMessage: (message: StationMessage, length: number) => void,
): Promise<Connection> {
  const opened = new WebSocket(new URL(webPaths.calls, location.origin.replace('http', 'ws')), [
    webProtocol,
    `${tokenProtocolPrefix}${session}`,
  ]);
  const closed = new Promise<void>((resolve) => opened.addEventListener('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    opened.addEventListener('open', () => resolve());
    opened.addEventListener('close', () => reject(new Error('The station refused the connection.')));
  });
  // A tunnel that died says nothing; the station, which is never silent for long, does not either. Counted, not timed: a page
  // that slept, or had no turn on a busy machine, has messages waiting that are read after this.
  let silentBeats = 0;
  const watch = setInterval(() => {
    silentBeats += 1;
    if (silentBeats > mostSilentBeats) opened.close();
  }, beatMs);
  void closed.then(() => clearInterval(watch));
  opened.addEventListener('message', ({ data }) => {
    silentBeats = 0;
    const text = String(data);
    onMessage(JSON.parse(text) as StationMessage, text.length);
  });
  return { opened, closed };
}

/** What is told of a station that does not answer, or no longer. */
export function noAnswer(message: string): WireError {
  return {
    code: 'CONNECTION_LOST',
    message,
    side: 'machine',
    remedy: 'Look at the terminal that runs `airlock web`; this page connects again by itself.',
    details: {},
    causes: [],
  };
}

const lost = (message: string): Result<never> => ({ ok: false, error: noAnswer(message) });

const after = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
