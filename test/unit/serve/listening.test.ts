import { connect } from 'node:net';
import { request as httpsRequest } from 'node:https';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServe } from '../../../electron/engine/serve/index.ts';
import type { ServedRequest } from '../../../electron/engine/serve/index.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeImage } from '../../support/make-content.ts';
import { makeCertificate } from '../../support/programs.ts';
import { ask, serve, temporaryFolder } from './ask.ts';
import { fileItem, imageItem, memoryBundle } from './memory-bundle.ts';

const image = makeImage({ seed: 'image', layers: 1 });
const bundle = () => memoryBundle('one', [imageItem('docker.io/library/app:1', image)]);

describe('a server', () => {
  it('says where it is, and counts what it does', async () => {
    const entries: ServedRequest[] = [];
    const serving = await serve({ bundles: [bundle()], onRequest: (entry) => entries.push(entry) });
    expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(serving.addresses).toEqual([serving.url]);
    await ask(serving, '/v2/library/app/manifests/1?ns=docker.io');
    await ask(serving, '/v2/no/tags/list', { method: 'HEAD' });
    await expect.poll(() => entries.length).toBe(2);
    expect(entries[0]).toMatchObject({
      method: 'GET',
      path: '/v2/library/app/manifests/1',
      status: 200,
      bytes: image.root.size,
      complete: true,
      client: '127.0.0.1',
    });
    expect(entries[1]).toMatchObject({ method: 'HEAD', status: 404, bytes: 0 });
    expect(serving.stats).toMatchObject({ requests: 2, bytesSent: image.root.size });
  });

  it('on a port that is taken fails with PORT_IN_USE', async () => {
    const first = await serve();
    const port = Number(new URL(first.url).port);
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Another program listens on 127.0.0.1:${port} already.`,
    });
  });

  it('on an address of another machine fails with USAGE', async () => {
    await expect(serve({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('over a path that is no folder fails with the file error', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(serve({ writable: file })).rejects.toMatchObject({ details: { path: file } });
  });

  it('over an index of its own that cannot be read fails instead of forgetting what was pushed', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'repositories', 'app'), { recursive: true });
    await writeFile(join(folder, 'repositories', 'app', '_index.json'), '{"schemaVersion":2}');
    await expect(serve({ writable: folder })).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
  });

  const noticesOf = async (options: Parameters<typeof serve>[0]) => {
    const notices: string[] = [];
    const serving = await serve({ ...options, onNotice: (text) => notices.push(text) });
    return { notices, serving };
  };

  it('of bundles on loopback warns of nothing', async () => {
    expect((await noticesOf({ bundles: [bundle()] })).notices).toEqual([]);
  });

  it('that takes pushes says that there are no accounts', async () => {
    const { notices } = await noticesOf({ writable: await temporaryFolder() });
    expect(notices).toEqual([
      expect.stringMatching(/^Whoever reaches 127\.0\.0\.1:\d+ may push and delete in/),
    ]);
  });

  it('on all addresses warns that there is no TLS, and can be reached at all of them', async () => {
    const { notices, serving } = await noticesOf({ host: '0.0.0.0' });
    expect(notices).toEqual([expect.stringContaining('without TLS')]);
    expect(serving.addresses[0]).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('refuses a certificate that is none', async () => {
    await expect(serve({ tls: { cert: 'x', key: 'y' } })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('Host', () => {
  it.each(['localhost', 'localhost:5000', 'registry.localhost', '127.0.0.1:1', '[::1]:5000', '10.0.0.1'])(
    '%s is a name of a loopback server',
    async (host) => {
      const reply = await ask(await serve(), '/v2/', { headers: { host } });
      expect(reply.status).toBe(200);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', 'evil.example:5000'])(
    '%s is not, so that no page can reach it by a name of its own',
    async (host) => {
      const reply = await ask(await serve(), '/v2/', { headers: { host } });
      expect([reply.status, reply.code]).toEqual([421, 'DENIED']);
    },
  );

  it('is free where other machines reach the server', async () => {
    const serving = await serve({ host: '0.0.0.0' });
    const reply = await ask(serving, '/v2/', { headers: { host: 'registry.plant.example' } });
    expect(reply.status).toBe(200);
  });
});

describe('a client that stalls', () => {
  const big = memoryBundle('big', [fileItem('big', Buffer.alloc(32 * 1024 * 1024))]);

  it('while it is sent to is dropped, and the operator told', async () => {
    const notices: string[] = [];
    const serving = await serve({ bundles: [big], stallMs: 200, onNotice: (text) => notices.push(text) });
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    // Nobody reads from it.
    socket.write('GET /files/big HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect
      .poll(() => notices.join(), { timeout: 10_000 })
      .toContain('did nothing for 1 s and was dropped (/files/big)');
  });

  it('while it sends is dropped', async () => {
    const notices: string[] = [];
    const writable = await temporaryFolder();
    const serving = await serve({ writable, stallMs: 200, onNotice: (text) => notices.push(text) });
    const path = `/v2/app/blobs/uploads/?digest=${digestOf('x')}`;
    await raw(serving.url, `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc`);
    expect(notices.join()).toContain('was dropped (/v2/app/blobs/uploads/)');
  });

  it('is told from one that is slow: what moves has no limit', async () => {
    const serving = await serve({ bundles: [big], stallMs: 1000 });
    const received = await new Promise<number>((resolve, reject) => {
      const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
      let bytes = 0;
      socket.write('GET /files/big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        // Slower as a whole than the watchdog's patience, but never still for so long.
        socket.pause();
        setTimeout(() => socket.resume(), 3);
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(bytes));
    });
    expect(received).toBeGreaterThan(32 * 1024 * 1024);
  });

  it('in its headers is limited by their size', async () => {
    const serving = await serve();
    const answer = await raw(
      serving.url,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('is not a server that takes long: the client waits while a blob is hashed', async () => {
    const slow = memoryBundle('slow', [fileItem('slow', Buffer.alloc(1024 * 1024))]);
    const serving = await serve({
      bundles: [
        {
          ...slow,
          async *open(descriptor, options) {
            await new Promise((resolve) => setTimeout(resolve, 400));
            yield* slow.open(descriptor, options);
          },
        },
      ],
      stallMs: 100,
    });
    const reply = await ask(serving, '/files/slow', { headers: { range: 'bytes=0-9' } });
    expect([reply.status, reply.body.byteLength]).toEqual([206, 10]);
  });
});

describe('closing', () => {
  it('lets an answer under way end, and takes no more', async () => {
    const big = memoryBundle('big', [fileItem('big', Buffer.alloc(4 * 1024 * 1024))]);
    const serving = await startServe({ bundles: [big], host: '127.0.0.1', port: 0, stallMs: 10_000 });
    const asking = ask(serving, '/files/big');
    await expect.poll(() => serving.stats.bytesSent).toBeGreaterThan(0);
    const closing = serving.close();
    expect((await asking).complete).toBe(true);
    await closing;
    await expect(ask(serving, '/v2/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not wait for connections that only idle', async () => {
    const serving = await startServe({ bundles: [], host: '127.0.0.1', port: 0, stallMs: 10_000 });
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    await serving.close();
  });
});

describe('with TLS', () => {
  it('speaks https and says so', async () => {
    const folder = await temporaryFolder();
    const { ca, cert, key } = await makeCertificate(folder);
    const tls = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
    const notices: string[] = [];
    const serving = await serve({ bundles: [bundle()], tls, onNotice: (text) => notices.push(text) });
    expect(serving.url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      httpsRequest(`${serving.url}/v2/`, { ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

/** Sends bytes as they are and gives back all that came until the server closed. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(text);
  });
}
