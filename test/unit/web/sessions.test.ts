import { describe, expect, it } from 'vitest';
import { createSessions } from '../../../electron/web/sessions.ts';

const HOUR = 60 * 60 * 1000;

function sessionsAt(start = 0) {
  let time = start;
  const used: number[] = [];
  const sessions = createSessions(
    () => time,
    () => used.push(time),
  );
  const open = () => {
    const exchanged = sessions.exchange(sessions.newStartToken());
    if (typeof exchanged === 'string') throw new Error(exchanged);
    return exchanged.session;
  };
  return { sessions, used, open, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('a start token', () => {
  it('cannot be guessed from another one', () => {
    const { sessions } = sessionsAt();
    const tokens = Array.from({ length: 100 }, () => sessions.newStartToken());
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('gives one session, and whoever waits for its use hears of it once', () => {
    const { sessions, used } = sessionsAt();
    const token = sessions.newStartToken();
    expect(sessions.exchange(token)).toMatchObject({ session: expect.not.stringContaining(token) as string });
    expect(sessions.exchange(token)).toBe('refused');
    expect(sessions.exchange(undefined)).toBe('refused');
    expect(sessions.exchange('')).toBe('refused');
    expect(used).toHaveLength(1);
  });
});

describe('sessions', () => {
  it('are found by their own token alone', () => {
    const { sessions, open } = sessionsAt();
    const session = open();
    expect(sessions.find(session)).toBeDefined();
    expect(sessions.find(`${session}A`)).toBeUndefined();
    expect(sessions.find(session.slice(1))).toBeUndefined();
    expect(sessions.find(undefined)).toBeUndefined();
  });

  it('are sixteen at most: the one that was not seen longest makes room, but none that is connected', () => {
    const { sessions, open, pass } = sessionsAt();
    const [first, ...others] = Array.from({ length: 16 }, () => {
      pass(1);
      return open();
    });
    expect(sessions.find(first)?.connect()).toBe(true);
    pass(1);
    open();
    expect(sessions.find(first)).toBeDefined();
    expect(sessions.find(others[0])).toBeUndefined();
    expect(sessions.find(others[1])).toBeDefined();
  });

  it('refuse one more where all are connected, and its start token stays good', () => {
    const { sessions, open } = sessionsAt();
    const all = Array.from({ length: 16 }, () => open());
    for (const session of all) expect(sessions.find(session)?.connect()).toBe(true);
    const token = sessions.newStartToken();
    expect(sessions.exchange(token)).toBe('full');
    sessions.find(all[3])?.disconnect();
    expect(sessions.exchange(token)).toMatchObject({ session: expect.any(String) as string });
  });

  it('of tabs that were closed long ago are forgotten when another one opens', () => {
    const { sessions, open, pass } = sessionsAt();
    const [closed, connected] = [open(), open()];
    sessions.find(connected)?.connect();
    pass(13 * HOUR);
    open();
    expect(sessions.find(closed)).toBeUndefined();
    expect(sessions.find(connected)).toBeDefined();
  });

  it('have four connections at most', () => {
    const { sessions, open } = sessionsAt();
    const session = sessions.find(open());
    expect(Array.from({ length: 5 }, () => session?.connect())).toEqual([true, true, true, true, false]);
    session?.disconnect();
    expect(session?.connect()).toBe(true);
  });
});

it('has had enough after twenty wrong tokens in a minute, and forgives them after it', () => {
  const { sessions, pass } = sessionsAt();
  for (let count = 0; count < 19; count += 1) sessions.exchange('wrong');
  expect(sessions.hasHadEnough).toBe(false);
  sessions.find('wrong');
  expect(sessions.hasHadEnough).toBe(true);
  pass(60_000);
  expect(sessions.hasHadEnough).toBe(false);
});
