// When the station takes a page for gone: not where the page, or the station itself, had no turn for a while.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createPageCalls } from '../../../electron/web/page-calls.ts';
import { beatMs, mostSilentBeats } from '../../../shared/ipc/web-wire.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A page that answers no ping; what it hears and that it was dropped is counted. */
async function silentPage() {
  const pages = createPageCalls(() => Promise.resolve({ ok: true, value: 'heard' }));
  const server = createServer();
  server.on('upgrade', (request, socket, head) =>
    pages.accept(request, socket, head, { connect: () => true, disconnect: () => undefined }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'airlock', {
    autoPong: false,
  });
  onTestFinished(async () => {
    page.terminate();
    pages.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const messages: unknown[] = [];
  page.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  const gone = new Promise<'gone'>((resolve) => page.once('close', () => resolve('gone')));
  await new Promise<void>((resolve) => page.once('open', () => resolve()));
  return { page, messages, gone };
}

it('A page that answers none of three beats is heard still, and dropped at the next', async () => {
  const { page, messages, gone } = await silentPage();
  vi.advanceTimersByTime(beatMs * mostSilentBeats);
  page.send(JSON.stringify({ id: 1, channel: 'airlock:settings.get' }));
  await vi.waitFor(() =>
    expect(messages).toContainEqual({ kind: 'answer', id: 1, result: { ok: true, value: 'heard' } }),
  );
  vi.advanceTimersByTime(beatMs);
  expect(await gone).toBe('gone');
});

it('A page that answers late begins anew', async () => {
  const { page, messages } = await silentPage();
  vi.advanceTimersByTime(beatMs * mostSilentBeats);
  page.pong();
  page.send(JSON.stringify({ id: 1, channel: 'airlock:settings.get' }));
  await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ id: 1 })));
  vi.advanceTimersByTime(beatMs * mostSilentBeats);
  page.send(JSON.stringify({ id: 2, channel: 'airlock:settings.get' }));
  await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ id: 2 })));
});
