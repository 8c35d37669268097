import { describe, expect, it } from 'vitest';
import { errorBody } from '../../../support/fault-registry.ts';
import type { FaultExchange } from '../../../support/fault-registry.ts';
import { blobOf, errorOf, faultRegistry, readAll, testClient } from './harness.ts';

const MiB = 1024 * 1024;

/** Sends the head for the whole body and breaks off after some of it. */
function breakOffAfter(bytes: Buffer, sent: number, headers: Record<string, string> = {}) {
  return ({ response }: FaultExchange) => {
    response.writeHead(200, { 'content-length': String(bytes.byteLength), ...headers });
    response.write(bytes.subarray(0, sent), () => response.destroy());
  };
}

describe('reading a blob', () => {
  it('lends its bytes in large pieces and uses one connection for many blobs', async () => {
    const registry = await faultRegistry();
    const client = testClient();
    const blobs = [blobOf('a', 6 * MiB), blobOf('b', 10), blobOf('c', 70_000)];
    for (const { bytes, descriptor } of blobs) {
      registry.putBlob('team/app', bytes);
      const source = client.repository(registry.host, 'team/app').open(descriptor);
      let pieces = 0;
      const read: Buffer[] = [];
      for await (const chunk of source) {
        pieces += 1;
        read.push(Buffer.from(chunk));
      }
      expect(Buffer.concat(read).equals(bytes)).toBe(true);
      expect(pieces).toBeLessThan(60);
    }
    const gets = registry.requests.filter((request) => request.method === 'GET');
    expect(new Set(gets.map((request) => request.connection)).size).toBe(1);
    expect(gets.every((request) => request.headers['accept-encoding'] === 'identity')).toBe(true);
  });

  it('reads a part where an offset and a length are asked for', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', MiB);
    registry.putBlob('team/app', bytes);
    const repository = testClient().repository(registry.host, 'team/app');
    const middle = await readAll(repository.open(descriptor, { offset: 1000, length: 5000 }));
    expect(middle.equals(bytes.subarray(1000, 6000))).toBe(true);
    expect((await readAll(repository.open(descriptor, { offset: MiB - 3 }))).byteLength).toBe(3);
  });

  it('stops the other side where its taker is slow, instead of keeping what comes', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 32 * MiB);
    registry.putBlob('team/app', bytes);
    const buffers = new Set<ArrayBufferLike>();
    for await (const chunk of testClient().repository(registry.host, 'team/app').open(descriptor)) {
      buffers.add(chunk.buffer);
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
    expect(buffers.size).toBeLessThanOrEqual(5);
  });

  it('asks nothing for an empty blob', async () => {
    const registry = await faultRegistry();
    const { descriptor } = blobOf('', 0);
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await readAll(repository.open(descriptor))).toHaveLength(0);
    expect(registry.requests).toHaveLength(0);
  });

  it('goes on with Range where the connection breaks, and hands out no byte twice', async () => {
    const registry = await faultRegistry();
    const client = testClient();
    const { bytes, descriptor } = blobOf('a', 3 * MiB);
    registry.putBlob('team/app', bytes);
    registry.order({ method: 'GET', path: /blobs/, times: 1, respond: breakOffAfter(bytes, 700_000) });
    const read = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
    expect(registry.requests.at(-1)?.headers.range).toBe('bytes=700000-');
    expect(client.waits.seconds).toHaveLength(1);
  });

  it('passes over what it has where the registry does not know Range', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 2 * MiB);
    registry.order({ method: 'GET', path: /blobs/, times: 1, respond: breakOffAfter(bytes, 500_000) });
    registry.order({
      method: 'GET',
      path: /blobs/,
      respond: ({ answer }) => answer(200, {}, bytes),
    });
    const read = await readAll(testClient().repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
  });

  it('refuses a range that it did not ask for', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 2 * MiB);
    registry.order({ method: 'GET', path: /blobs/, times: 1, respond: breakOffAfter(bytes, 500_000) });
    registry.order({
      method: 'GET',
      path: /blobs/,
      respond: ({ answer }) =>
        answer(206, { 'content-range': `bytes 0-9/${bytes.byteLength}` }, bytes.subarray(0, 10)),
    });
    const reading = readAll(testClient().repository(registry.host, 'team/app').open(descriptor));
    expect((await errorOf(reading)).code).toBe('PROTOCOL');
  });

  it('counts attempts anew after every mebibyte, so that a bad link may drop a large blob often', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 12 * MiB);
    registry.order({
      method: 'GET',
      path: /blobs/,
      respond: ({ request, response }) => {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from === 0 ? 200 : 206, {
          'content-length': String(bytes.byteLength - from),
          'content-range': `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}`,
        });
        response.write(bytes.subarray(from, from + 1.1 * MiB), () => response.destroy());
      },
    });
    const client = testClient({ retries: 2 });
    const read = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
  });

  it('ends a stalled answer and goes on where it stood', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 2 * MiB);
    registry.putBlob('team/app', bytes);
    registry.order({
      method: 'GET',
      path: /blobs/,
      times: 1,
      respond: ({ response }) => {
        response.writeHead(200, { 'content-length': String(bytes.byteLength) });
        response.write(bytes.subarray(0, 600_000));
      },
    });
    const client = testClient({ stallMs: 200 });
    const read = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
    expect(registry.requests.at(-1)?.headers.range).toBe('bytes=600000-');
  });

  it('says that a registry stalls which never answers', async () => {
    const registry = await faultRegistry();
    const { descriptor } = blobOf('a', MiB);
    registry.order({ path: /blobs/, respond: () => undefined });
    const client = testClient({ stallMs: 100, retries: 1 });
    const error = await errorOf(readAll(client.repository(registry.host, 'team/app').open(descriptor)));
    expect(error.code).toBe('STALLED');
    expect(registry.requests).toHaveLength(2);
  });

  it('never cuts off a slow answer that moves', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 20);
    registry.order({
      method: 'GET',
      path: /blobs/,
      respond: async ({ response }) => {
        response.writeHead(200, { 'content-length': '20' });
        for (const byte of bytes) {
          await new Promise((resolve) => void setTimeout(resolve, 30));
          response.write(Buffer.of(byte));
        }
        response.end();
      },
    });
    const client = testClient({ stallMs: 300, retries: 0 });
    const read = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
  });

  it('follows a 307 to storage without the login, and does not give it back on the way home', async () => {
    const registry = await faultRegistry();
    const storage = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', MiB);
    registry.order({ path: /home/, respond: ({ answer }) => answer(200, {}, bytes) });
    registry.order({
      path: /blobs/,
      respond: ({ request, answer }) =>
        request.headers.authorization === undefined
          ? answer(401, { 'www-authenticate': 'Basic realm="r"' })
          : answer(307, { location: `${storage.url}/bucket?X-Amz-Signature=a%2Fb%2Bc` }),
    });
    storage.order({
      path: /bucket/,
      respond: ({ answer }) => answer(308, { location: `${registry.url}/home` }),
    });
    const client = testClient({ logins: { [registry.host]: { username: 'u', password: 'p' } } });
    const read = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
    expect(storage.requests[0]?.path).toBe('/bucket?X-Amz-Signature=a%2Fb%2Bc');
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
    expect(registry.requests.at(-1)?.path).toBe('/home');
    expect(registry.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('gets an anonymous token for a redirected host that asks for one, for that request only', async () => {
    const registry = await faultRegistry();
    const storage = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    registry.order({
      path: /blobs/,
      respond: ({ answer }) => answer(307, { location: `${storage.url}/bucket` }),
    });
    storage.order({
      path: /^\/token/,
      respond: ({ answer }) => answer(200, {}, JSON.stringify({ token: 'anonymous-token' })),
    });
    storage.order({
      path: /bucket/,
      respond: ({ request, answer }) =>
        request.headers.authorization === 'Bearer anonymous-token'
          ? answer(200, {}, bytes)
          : answer(401, { 'www-authenticate': `Bearer realm="${storage.url}/token",service="s"` }),
    });
    const login = { username: 'u', password: 'p' };
    const client = testClient({ logins: { [registry.host]: login, [storage.host]: login } });
    const repository = client.repository(registry.host, 'team/app');
    expect((await readAll(repository.open(descriptor))).equals(bytes)).toBe(true);
    expect((await readAll(repository.open(descriptor))).equals(bytes)).toBe(true);
    const tokens = storage.requests.filter((request) => request.path.startsWith('/token'));
    expect(tokens).toHaveLength(2);
    expect(tokens.every((request) => request.headers.authorization === undefined)).toBe(true);
  });

  it('takes a body without Content-Length and stops at a byte too many', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 300_000);
    registry.order({
      path: /chunked\/blobs/,
      respond: ({ response }) => {
        response.writeHead(200);
        response.write(bytes.subarray(0, 1234));
        response.end(bytes.subarray(1234));
      },
    });
    registry.order({
      path: /endless\/blobs/,
      respond: ({ response }) => {
        response.writeHead(200);
        response.end(Buffer.concat([bytes, bytes]));
      },
    });
    registry.order({
      path: /closing\/blobs/,
      respond: ({ response }) => {
        response.socket?.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), bytes]));
      },
    });
    const client = testClient();
    const open = (name: string) => readAll(client.repository(registry.host, name).open(descriptor));
    expect((await open('chunked')).equals(bytes)).toBe(true);
    expect((await open('closing')).equals(bytes)).toBe(true);
    expect((await errorOf(open('endless'))).code).toBe('SIZE_MISMATCH');
  });

  it('refuses an announced size that is not the descriptor’s, before reading', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 3 * MiB);
    registry.putBlob('team/app', bytes);
    const wrong = { ...descriptor, size: descriptor.size - 1 };
    const error = await errorOf(readAll(testClient().repository(registry.host, 'team/app').open(wrong)));
    expect(error.code).toBe('SIZE_MISMATCH');
    expect(registry.requests).toHaveLength(1);
  });

  it('hands on the bytes as they are where a server calls a layer gzip-encoded', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    registry.order({
      path: /blobs/,
      respond: ({ answer }) => answer(200, { 'content-encoding': 'gzip' }, bytes),
    });
    const read = await readAll(testClient().repository(registry.host, 'team/app').open(descriptor));
    expect(read.equals(bytes)).toBe(true);
  });

  it('names the missing blob', async () => {
    const registry = await faultRegistry();
    const { descriptor } = blobOf('a', 1000);
    const error = await errorOf(readAll(testClient().repository(registry.host, 'team/app').open(descriptor)));
    expect(error.code).toBe('CONTENT_NOT_FOUND');
    expect(error.side).toBe('source');
    expect(error.message).toContain(descriptor.digest.slice(7, 19));
  });

  it('sends a request anew where a kept connection turns out to be closed', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    registry.putBlob('team/app', bytes);
    registry.order({
      method: 'GET',
      path: /blobs/,
      respond: ({ request, pass }) => {
        const connection = registry.requests.at(-1)?.connection;
        const used = registry.requests.slice(0, -1).some((earlier) => earlier.connection === connection);
        if (!used) return pass();
        request.socket.destroy();
        return undefined;
      },
    });
    const client = testClient({ retries: 0 });
    const repository = client.repository(registry.host, 'team/app');
    expect((await readAll(repository.open(descriptor))).equals(bytes)).toBe(true);
    expect((await readAll(repository.open(descriptor))).equals(bytes)).toBe(true);
    expect(registry.requests).toHaveLength(3);
  });

  it('stops at once when it is cancelled, with the reason of the signal', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 3 * MiB);
    registry.order({
      path: /blobs/,
      respond: ({ response }) => {
        response.writeHead(200, { 'content-length': String(bytes.byteLength) });
        response.write(bytes.subarray(0, MiB));
      },
    });
    const stop = new AbortController();
    const source = testClient()
      .repository(registry.host, 'team/app')
      .open(descriptor, { signal: stop.signal });
    const reason = new Error('enough');
    const reading = (async () => {
      for await (const chunk of source) if (chunk.byteLength > 0) stop.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('finds out by a GET of one byte where HEAD is refused', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('a', 1000);
    registry.putBlob('team/app', bytes);
    registry.order({ method: 'HEAD', path: /blobs/, respond: ({ answer }) => answer(405) });
    const repository = testClient().repository(registry.host, 'team/app');
    expect(await repository.stat(descriptor)).toEqual({ state: 'held', size: 1000 });
    expect(await repository.stat(blobOf('other', 10).descriptor)).toMatchObject({ state: 'absent' });
    expect(registry.requests.find((request) => request.method === 'GET')?.headers.range).toBe('bytes=0-0');
  });

  it('reads no more than 64 KiB of an error answer', async () => {
    const registry = await faultRegistry();
    const { descriptor } = blobOf('a', 1000);
    registry.order({
      path: /blobs/,
      respond: ({ response }) => {
        response.writeHead(403);
        response.write(errorBody('DENIED', 'no'));
        // Nobody waits for the end of this.
        response.write('x'.repeat(200_000));
      },
    });
    const error = await errorOf(readAll(testClient().repository(registry.host, 'team/app').open(descriptor)));
    expect(error.code).toBe('DENIED');
  });
});
