// The line of a page to its station: lost where it is dead, and not where the page itself had no turn.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSocket } from '../../../renderer/bridge/web-socket.ts';
import { beatMs, mostSilentBeats } from '../../../shared/ipc/web-wire.ts';

class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];

  constructor() {
    super();
    FakeSocket.opened.push(this);
    queueMicrotask(() => this.dispatchEvent(new Event('open')));
  }

  close(): void {
    this.dispatchEvent(new Event('close'));
  }

  hear(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
}

const told: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.opened = [];
  told.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(): Promise<FakeSocket> {
  await openSocket({
    session: 's',
    mayConnect: () => Promise.resolve(),
    onOver: () => told.push('over'),
    onLost: () => told.push('lost'),
    onBack: () => told.push('back'),
  });
  const [socket] = FakeSocket.opened;
  if (socket === undefined) throw new Error('no socket was opened');
  return socket;
}

it('A page that slept for minutes reads what came meanwhile before it takes its station for gone', async () => {
  const socket = await open();
  // The clock went on, and the page's timers did not: that is how a machine sleeps.
  vi.setSystemTime(Date.now() + 300_000);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 300_000);
  await vi.advanceTimersByTimeAsync(beatMs);
  socket.hear({ kind: 'beat' });
  await vi.advanceTimersByTimeAsync(beatMs * mostSilentBeats);
  expect(told).toEqual([]);
});

it('A station that is silent for too many beats is lost, and connected to again', async () => {
  await open();
  await vi.advanceTimersByTimeAsync(beatMs * mostSilentBeats);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(beatMs);
  expect(told).toEqual(['lost']);
  await vi.advanceTimersToNextTimerAsync();
  expect(told).toEqual(['lost', 'back']);
  expect(FakeSocket.opened).toHaveLength(2);
});
