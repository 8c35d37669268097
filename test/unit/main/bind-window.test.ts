// Calls of a window: who, then what, then the answer; each is looked at, in this order.
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../electron/host/bind.ts';
import { bindWindow, createTeller } from '../../../electron/main/bind-window.ts';
import { createFollower } from '../../../electron/main/follow-engine.ts';
import type { WindowIpc } from '../../../electron/main/bind-window.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import { channelName, channels } from '../../../shared/ipc/channels.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/settings.ts';

type Listener = Parameters<WindowIpc['handle']>[1];

const SCREENS = { senderFrame: { origin: 'app://airlock', parent: null } };

function bound(forwarded: Envelope = { ok: true, value: DEFAULT_SETTINGS }) {
  const listeners = new Map<string, Listener>();
  const asked: string[] = [];
  const shown: string[] = [];
  bindWindow(
    { handle: (channel, listener) => void listeners.set(channel, listener) },
    {
      dialogs: {
        showInFolder: ({ path }) => {
          shown.push(path);
          return Promise.resolve(undefined);
        },
      },
    },
    (group, name) => {
      asked.push(`${group}.${name}`);
      return Promise.resolve(forwarded);
    },
  );
  const call = (group: string, name: string, input: unknown, event: Parameters<Listener>[0] = SCREENS) => {
    const listener = listeners.get(channelName(group, name));
    if (listener === undefined) throw new Error(`nothing listens to ${group}.${name}`);
    return listener(event, input);
  };
  return { listeners, asked, shown, call };
}

describe('a bound window', () => {
  it('listens to every call of the contract and to nothing else', () => {
    const calls = Object.entries(channels).flatMap(([group, names]) =>
      Object.entries(names).flatMap(([name, kind]) => (kind === 'invoke' ? [channelName(group, name)] : [])),
    );
    expect([...bound().listeners.keys()].sort()).toEqual(calls.sort());
  });

  it('answers what the shell answers itself and hands on the rest', async () => {
    const { call, asked, shown } = bound();
    expect(await call('dialogs', 'showInFolder', { path: '/a' })).toEqual({ ok: true, value: undefined });
    expect(await call('settings', 'get', undefined)).toEqual({ ok: true, value: DEFAULT_SETTINGS });
    expect(shown).toEqual(['/a']);
    expect(asked).toEqual(['settings.get']);
  });

  it('looks at no input of a sender that is not its own page', async () => {
    const { call, asked, shown } = bound();
    for (const senderFrame of [
      null,
      { origin: 'app://airlock', parent: {} },
      { origin: 'https://airlock', parent: null },
    ])
      expect(await call('dialogs', 'showInFolder', { path: '/a' }, { senderFrame })).toMatchObject({
        ok: false,
        error: { code: 'BAD_CALL' },
      });
    expect(asked).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('judges the frame at once, since it may be gone when anything was waited for', async () => {
    const { call } = bound();
    const event = {
      senderFrame: { origin: 'app://airlock', parent: null } as { origin: string; parent: null } | null,
    };
    const answer = call('settings', 'get', undefined, event);
    event.senderFrame = null;
    expect(await answer).toMatchObject({ ok: true });
  });

  it('hands on no input that is not as the contract has it', async () => {
    const { call, asked } = bound();
    expect(await call('jobs', 'pause', { job: 'a', more: 1 })).toMatchObject({
      ok: false,
      error: { code: 'BAD_CALL' },
    });
    expect(asked).toEqual([]);
  });

  it('lets no answer of the engine through that is not as the contract has it', async () => {
    const { call } = bound({ ok: true, value: { ...DEFAULT_SETTINGS, password: 'secret' } });
    const answer = await call('settings', 'get', undefined);
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('tells what failed in the engine as it stands', async () => {
    const error = toWire(new AirlockError('ENGINE_GONE', 'It ended.'));
    expect(await bound({ ok: false, error }).call('settings', 'get', undefined)).toEqual({
      ok: false,
      error,
    });
  });
});

describe('an event', () => {
  it('is sent as the contract has it, and dropped where it is not', () => {
    const sent: unknown[] = [];
    const unfit: unknown[] = [];
    const tell = createTeller(
      (channel, payload) => sent.push([channel, payload]),
      (error) => unfit.push(error),
    );
    tell('station', 'opened', { paths: ['/a'] });
    tell('station', 'opened', { paths: [7] });
    tell('station', 'describe', undefined);
    tell('nowhere', 'nothing', undefined);
    expect(sent).toEqual([['airlock:station.opened', { paths: ['/a'] }]]);
    expect(unfit).toHaveLength(1);
  });
});

describe('what the shell follows', () => {
  it('is handed on parsed, and passed over where it is not as the contract has it or not listened to', () => {
    const heard: unknown[] = [];
    const follow = createFollower({ settings: { changed: (settings) => heard.push(settings.theme) } });
    follow('settings', 'changed', DEFAULT_SETTINGS);
    follow('settings', 'changed', { theme: 'neon' });
    follow('settings', 'get', DEFAULT_SETTINGS);
    follow('jobs', 'changed', {});
    follow('constructor', 'name', {});
    expect(heard).toEqual(['system']);
  });
});
