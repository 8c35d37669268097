// What the web station takes is bounded before it lies in memory or on a disk.
import { mkdir, readdir, readFile, stat, statfs, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { webPaths } from '../../../shared/ipc/web-wire.ts';
import { ask, connect, offering, startTestStation } from '../../support/web-station.ts';

const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

/** What the station says to bytes that no client library would send. */
function say(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: '127.0.0.1', port });
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
    socket.write(text);
  });
}

describe('screens', () => {
  it('are those that were built, and no path leads to another file', async () => {
    const station = await startTestStation();
    const { port, stateFolder } = station;
    await mkdir(stateFolder, { recursive: true });
    await writeFile(join(stateFolder, 'auth.json'), 'a secret');
    const paths = [
      '/../state/auth.json',
      '/assets/../../state/auth.json',
      '/%2e%2e/state/auth.json',
      '/..%2fstate%2fauth.json',
      '/assets/..%5c..%5cstate%5cauth.json',
      '//etc/passwd',
      '/etc/passwd',
      '/assets/',
      '/assets',
      '/index.html%00.js',
      '/constructor',
    ];
    for (const path of paths) expect((await ask(port, 'GET', path)).status).toBe(404);
    expect((await ask(port, 'GET', 'http://evil.example/')).status).toBe(400);
  });

  it('are kept by the browser where their name holds a hash, and asked for anew where not', async () => {
    const { port } = await startTestStation();
    const page = await ask(port, 'GET', '/');
    const script = await ask(port, 'GET', '/assets/app-1a2b.js');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask(port, 'HEAD', '/assets/app-1a2b.js')).body).toBe('');
  });

  it('have a nonce of their own in each answer', async () => {
    const { port } = await startTestStation('<meta property="csp-nonce" nonce="__AIRLOCK_NONCE__">');
    const answers = await Promise.all([ask(port, 'GET', '/'), ask(port, 'GET', '/')]);
    const nonces = answers.map(({ body }) => /nonce="([^"]{22,})"/.exec(body)?.[1] ?? '');
    expect(new Set(nonces).size).toBe(2);
    for (const [index, { headers }] of answers.entries())
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonces[index]}'`);
  });
});

describe('requests', () => {
  it('have no body where none is wanted', async () => {
    const { port, origin, newToken } = await startTestStation();
    const token = newToken();
    const head = `POST /session HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\nauthorization: Bearer ${token}\r\n`;
    // Nothing of the body is sent: it is refused for what it says of itself.
    expect(await say(port, `${head}content-length: 1000000000\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await say(port, `${head}transfer-encoding: chunked\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await ask(port, 'POST', webPaths.session, { origin, ...bearing(token) })).status).toBe(200);
  });

  it('have small headers, and send them within seconds', { timeout: 60_000 }, async () => {
    const { port } = await startTestStation();
    expect(await say(port, `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await say(port, `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a WebSocket that was refused', () => {
  it('takes no place, however long its client stays', async () => {
    const { port } = await startTestStation();
    const head = `GET /calls HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
    const refused = Array.from({ length: 300 }, () => {
      const socket = connectTcp({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.on('error', () => undefined);
      socket.write(head);
      return new Promise<void>((resolve) => socket.resume().once('end', resolve)).then(() => socket);
    });
    const stayed = await Promise.all(refused);
    expect((await ask(port, 'GET', '/')).status).toBe(200);
    for (const socket of stayed) socket.destroy();
  });
});

describe('calls', () => {
  it('that are too large, or none, end the connection', async () => {
    const { port, origin, newSession } = await startTestStation();
    const session = await newSession();
    const codeAfter = async (message: string | Buffer) => {
      const socket = await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(session), { origin });
      if (!(socket instanceof WebSocket)) throw new Error(`refused with ${socket}`);
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.send(message);
      return closed;
    };
    expect(await codeAfter(Buffer.alloc(33 * 1024 * 1024))).toBe(1009);
    expect(await codeAfter('no call')).toBe(1008);
    expect(await codeAfter('{"id":1}')).toBe(1008);
  });

  it('of one page share few connections', async () => {
    const { port, origin, newSession } = await startTestStation();
    const session = await newSession();
    const sockets = [];
    for (let count = 0; count < 5; count += 1)
      sockets.push(await connect(`ws://127.0.0.1:${port}${webPaths.calls}`, offering(session), { origin }));
    expect(sockets.slice(0, 4).every((socket) => socket instanceof WebSocket)).toBe(true);
    expect(sockets[4]).toBe(503);
    for (const socket of sockets) if (socket instanceof WebSocket) socket.terminate();
  });
});

describe('a dropped file', () => {
  it('lies where only its owner reads it, under a name that is only a name', async () => {
    const { port, origin, newSession, stateFolder } = await startTestStation();
    const headers = { origin, ...bearing(await newSession()) };
    const name = encodeURIComponent('../../../..\\auth\u202e.json\n');
    const answer = await ask(port, 'PUT', `${webPaths.dropped}?name=${name}`, headers, 'its bytes');
    const { path } = JSON.parse(answer.body) as { readonly path: string };
    expect(path).toMatch(/[/\\]web[/\\]\d+-[0-9a-f]{8}[/\\][0-9a-f]{16}[/\\]auth\.json$/);
    expect(path.startsWith(stateFolder)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('its bytes');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is gone when the station ends', async () => {
    const { port, origin, newSession, stateFolder, close } = await startTestStation();
    await ask(port, 'PUT', `${webPaths.dropped}?name=a`, { origin, ...bearing(await newSession()) }, 'a');
    expect(await readdir(join(stateFolder, 'web'))).toHaveLength(1);
    await close();
    expect(await readdir(join(stateFolder, 'web'))).toEqual([]);
  });

  it('is refused before its first byte where there is no room for it', async () => {
    const { port, origin, newSession, stateFolder } = await startTestStation();
    const { bavail, bsize } = await statfs(stateFolder);
    const answer = await say(
      port,
      `PUT /dropped?name=a HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\n` +
        `authorization: Bearer ${await newSession()}\r\ncontent-length: ${bavail * bsize}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 507 /);
    expect(answer).toContain('"code":"DISK_FULL"');
    const [own = ''] = await readdir(join(stateFolder, 'web'));
    expect(await readdir(join(stateFolder, 'web', own))).toEqual([]);
  });

  it('leaves nothing where it did not come whole', async () => {
    const { port, origin, newSession, stateFolder } = await startTestStation();
    const session = await newSession();
    const [own = ''] = await readdir(join(stateFolder, 'web'));
    const folder = join(stateFolder, 'web', own);
    const socket = connectTcp({ host: '127.0.0.1', port });
    socket.write(
      `PUT /dropped?name=a HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\n` +
        `authorization: Bearer ${session}\r\ncontent-length: 10\r\n\r\nhalf`,
    );
    await expect.poll(() => readdir(folder)).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('says how long it is', async () => {
    const { port, origin, newSession } = await startTestStation();
    const headers = { origin, ...bearing(await newSession()), 'transfer-encoding': 'chunked' };
    expect((await ask(port, 'PUT', `${webPaths.dropped}?name=a`, headers, 'a')).status).toBe(411);
  });
});
