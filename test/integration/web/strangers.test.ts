// Whoever is not the operator's own page gets nothing from the web station: other pages, other names, guesses, other programs.
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { webPaths } from '../../../shared/ipc/web-wire.ts';
import { ask, connect, offering, startTestStation } from '../../support/web-station.ts';

const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a start token', () => {
  it('is traded once: the second one who comes with it is refused', async () => {
    const { port, origin, newToken } = await startTestStation();
    const token = newToken();
    const first = await ask(port, 'POST', webPaths.session, { origin, ...bearing(token) });
    const second = await ask(port, 'POST', webPaths.session, { origin, ...bearing(token) });
    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 401, body: expect.not.stringContaining('session') as string });
  });

  it('is no longer good when another was asked for', async () => {
    const { port, origin, newToken } = await startTestStation();
    const [older, newer] = [newToken(), newToken()];
    expect((await ask(port, 'POST', webPaths.session, { origin, ...bearing(older) })).status).toBe(401);
    expect((await ask(port, 'POST', webPaths.session, { origin, ...bearing(newer) })).status).toBe(200);
  });

  it('opens nothing but a session', async () => {
    const { port, origin, newToken } = await startTestStation();
    const token = newToken();
    expect((await ask(port, 'GET', webPaths.session, bearing(token))).status).toBe(401);
    const put = await ask(port, 'PUT', `${webPaths.dropped}?name=a`, { origin, ...bearing(token) }, 'a');
    expect(put.status).toBe(401);
    expect(await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(token), { origin })).toBe(401);
  });

  it('is taken after any number of wrong ones, of which most are not even told that they are wrong', async () => {
    const { port, origin, newToken } = await startTestStation();
    const token = newToken();
    const statuses: number[] = [];
    for (let guess = 0; guess < 30; guess += 1)
      statuses.push(
        (await ask(port, 'POST', webPaths.session, { origin, ...bearing(`${guess}`.padStart(43, 'A')) }))
          .status,
      );
    expect(statuses.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => 401));
    expect(statuses.slice(20)).toEqual(Array.from({ length: 10 }, () => 429));
    expect((await ask(port, 'POST', webPaths.session, { origin, ...bearing(token) })).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  const foreign = (port: number) => [
    'http://evil.example',
    `http://evil.example:${port}`,
    `http://127.0.0.1:${port + 1}`,
    `http://localhost:${port}`,
    `https://127.0.0.1:${port}`,
    'null',
  ];

  it('trades no token, not even the right one, and leaves it unused', async () => {
    const { port, origin, newToken } = await startTestStation();
    const token = newToken();
    for (const other of foreign(port)) {
      const answer = await ask(port, 'POST', webPaths.session, { origin: other, ...bearing(token) });
      expect(answer).toMatchObject({ status: 403, body: 'This station answers to its own page alone.\n' });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await ask(port, 'POST', webPaths.session, bearing(token))).status).toBe(403);
    expect((await ask(port, 'POST', webPaths.session, { origin, ...bearing(token) })).status).toBe(200);
  });

  it('gets no leave from a preflight', async () => {
    const { port } = await startTestStation();
    const answer = await ask(port, 'OPTIONS', webPaths.session, {
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('connects no WebSocket and drops no file, with a session or without', async () => {
    const { port, newSession } = await startTestStation();
    const session = await newSession();
    for (const other of foreign(port)) {
      const url = `ws://127.0.0.1:${port}${webPaths.calls}`;
      expect(await connect(url, offering(session), { origin: other })).toBe(403);
      const put = await ask(
        port,
        'PUT',
        `${webPaths.dropped}?name=a`,
        { origin: other, ...bearing(session) },
        'a',
      );
      expect(put.status).toBe(403);
    }
  });
});

describe('a name that was pointed at this machine', () => {
  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost.',
    '0.0.0.0',
    '127.0.0.2',
  ])('gets not even the page: %s', async (name) => {
    const { port, newSession } = await startTestStation();
    const session = await newSession();
    const host = `${name}:${port}`;
    const page = await ask(port, 'GET', '/', { host });
    expect(page).toMatchObject({ status: 421, body: 'This station answers to loopback addresses alone.\n' });
    const own = { host, origin: `http://${host}` };
    expect((await ask(port, 'GET', webPaths.session, { ...own, ...bearing(session) })).status).toBe(421);
    expect(await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(session), own)).toBe(421);
  });

  it('is not mistaken for loopback at another port, as ssh -L gives it', async () => {
    const { port, newSession } = await startTestStation();
    const session = await newSession();
    for (const host of ['127.0.0.1:9', 'localhost:65000', '[::1]:1', 'localhost']) {
      expect((await ask(port, 'GET', '/', { host })).status).toBe(200);
      const own = { host, origin: `http://${host}` };
      const socket = await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(session), own);
      expect(socket).toBeInstanceOf(WebSocket);
      if (socket instanceof WebSocket) socket.terminate();
    }
  });
});

describe('a WebSocket', () => {
  it('is refused without a session: none, a wrong one, one under another protocol, at another place', async () => {
    const { port, origin, newSession } = await startTestStation();
    const session = await newSession();
    const url = `ws://127.0.0.1:${port}`;
    expect(await connect(`${url}${webPaths.calls}`, ['airlock'], { origin })).toBe(401);
    expect(await connect(`${url}${webPaths.calls}`, offering('A'.repeat(43)), { origin })).toBe(401);
    expect(await connect(`${url}${webPaths.calls}`, ['airlock', session], { origin })).toBe(401);
    expect(await connect(`${url}${webPaths.calls}`, offering(session), {})).toBe(403);
    expect(await connect(`${url}/`, offering(session), { origin })).toBe(404);
    expect(await connect(`${url}${webPaths.calls}?token=${session}`, ['airlock'], { origin })).toBe(401);
  });

  it('is never told the token back', async () => {
    const { port, origin, newSession } = await startTestStation();
    const socket = await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(await newSession()), {
      origin,
    });
    expect(socket).toMatchObject({ protocol: 'airlock' });
    if (socket instanceof WebSocket) socket.terminate();
  });
});

it('is reached at the loopback addresses that this machine has and at no other', async () => {
  const { port } = await startTestStation();
  const own = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .map(({ address }) => address)
    .filter((address) => address === '127.0.0.1' || address === '::1');
  expect(own).toContain('127.0.0.1');
  for (const hostname of own) {
    const answer = await fetch(`http://${hostname === '::1' ? '[::1]' : hostname}:${port}/`);
    expect(answer.status).toBe(200);
  }
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
    connectTcp({ host: '127.0.0.2', port }).once('error', resolve);
  });
  expect(error.code).toBe('ECONNREFUSED');
});

it('sets no cookie, whatever it answers, and forbids frames, guessing and other origins on each answer', async () => {
  const { port, origin, newToken, newSession } = await startTestStation();
  const session = await newSession();
  const answers = await Promise.all([
    ask(port, 'GET', '/'),
    ask(port, 'GET', '/assets/app-1a2b.js'),
    ask(port, 'GET', '/nothing'),
    ask(port, 'DELETE', '/', { origin }),
    ask(port, 'GET', '/', { host: 'evil.example' }),
    ask(port, 'GET', webPaths.session, bearing(session)),
    ask(port, 'POST', webPaths.session, { origin, ...bearing(newToken()) }),
    ask(port, 'PUT', `${webPaths.dropped}?name=a`, { origin, ...bearing(session) }, 'a'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 405, 421, 204, 200, 201]);
  for (const { headers } of answers) {
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*frame-ancestors 'none'/);
  }
});
