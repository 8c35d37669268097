// The supervisor over engines that the test makes live and die.
import { describe, expect, it, vi } from 'vitest';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { createSupervisor } from '../../../electron/host/supervisor.ts';
import type { EngineChild, SupervisorOptions } from '../../../electron/host/supervisor.ts';
import type { ToEngine } from '../../../electron/host/wire.ts';

interface FakeChild extends EngineChild {
  readonly sent: ToEngine[];
  say(message: unknown): void;
  die(): void;
}

function fakeChild(pid: number): FakeChild {
  const sent: ToEngine[] = [];
  let onMessage: (message: unknown) => void = () => undefined;
  let onExit: () => void = () => undefined;
  const child: FakeChild = {
    pid,
    sent,
    send: (message) => {
      sent.push(message as ToEngine);
      if ((message as ToEngine).kind === 'close') child.die();
    },
    onMessage: (listener) => (onMessage = listener),
    onExit: (listener) => (onExit = listener),
    kill: () => child.die(),
    say: (message) => onMessage(message),
    die: () => onExit(),
  };
  return child;
}

function start(options: Partial<SupervisorOptions> = {}) {
  const children: FakeChild[] = [];
  const clock = { at: 0, now: () => clock.at };
  const onEvent = vi.fn<SupervisorOptions['onEvent']>();
  const supervisor = createSupervisor({
    spawn: () => {
      const child = fakeChild(children.length + 1);
      children.push(child);
      return child;
    },
    start: { host: 'web', stateFolder: '/state', version: '1.0.0' },
    onEvent,
    clock,
    readRoute: () => Promise.resolve({ leadsOutside: true, fact: 'a default route by eth0' }),
    ...options,
  });
  const child = (): FakeChild => {
    const last = children.at(-1);
    if (last === undefined) throw new Error('none was started');
    return last;
  };
  return { supervisor, children, child, clock, onEvent };
}

const ready = { kind: 'ready' };
const callsOf = ({ sent }: FakeChild) => sent.filter((message) => message.kind === 'call');

describe('supervisor', () => {
  it('tells an engine its options first, and carries calls once it is ready', async () => {
    const { supervisor, child } = start();
    const answer = supervisor.call('media', 'list', undefined);
    expect(child().sent).toEqual([
      { kind: 'start', options: { host: 'web', stateFolder: '/state', version: '1.0.0' } },
    ]);
    child().say(ready);
    const [call] = callsOf(child());
    expect(call).toMatchObject({ group: 'media', name: 'list' });
    child().say({ kind: 'answer', id: call?.kind === 'call' ? call.id : 0, result: { ok: true, value: [] } });
    expect(await answer).toEqual({ ok: true, value: [] });
  });

  it('answers calls under way with ENGINE_GONE when the engine dies, and brings it back', async () => {
    const { supervisor, child, children, onEvent } = start();
    child().say(ready);
    const answer = supervisor.call('jobs', 'list', undefined);
    child().die();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'ENGINE_GONE' } });
    expect(children).toHaveLength(2);
    expect(supervisor.state).toBe('starting');
    child().say(ready);
    await vi.waitFor(() =>
      expect(onEvent).toHaveBeenLastCalledWith('station', 'changed', {
        engine: 'running',
        route: { leadsOutside: true, fact: 'a default route by eth0' },
      }),
    );
  });

  it('keeps calls that came while no engine ran for the next one', async () => {
    const { supervisor, child } = start();
    child().say(ready);
    child().die();
    const answer = supervisor.call('jobs', 'list', undefined);
    child().say(ready);
    const [call] = callsOf(child());
    child().say({ kind: 'answer', id: call?.kind === 'call' ? call.id : 0, result: { ok: true, value: [] } });
    expect(await answer).toEqual({ ok: true, value: [] });
  });

  it('gives an engine up that dies four times within a minute, until it is asked for again', async () => {
    const { supervisor, child, children } = start();
    for (let death = 0; death < 3; death += 1) child().die();
    expect(supervisor.state).toBe('starting');
    const waiting = supervisor.call('jobs', 'list', undefined);
    child().die();
    expect(supervisor.state).toBe('gone');
    expect(children).toHaveLength(4);
    expect(await waiting).toMatchObject({ error: { code: 'ENGINE_GONE' } });
    expect(await supervisor.call('jobs', 'list', undefined)).toMatchObject({
      error: { code: 'ENGINE_GONE' },
    });
    await supervisor.restartEngine();
    child().say(ready);
    expect(supervisor.state).toBe('running');
    await supervisor.restartEngine();
    expect(children).toHaveLength(5);
  });

  it('forgets deaths that are more than a minute old', () => {
    const { supervisor, child, children, clock } = start();
    for (let death = 0; death < 6; death += 1) {
      child().die();
      clock.at += 30_000;
    }
    expect(supervisor.state).toBe('starting');
    expect(children).toHaveLength(7);
  });

  it('passes on events of the contract and nothing else', () => {
    const { child, onEvent } = start();
    child().say(ready);
    child().say({ kind: 'event', group: 'settings', name: 'changed', payload: { theme: 'dark' } });
    child().say({ kind: 'event', group: 'settings', name: 'get', payload: 1 });
    child().say({ kind: 'event', group: 'constructor', name: 'name', payload: 1 });
    child().say('noise');
    expect(onEvent.mock.calls.filter(([group]) => group !== 'station')).toEqual([
      ['settings', 'changed', { theme: 'dark' }],
    ]);
  });

  it('lets the engine ask for a login, and tells it what the asking threw', async () => {
    const { child } = start({
      onAsk: (question) =>
        question.what === 'login' && question.host === 'known.example'
          ? Promise.resolve({ what: 'login', login: { username: 'amy', password: 'secret' } })
          : Promise.reject(new AirlockError('NO_ACCESS', 'The keyring is locked.')),
    });
    child().say({ kind: 'ask', id: 7, question: { what: 'login', host: 'known.example' } });
    child().say({ kind: 'ask', id: 8, question: { what: 'login', host: 'other.example' } });
    await vi.waitFor(() => expect(child().sent).toHaveLength(3));
    expect(child().sent[1]).toMatchObject({ kind: 'told', id: 7, answer: { login: { username: 'amy' } } });
    expect(child().sent[2]).toMatchObject({ kind: 'refused', id: 8, error: { code: 'NO_ACCESS' } });
  });

  it('ends its engine and starts no other when it is closed', async () => {
    const { supervisor, children, child } = start();
    child().say(ready);
    await supervisor.close();
    expect(child().sent.at(-1)).toEqual({ kind: 'close' });
    expect(children).toHaveLength(1);
    expect(await supervisor.call('jobs', 'list', undefined)).toMatchObject({
      error: { code: 'ENGINE_GONE' },
    });
  });
});
