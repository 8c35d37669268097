// Calls of the contract as they come over any wire.
import { describe, expect, it } from 'vitest';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { schemas } from '../../../shared/ipc/schemas.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/settings.ts';
import { answerCall, createEvents } from '../../../electron/host/bind.ts';
import type { SomeHandlers } from '../../../electron/host/bind.ts';

const handlers: SomeHandlers = {
  settings: {
    get: () => Promise.resolve(DEFAULT_SETTINGS),
    save: () => Promise.reject(new AirlockError('DISK_FULL', 'No room.')),
  },
  contents: { suggest: ({ text }) => Promise.resolve([text]) },
  files: { list: () => Promise.resolve({ folder: 7 } as never) },
};
const call = (group: string, name: string, raw?: unknown) => answerCall(schemas, handlers, group, name, raw);

describe('answerCall', () => {
  it('hands the parsed input to the handler and its answer back', async () => {
    expect(await call('contents', 'suggest', { text: 'quay' })).toEqual({ ok: true, value: ['quay'] });
    expect(await call('settings', 'get')).toEqual({ ok: true, value: DEFAULT_SETTINGS });
  });

  it.each([
    ['no', 'such'],
    ['settings', 'changed'],
    ['settings', 'toString'],
    ['__proto__', 'get'],
    ['constructor', 'name'],
    ['media', 'list'],
  ])('refuses %s.%s, which nothing here answers', async (group, name) => {
    expect(await call(group, name)).toMatchObject({ ok: false, error: { code: 'BAD_CALL' } });
  });

  it('refuses input of another shape without repeating its values', async () => {
    const answer = await call('contents', 'suggest', { text: 'quay', password: 'hunter2' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_CALL' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(await call('contents', 'suggest', { text: 7 })).toMatchObject({ error: { code: 'BAD_CALL' } });
    expect(await call('settings', 'get', {})).toMatchObject({ error: { code: 'BAD_CALL' } });
  });

  it('tells what a handler throws, and an answer of another shape as a fault of our own', async () => {
    expect(await call('settings', 'save', { theme: 'dark' })).toMatchObject({
      ok: false,
      error: { code: 'DISK_FULL', message: 'No room.' },
    });
    expect(await call('files', 'list', { folder: null })).toMatchObject({ error: { code: 'INTERNAL' } });
  });

  it('forwards what it does not handle, parsed', async () => {
    const seen: unknown[] = [];
    const forward = (...forwarded: readonly unknown[]) => {
      seen.push(forwarded);
      return Promise.resolve({ ok: true as const, value: [] });
    };
    expect(await answerCall(schemas, handlers, 'media', 'list', undefined, forward)).toEqual({
      ok: true,
      value: [],
    });
    expect(await answerCall(schemas, {}, 'contents', 'suggest', { text: 7 }, forward)).toMatchObject({
      ok: false,
    });
    expect(seen).toEqual([['media', 'list', undefined]]);
  });
});

describe('createEvents', () => {
  it('carries events of the contract, and throws for one of another shape', () => {
    const told: unknown[] = [];
    const events = createEvents((...event) => told.push(event));
    events.settings.changed(DEFAULT_SETTINGS);
    expect(told).toEqual([['settings', 'changed', DEFAULT_SETTINGS]]);
    expect(() => events.settings.changed({ ...DEFAULT_SETTINGS, theme: 'pink' as never })).toThrow();
  });
});
